"""The case follows its complaint, and its clocks start, warn, end and change. Pure."""

from dataclasses import dataclass
from datetime import datetime

from services.escalation.clocks import Clock
from services.escalation.facts import Facts, PreRefund
from shared.aggregate import private
from shared.timelimit import Interval


@dataclass(frozen=True)
class CaseOpened:
    """The first event of every case: the complaint's facts and the clocks that registering it started."""

    facts: Facts
    at: datetime
    clocks: tuple[Clock, ...] = ()


@dataclass(frozen=True)
class FactsFollowed:
    """The complaint's facts are newer."""

    facts: Facts


@dataclass(frozen=True)
class FactsSeen:
    """The complaint moved on in nothing that matters here."""

    seq: int
    as_of: datetime


@dataclass(frozen=True)
class PreRefundFollowed:
    """Refund paid before it was verified, or somebody has verified it (RF4); the first news brings its clock (CL5)."""

    pre_refund: PreRefund
    at: datetime
    clock: Clock | None = None


@dataclass(frozen=True)
class CaseClosed:
    """The complaint ended: archived or withdrawn."""

    outcome: str
    at: datetime


@dataclass(frozen=True)
class ClockStarted:
    clock: Clock


@dataclass(frozen=True)
class ClockWarned:
    """The clock's warning time has come (CL9)."""

    clock_id: str
    at: datetime


@dataclass(frozen=True)
class ClockMet:
    clock_id: str
    at: datetime


@dataclass(frozen=True)
class ClockBroken:
    """`at` is the due time, `noticed_at` the instant from which it counts for the ladder (later only under CL10)."""

    clock_id: str
    at: datetime
    noticed_at: datetime


@dataclass(frozen=True)
class ClockCancelled:
    clock_id: str
    at: datetime


@dataclass(frozen=True)
class ClockRecomputed:
    """Brand or category changed while it ran (CL10); `was` is the due time before.

    `rule` and `calendar_version` are those that its times now follow from."""

    clock_id: str
    at: datetime
    was: datetime
    warn_at: datetime
    due_at: datetime
    intervals: tuple[Interval, ...]
    rule: str = ""
    calendar_version: str = ""


@dataclass(frozen=True)
class ClockRecounted:
    """Its working days were counted again under a notice that came out while it ran; `was` is the due time before."""

    clock_id: str
    at: datetime
    was: datetime
    warn_at: datetime
    due_at: datetime
    intervals: tuple[Interval, ...]
    calendar_version: str


@dataclass(frozen=True)
class ClockMoved:
    """An operator's repair: another due time; `was` is the one before."""

    clock_id: str
    at: datetime
    was: datetime
    warn_at: datetime
    due_at: datetime
    intervals: tuple[Interval, ...]
    reason: str = private()


@dataclass(frozen=True)
class ClockCalledOff:
    """An operator's repair: nothing is awaited of it any more."""

    clock_id: str
    at: datetime
    reason: str = private()


@dataclass(frozen=True)
class ClockExtended:
    """More time for a coordinated complaint (CL3); `was` is the due time before."""

    clock_id: str
    at: datetime
    was: datetime
    warn_at: datetime
    due_at: datetime
    intervals: tuple[Interval, ...]
    reason: str = private("")
