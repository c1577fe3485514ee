"""Looking into an event's data by dotted paths, and the conditions made of them. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

Facts = Mapping[str, Any]


def at_path(data: Any, path: str) -> Any:
    """
    The value at a path such as `limits.handling`; None where there is none.

    In a list of objects a segment picks the last one of that `kind`: `clocks.handling.due_at`.
    """
    for segment in path.split("."):
        if isinstance(data, Mapping):
            data = data.get(segment)
        elif isinstance(data, list | tuple):
            data = next(
                (each for each in reversed(data) if isinstance(each, Mapping) and each.get("kind") == segment), None
            )
        else:
            return None
    return data


def _is_of(each: Any, kind: str) -> bool:
    return isinstance(each, Mapping) and each.get("kind") == kind


def moment_at(data: Facts, path: str) -> datetime | None:
    """The time at a path; None where there is none."""
    found = at_path(data, path)
    return datetime.fromisoformat(found) if isinstance(found, str) else None


def clock_meant(data: Facts) -> Any:
    """The clock that an event of escalation is about: the one its change names, if any."""
    meant = at_path(data, "change.clock_id")
    return next((clock for clock in data.get("clocks") or () if meant and clock.get("clock_id") == meant), None)


@dataclass(frozen=True)
class Condition:
    """What must hold at a path: one of `values` (of a list: any member), or, with None, whether something is there."""

    path: str
    values: tuple[Any, ...] | None = None
    present: bool = True

    def holds(self, data: Facts) -> bool:
        found = at_path(data, self.path)
        if self.values is None:
            return (found is not None and found != []) == self.present
        return any(each in self.values for each in (found if isinstance(found, list) else [found]))
