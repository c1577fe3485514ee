"""What a complaint, a case, a refund and a message have in common: one state, moved only by events.

Pure. A command is `decide(state, command, now) -> events`; `apply(state, event, stamp) -> state` folds them.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import MISSING, dataclass, field, fields
from datetime import datetime
from typing import Any, Generic, TypeVar

State = TypeVar("State")


@dataclass(frozen=True)
class Actor:
    """Who does it: staff number (or `service:<name>`), role and branch of the token."""

    sub: str
    role: str
    branch: str | None = None


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


@dataclass(frozen=True)
class Kind(Generic[State]):
    """One sort of document: its state, the events that move it, and the fold.

    `ending` are the events still accepted when history has reached `longest` entries."""

    name: str
    state: type[State]
    events: tuple[type, ...]
    apply: Callable[[State | None, Any, Stamp], State]
    ending: frozenset[type] = frozenset()
    longest: int = 500

    def event_class(self, name: str) -> type:
        """The class of a stored event's name; KeyError for one this version does not know."""
        return {event_name(kind): kind for kind in self.events}[name]

    def fold(self, state: State | None, events: Iterable[tuple[Any, Stamp]]) -> State | None:
        """The state after these events."""
        for event, stamp in events:
            state = self.apply(state, event, stamp)
        return state
