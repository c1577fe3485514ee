"""Dataclasses to plain JSON values and back; private fields come apart, so that they can be sealed."""

from collections.abc import Mapping
from datetime import datetime
from functools import cache
from typing import Any, TypeVar, get_type_hints

import orjson
from cattrs import Converter

from shared.aggregate import private_fields, value_class

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
    """The open and the private fields of a state or event, each as JSON values.

    A private field of a value inside is named by its path: `facts.customer`."""
    values = converter.unstructure(value)
    return values, _lifted(type(value), values)


def joined(values: Mapping[str, Any], apart: Mapping[str, Any]) -> dict[str, Any]:
    """Both parts of `split` together again."""
    whole = dict(values)
    for path, value in apart.items():
        outer, _, inner = path.partition(".")
        whole[outer] = joined(whole.get(outer, {}), {inner: value}) if inner else value
    return whole


def _lifted(kind: type, values: dict[str, Any]) -> dict[str, Any]:
    """Takes the private values out."""
    apart = {name: values.pop(name) for name in private_fields(kind) & values.keys()}
    for name, inner in _holding_private(kind).items():
        if isinstance(values.get(name), dict):
            values[name] = dict(values[name])
            apart |= {f"{name}.{hidden}": value for hidden, value in _lifted(inner, values[name]).items()}
    return apart


@cache
def _holding_private(kind: type) -> dict[str, type]:
    """The open fields whose value has private fields of its own, or holds one that has."""
    hints = get_type_hints(kind)
    held = {name: value_class(hints[name]) for name in hints.keys() - private_fields(kind)}
    return {name: inner for name, inner in held.items() if inner and (private_fields(inner) or _holding_private(inner))}
