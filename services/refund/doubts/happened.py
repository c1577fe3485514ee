"""What happens to a doubt: events of a refund's history. Business time unless said otherwise. Pure."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from services.refund.lines import LineKind
from shared.aggregate import private

Found = Literal["absent", "no_answer"]


@dataclass(frozen=True)
class RefundAskWanted:
    """Somebody wants BOSS to be asked now instead of at the next look."""

    kind: LineKind
    reason: str = private()


@dataclass(frozen=True)
class RefundAskAnswered:
    """What BOSS said to it, if that was no entry: nothing follows but what follows anyway at `wake_at` (machine)."""

    kind: LineKind
    found: Found
    why: str = ""
    wake_at: datetime | None = None


@dataclass(frozen=True)
class RefundDoubtRose:
    """It has lasted so long that the duty `to` is told; the next one at `next_at`. `late`: of a sending too late."""

    kind: LineKind
    to: str
    since: datetime
    next_at: datetime | None = None
    late: bool = False


@dataclass(frozen=True)
class RefundDoubtRested:
    """Its next rise was due, but the policy in force names nobody further to tell. `late`: of a sending too late."""

    late: bool = False


@dataclass(frozen=True)
class RefundNotSent:
    """The time for it was over before a byte left: BOSS knows nothing of it. Sent again at `wake_at` (machine time)."""

    kind: LineKind
    wake_at: datetime


@dataclass(frozen=True)
class RefundSentLate:
    """A process that stood still told BOSS when nobody counted on it any more: there may be a second entry.

    `said` is what BOSS answered, `boss_reference` the entry that it names; `settled`: the line was over by then.
    `gone_by` (machine time): when it had left, if BOSS did not answer."""

    kind: LineKind
    key: str
    late_ms: int
    said: str
    boss_reference: str | None = None
    settled: bool = False
    rises_after_s: int | None = None
    gone_by: datetime | None = None


@dataclass(frozen=True)
class RefundLeftLate:
    """As above, where BOSS honours keys and makes no second entry: it had left by then (machine time), no sooner."""

    kind: LineKind
    key: str
    gone_by: datetime


@dataclass(frozen=True)
class RefundLateChecked:
    """A person made sure that BOSS has the line's entry once, or not at all where it was not paid. `key`: which line's;
    none (before it was kept): of all whose sendings came late."""

    kind: LineKind
    evidence: tuple[str, ...] = private()
    key: str = ""


HAPPENED = (
    *(RefundAskWanted, RefundAskAnswered, RefundDoubtRose, RefundDoubtRested),
    *(RefundNotSent, RefundSentLate, RefundLeftLate, RefundLateChecked),
)
