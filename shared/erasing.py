"""Erasure (PR1): the key of a document is gone, what was sealed cannot be read, the rest and its chain stay. Pure."""

from collections.abc import Mapping
from dataclasses import MISSING, dataclass, fields, is_dataclass
from datetime import UTC, datetime
from types import NoneType, UnionType
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

from shared.aggregate import private_fields
from shared.errors import Conflict
from shared.sealing import DocumentKey, SealBroken

EMPTY: dict[Any, Any] = {str: "", int: 0, bool: False, datetime: datetime(1970, 1, 1, tzinfo=UTC).isoformat()}


@dataclass(frozen=True)
class Erased:
    """The last entry of a history whose document's key was deleted; `ground` and `reference` say why it was lawful."""

    ground: str
    reference: str


class RecordErased(Conflict):
    """Nothing happens any more to a record whose personal data was erased."""

    def __init__(self, document_id: str) -> None:
        super().__init__("the personal data of this record was erased; nothing more is done with it", id=document_id)


class NoKey(DocumentKey):
    """In place of the key of an erased document: nothing is opened, nothing can be sealed."""

    def __init__(self) -> None:
        super().__init__(cipher=None, stored={})  # type: ignore[arg-type]  # there is none

    def seal(self, values: dict[str, Any], context: str) -> bytes:
        """Never: an erased document takes no more personal data."""
        del values
        raise SealBroken(context)

    def open(self, sealed: bytes, context: str) -> dict[str, Any]:
        """Nothing is left of it."""
        del sealed, context
        return {}


def filled(values: Mapping[str, Any], kind: type) -> dict[str, Any]:
    """A state's or event's stored values, with empty ones in place of the private ones that must be there."""
    required = {each.name for each in fields(kind) if each.default is MISSING and each.default_factory is MISSING}
    missing = (private_fields(kind) & required) - values.keys()
    hints = get_type_hints(kind)
    return dict(values) | {name: _empty(hints[name]) for name in missing}


def _empty(hint: Any) -> Any:
    """The emptiest JSON value of a type."""
    origin, inside = get_origin(hint), get_args(hint)
    if origin in (Union, UnionType):
        return None if NoneType in inside else _empty(inside[0])
    if origin is Literal:
        return inside[0]
    if is_dataclass(hint):
        hints = get_type_hints(hint)
        needed = (f for f in fields(hint) if f.default is MISSING and f.default_factory is MISSING)
        return {each.name: _empty(hints[each.name]) for each in needed}
    if hint in EMPTY:
        return EMPTY[hint]
    return {} if origin in (dict, Mapping) or hint is dict else []
