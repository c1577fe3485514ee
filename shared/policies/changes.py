"""What differs between two contents of a policy file, path by path. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import zip_longest
from typing import Any

import orjson

ABSENT = "–"


@dataclass(frozen=True)
class Change:
    """One value that differs: its path, and both values as JSON; a dash where there is none."""

    path: str
    before: str
    after: str


def changes(before: Any, after: Any, path: str = "") -> Iterator[Change]:
    """Every difference, in the file's order; an entry that moved within a mapping counts too, as in its version."""
    if isinstance(before, dict) and isinstance(after, dict):
        yield from _in_mapping(before, after, path)
    elif isinstance(before, list) and isinstance(after, list):
        yield from _in_list(before, after, path)
    elif (type(before), before) != (type(after), after):
        yield Change(path, _written(before), _written(after))


def _in_mapping(before: dict[Any, Any], after: dict[Any, Any], path: str) -> Iterator[Change]:
    for key in dict.fromkeys((*before, *after)):
        place = f"{path}.{key}" if path else str(key)
        if key not in after:
            yield Change(place, _written(before[key]), ABSENT)
        elif key not in before:
            yield Change(place, ABSENT, _written(after[key]))
        else:
            yield from changes(before[key], after[key], place)
    if before.keys() == after.keys() and list(before) != list(after):
        yield Change(f"{path} (order)".strip(), _written(list(before)), _written(list(after)))


def _in_list(before: list[Any], after: list[Any], path: str) -> Iterator[Change]:
    matcher = SequenceMatcher(
        None, [_written(each) for each in before], [_written(each) for each in after], autojunk=False
    )
    for what, i, i_end, j, j_end in matcher.get_opcodes():
        if what == "equal":
            continue
        for number, (one, other) in enumerate(zip_longest(before[i:i_end], after[j:j_end], fillvalue=ABSENT)):
            if one is ABSENT:
                yield Change(f"{path}.{j + number}", ABSENT, _written(other))
            elif other is ABSENT:
                yield Change(f"{path}.{i + number}", _written(one), ABSENT)
            else:
                yield from changes(one, other, f"{path}.{j + number}")


def _written(value: Any) -> str:
    return orjson.dumps(value, option=orjson.OPT_NON_STR_KEYS).decode()
