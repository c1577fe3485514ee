"""What a complaint, a case, a refund and a message have in common: one state, moved only by events.

Pure. A command is `decide(state, command, now) -> events`; `apply(state, event, stamp) -> state` folds them.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import MISSING, dataclass, field, fields, is_dataclass
from datetime import datetime
from types import UnionType
from typing import Any, Generic, TypeVar, Union, get_args, get_origin, get_type_hints

State = TypeVar("State")


@dataclass(frozen=True)
class Actor:
    """Who does it: staff number (or `service:<name>`), role and branch of the token.

    `hall`: of a partner's staff only, the one hall that they see (PR4)."""

    sub: str
    role: str
    branch: str | None = None
    hall: str | None = None


@dataclass(frozen=True)
class Stamp:
    """What history adds to an event: its number in the document (from 1), business time, who."""

    n: int
    at: datetime
    by: Actor


def private(default: Any = MISSING, default_factory: Any = MISSING) -> Any:
    """A field that holds personal data or free text: stored sealed, never shown in the clear (PR1)."""
    return field(default=default, default_factory=default_factory, metadata={"private": True})


class _PrivateFields(dict[type, frozenset[str]]):
    def __missing__(self, kind: type) -> frozenset[str]:
        self[kind] = frozenset(f.name for f in fields(kind) if f.metadata.get("private"))
        return self[kind]


class _EventNames(dict[type, str]):
    def __missing__(self, kind: type) -> str:
        self[kind] = re.sub(r"(?<!^)(?=[A-Z])", "_", kind.__name__).lower()
        return self[kind]


_private_fields, _event_names = _PrivateFields(), _EventNames()


def private_fields(kind: type) -> frozenset[str]:
    """The names of the sealed fields of a state or event class."""
    return _private_fields[kind]


def event_name(kind: type) -> str:
    """`ComplaintRegistered` is stored and published as `complaint_registered`."""
    return _event_names[kind]


def _unsealed(kind: type) -> Iterator[str]:
    """The private fields of values inside open lists and mappings: nobody would seal them (shared.codec.split)."""
    hints = get_type_hints(kind)
    for name in hints.keys() - private_fields(kind):
        alone = value_class(hints[name])
        for inner in _dataclasses_in(hints[name]):
            if inner is not alone:
                yield from (f"{inner.__name__}.{hidden}" for hidden in private_fields(inner))
            yield from _unsealed(inner)


def value_class(hint: Any) -> type | None:
    """The dataclass that a field holds directly, or may hold (`X` or `X | None`); None for any other field."""
    inside = [part for part in (get_args(hint) or (hint,)) if part is not type(None)]
    is_union = get_origin(hint) in (None, Union, UnionType)
    only = inside[0] if is_union and len(inside) == 1 else None
    return only if isinstance(only, type) and is_dataclass(only) else None


def _dataclasses_in(hint: Any) -> Iterator[type]:
    if is_dataclass(hint) and isinstance(hint, type):
        yield hint
    for part in get_args(hint):
        yield from _dataclasses_in(part)


@dataclass(frozen=True)
class Kind(Generic[State]):
    """One sort of document: its state, the events that move it, and the fold.

    `ending` are the events still accepted when history has reached `longest` entries. TypeError where a private field
    hides inside an open one, which nobody would seal."""

    name: str
    state: type[State]
    events: tuple[type, ...]
    apply: Callable[[State | None, Any, Stamp], State]
    ending: frozenset[type] = frozenset()
    longest: int = 500

    def __post_init__(self) -> None:
        if leaks := sorted({leak for kind in (self.state, *self.events) for leak in _unsealed(kind)}):
            raise TypeError(f"{self.name}: make the fields around these private: {', '.join(leaks)}")

    def event_class(self, name: str) -> type:
        """The class of a stored event's name; KeyError for one this version does not know."""
        return {event_name(kind): kind for kind in self.events}[name]

    def fold(self, state: State | None, events: Iterable[tuple[Any, Stamp]]) -> State | None:
        """The state after these events."""
        for event, stamp in events:
            if event_name(type(event)) != "erased":  # takes the sealed part away and changes nothing else
                state = self.apply(state, event, stamp)
        return state
