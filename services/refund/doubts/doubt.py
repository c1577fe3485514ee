"""A doubt as it stands: since when, why, who was told, who wants it asked. Business time. Pure."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from services.refund.doubts.happened import RefundDoubtRose
from services.refund.lines import LineKind


@dataclass(frozen=True)
class Told:
    """Which duty was told, and when."""

    to: str
    at: datetime


@dataclass(frozen=True)
class Wanted:
    """Who wants BOSS asked now, since when; `wake_at` (machine time) is when it would have been asked anyway."""

    by: str
    at: datetime
    wake_at: datetime | None = None


@dataclass(frozen=True)
class Doubt:
    """Nobody knows whether BOSS has a line's entry, or has it twice. `rises_at`: when the next duty is told.

    `gone_by` (machine time): when the sending in doubt had left, if it may still arrive. `keys`: BOSS's keys of the
    lines that were over when a sending of theirs left; of the present line it has none."""

    since: datetime
    why: str
    rises_at: datetime | None = None
    risen: tuple[Told, ...] = ()
    wanted: Wanted | None = None
    kind: LineKind = "principal"
    gone_by: datetime | None = None
    keys: tuple[str, ...] = ()

    def rose(self, event: RefundDoubtRose, at: datetime) -> "Doubt":
        """After one more duty was told."""
        return replace(self, rises_at=event.next_at, risen=(*self.risen, Told(event.to, at)))


def begun(known: Doubt | None, why: str, kind: LineKind, at: datetime, rises_after_s: int | None) -> Doubt:
    """The doubt that begins now, or the one that goes on: its age and who was told stay, nobody's wish does."""
    if known:
        return replace(known, why=why, wanted=None)
    rises_at = None if rises_after_s is None else at + timedelta(seconds=rises_after_s)
    return Doubt(at, why, rises_at, kind=kind)
