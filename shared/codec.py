"""Dataclasses to plain JSON values and back; private fields come apart, so that they can be sealed."""

from datetime import datetime
from typing import Any, TypeVar

import orjson
from cattrs import Converter

from shared.aggregate import private_fields

T = TypeVar("T")


def _written(moment: datetime) -> str:
    """In milliseconds; what a caller gave more finely is kept, so that a first answer can be rebuilt to the letter."""
    return moment.isoformat(timespec="auto" if moment.microsecond % 1000 else "milliseconds")


converter = Converter(omit_if_default=True)
converter.register_unstructure_hook(datetime, _written)
converter.register_structure_hook(datetime, lambda text, _: datetime.fromisoformat(text))


def canonical(value: Any) -> bytes:
    """One byte string for one JSON value: keys sorted, no spaces. What digests and chains are made over."""
    return orjson.dumps(value, option=orjson.OPT_SORT_KEYS)


def plain(value: Any) -> Any:
    """A dataclass (or nested ones) as JSON values; fields at their default are left out."""
    return converter.unstructure(value)


def restore(values: Any, kind: type[T]) -> T:
    """The dataclass again; fields that this version does not know are ignored."""
    return converter.structure(values, kind)


def split(value: object) -> tuple[dict[str, Any], dict[str, Any]]:
    """The open and the private fields of a state or event, each as JSON values."""
    values = converter.unstructure(value)
    hidden = private_fields(type(value))
    apart = {name: values.pop(name) for name in hidden & values.keys()}
    return values, apart
