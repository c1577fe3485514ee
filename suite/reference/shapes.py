"""What JSON values look like, told from values that were really seen."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from suite.reference.markdown import table

TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d")
NAMES = {bool: "true or false", int: "integer", float: "number", str: "text", type(None): "null"}
TOLD = {
    "limits": "object: kind of clock → due time",
    "decided": "object: kind of clock → due time that people decided; null where it was called off",
    "opinions": "object: kind of opinion → `{by, at}`",
    "reopening": "why intake has to reopen it, until it has; else null",
}
ORDER = ("true or false", "integer", "number", "time", "text")


def fields(values: Iterable[Mapping[str, Any]], without: Iterable[str] = ()) -> str:
    """A table of the fields of these objects, each with every kind of value that it was seen to have."""
    seen: dict[str, list[Any]] = {}
    for value in values:
        for name, inner in value.items():
            seen.setdefault(name, []).append(inner)
    hidden = set(without)
    rows = [(f"`{name}`", shape(name, found)) for name, found in seen.items() if name not in hidden]
    return table(("field", "holds"), rows)


def shape(name: str, found: list[Any]) -> str:
    """What a field holds: `time or null`, `list of {kind, amount_fen, state}`."""
    if name in TOLD:
        return TOLD[name]
    objects = [each for each in found if isinstance(each, dict)]
    items = [item for each in found if isinstance(each, list) for item in each]
    kinds = {_single(each) for each in found if not isinstance(each, dict | list) and each is not None}
    told = [kind for kind in ORDER if kind in kinds]
    told += [_object(objects)] if objects else []
    told += [f"list of {_items(items)}"] if any(isinstance(each, list) for each in found) else []
    told += ["null"] if None in found else []
    return " or ".join(told)


def _single(value: Any) -> str:
    return "time" if isinstance(value, str) and TIME.match(value) else NAMES[type(value)]


def _object(objects: list[dict[str, Any]]) -> str:
    names = dict.fromkeys(name for each in objects for name in each)
    return f"`{{{', '.join(names)}}}`"


def _items(items: list[Any]) -> str:
    objects = [item for item in items if isinstance(item, dict)]
    return _object(objects) if objects else " or ".join(sorted({_single(item) for item in items})) or "texts"
