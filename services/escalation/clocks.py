"""One clock of a case: its times, its instants, how it ends. Pure.

A clock warns once and ends once; it never pauses, and a broken one ended at its due time.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from shared.timelimit import Interval, Limit

ClockState = Literal["running", "met", "broken", "cancelled"]


@dataclass(frozen=True)
class Clock:
    """`known_at`: since when its times are what they are, if that was after its start (CL10).

    `moment` is what started it; `level` the level whose clock it is (acceptance, level). `moved_from`: when it would be
    due but for an operator, who moved it; `called_off`: by one."""

    clock_id: str
    kind: str
    rule: str
    moment: str
    started_at: datetime
    warn_at: datetime
    due_at: datetime
    intervals: tuple[Interval, ...]
    policy_version: str = ""
    calendar_version: str = ""
    level: str | None = None
    state: ClockState = "running"
    ended_at: datetime | None = None
    warned_at: datetime | None = None
    known_at: datetime | None = None
    extended: bool = False
    moved_from: datetime | None = None
    called_off: bool = False

    @property
    def running(self) -> bool:
        return self.state == "running"

    @property
    def breaks_at(self) -> datetime:
        """The instant at which it breaks: its due time, unless that was made known only later."""
        return self.due_at if self.known_at is None else max(self.due_at, self.known_at)

    @property
    def warns_at(self) -> datetime | None:
        """The instant at which it still has to warn (CL9); None when it has, or breaks first."""
        if self.warned_at:
            return None
        instant = self.warn_at if self.known_at is None else max(self.warn_at, self.known_at)
        return None if instant >= self.breaks_at else instant

    @property
    def next_at(self) -> datetime:
        """What it does next: warn or break."""
        return self.warns_at or self.breaks_at

    @property
    def given_due(self) -> datetime:
        """When it is due by rule and coordination, whatever an operator moved."""
        return self.moved_from or self.due_at

    @property
    def limit(self) -> Limit:
        """Its times as a limit."""
        return Limit(self.kind, self.started_at, self.warn_at, self.due_at, self.rule, self.intervals)


def next_break(clocks: tuple[Clock, ...]) -> datetime | None:
    """The earliest instant at which one of the running clocks breaks."""
    return min((clock.breaks_at for clock in clocks if clock.running), default=None)


def next_instant(clocks: tuple[Clock, ...]) -> datetime | None:
    """The earliest instant at which one of the running clocks warns or breaks."""
    return min([clock.next_at for clock in clocks if clock.state == "running"], default=None)
