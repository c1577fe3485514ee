"""A small kind of document for the tests of the mechanics: a tally with private notes and a person."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any, Literal

from shared.aggregate import Actor, Kind, Stamp, private
from shared.sealing import DocumentKey, KeyRing

MONDAY = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
AGENT = Actor("E1001", "agent", "SZ")


@dataclass(frozen=True)
class Person:
    """Somebody whose name and number must never be seen."""

    name: str
    number: str


@dataclass(frozen=True)
class Mark:
    """A nested value of the open part."""

    amount: int
    at: datetime


@dataclass(frozen=True)
class Tally:
    """The state."""

    branch: str
    total: int = 0
    status: Literal["open", "closed"] = "open"
    marks: tuple[Mark, ...] = ()
    due_at: datetime | None = None
    wake_at: datetime | None = None
    person: Person | None = private(None)
    notes: tuple[str, ...] = private(())


@dataclass(frozen=True)
class TallyOpened:
    branch: str = "SZ"
    person: Person | None = private(None)


@dataclass(frozen=True)
class AmountAdded:
    amount: int = 1
    note: str = private("")


@dataclass(frozen=True)
class TimesSet:
    due_at: datetime | None = None
    wake_at: datetime | None = None


@dataclass(frozen=True)
class TallyClosed:
    reason: str = private("")


def apply(tally: Tally | None, event: Any, stamp: Stamp) -> Tally:
    """The fold of a tally."""
    if isinstance(event, TallyOpened):
        return Tally(event.branch, person=event.person)
    assert tally is not None
    match event:
        case AmountAdded(amount, note):
            marks, notes = (*tally.marks, Mark(amount, stamp.at)), (*tally.notes, note) if note else tally.notes
            return replace(tally, total=tally.total + amount, marks=marks, notes=notes)
        case TimesSet(due_at, wake_at):
            return replace(tally, due_at=due_at, wake_at=wake_at)
        case _:
            return replace(tally, status="closed", due_at=None, wake_at=None)


TALLIES = Kind(
    "tallies",
    Tally,
    (TallyOpened, AmountAdded, TimesSet, TallyClosed),
    apply,
    ending=frozenset({TallyClosed}),
    longest=40,
)


def keys(*master: str) -> KeyRing:
    """A key ring; each master key is made of its id, the first is the current one."""
    ring = {key_id: key_id.encode().ljust(32, b"m") for key_id in master or ("m1",)}
    return KeyRing(ring, suite=b"s" * 32, index=b"i" * 32)


def data_key(document_id: str = "t1") -> DocumentKey:
    """A fresh data key of one document."""
    return keys().new_document_key(document_id)


def stamp(n: int = 1, at: datetime = MONDAY, by: Actor = AGENT) -> Stamp:
    """What history adds to an event."""
    return Stamp(n, at, by)
