"""What a complaint's clocks must have done, from the contract's table "What starts and stops the clocks". Pure.

A small model of its own: it knows spans and rules from the contract, not the product's code. Where what is seen differs
from what must be, the difference is kept and the course goes on from what is seen, so that one fault is found once."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

LEVELS = ("agent", "duty_manager", "branch", "province")
RAISING = frozenset(("handling", "promise", "opinion", "major_reply", "acceptance", "level"))
FOLLOWING = ("acceptance", "level")
ACCEPTANCE = {"duty_manager": 2, "branch": 4, "province": 8}
AT_LEVEL = {"duty_manager": 8, "branch": 16, "province": 24}
MAJOR = {"opinion": 1, "major_reply": 48, "support_opinion": 12, "legal_opinion": 24}
FOLLOW_UP = 72
MET_BY = {
    "replied": ("handling", "first_reply", "waiting_call", "contact", "promise", "major_reply", "acceptance", "level"),
    "contacted": ("first_reply", "waiting_call", "contact"),
    "supervisor": ("opinion",),
    "support": ("support_opinion",),
    "legal": ("legal_opinion",),
    "accepted": ("acceptance",),
    "followed_up": ("follow_up",),
}

Key = tuple[str, datetime]


@dataclass(frozen=True)
class Due:
    """A clock as it must be: started, due, and how it ended. told: a caller was told of its limit."""

    kind: str
    started_at: datetime
    due_at: datetime
    told: bool = False
    state: str = "running"
    ended_at: datetime | None = None
    level: str | None = None

    @property
    def key(self) -> Key:
        return self.kind, self.due_at


@dataclass(frozen=True)
class Happening:
    """Something that starts or meets clocks. what: a key of MET_BY, or promised (with due_at) or declared."""

    at: datetime
    what: str
    due_at: datetime | None = None


@dataclass(frozen=True)
class Difference:
    """A clock that is not as it must be. wrong: lost, early or otherwise."""

    wrong: str
    expected: str
    seen: str


@dataclass
class Course:
    """seen: the clocks told of at the end, by kind and due time. close: of two times, whether either order is right.

    end: business time up to which time has struck; until: when the last caller was told."""

    seen: Mapping[Key, Mapping[str, Any]]
    close: Callable[[datetime, datetime], bool]
    end: datetime
    until: datetime
    level: str = "agent"
    rose_wrongly: bool = False
    clocks: list[Due] = field(default_factory=list)
    differences: dict[Key, Difference] = field(default_factory=dict)

    def run(self, started: Iterable[Due], happenings: Iterable[Happening]) -> "Course":
        """Lives through it all; clocks and differences are then what there is to judge."""
        for clock in started:
            self._start(clock)
        for happening in sorted(happenings, key=lambda each: each.at):
            self._strike(lambda due, at=happening.at: due < at)  # type: ignore[misc]
            self._happens(happening)
        self._strike(lambda due: due <= self.end)
        for clock in self._running():
            self._runs_on(clock)
        return self

    def _running(self, *kinds: str) -> list[Due]:
        return [clock for clock in self.clocks if clock.state == "running" and (not kinds or clock.kind in kinds)]

    def _start(self, clock: Due) -> None:
        """A clock that nobody sees is lost, and goes nowhere from there."""
        there = (clock.kind, clock.due_at) in self.seen
        self.clocks.append(clock if there else replace(clock, state="absent"))
        if not there:
            self._differs(clock, "lost", f"a clock due at {clock.due_at.isoformat()}", "none")

    def _ends(self, clock: Due, state: str, at: datetime) -> None:
        self.clocks[self.clocks.index(clock)] = replace(clock, state=state, ended_at=at)

    def _differs(self, clock: Due, wrong: str, expected: str, seen: str) -> None:
        """Kept, unless it only follows from a rise that should not have been."""
        if not (self.rose_wrongly and clock.kind in FOLLOWING):
            self.differences[clock.key] = Difference(wrong, expected, seen)

    # -- time

    def _strike(self, has_come: Callable[[datetime], bool]) -> None:
        while due := min((clock.due_at for clock in self._running() if has_come(clock.due_at)), default=None):
            breaking = [clock for clock in self._running() if clock.due_at == due]
            broken = [clock for clock in breaking if self._breaks(clock)]
            if any(clock.kind in RAISING for clock in broken):
                self._rise(due)

    def _breaks(self, clock: Due) -> bool:
        """Must break; whether it is seen to have. Just before the end nobody may have noticed yet."""
        state = self._seen_state(clock)
        if state != "broken" and not (state == "running" and self.close(clock.due_at, self.end)):
            self._differs(clock, "lost", f"broken at {clock.due_at.isoformat()}", state)
        self._ends(clock, state if state != "running" else "overdue", clock.due_at)
        return state == "broken"

    def _runs_on(self, clock: Due) -> None:
        state = self._seen_state(clock)
        if state == "broken" and clock.due_at > self.until:
            self._differs(clock, "early", f"running until {clock.due_at.isoformat()}", state)
        elif state not in ("running", "broken"):
            self._differs(clock, "otherwise", "running", state)

    def _seen_state(self, clock: Due) -> str:
        return str(self.seen[clock.key]["state"])

    def _rise(self, at: datetime) -> None:
        """One level up, unless a level has still to take over or the province has it (ES4)."""
        if self._running("acceptance") or self.level == LEVELS[-1]:
            return
        for clock in self._running("level"):
            self._ends(clock, "cancelled", at)
        above = LEVELS[LEVELS.index(self.level) + 1]
        due = Due("acceptance", at, at + timedelta(hours=ACCEPTANCE[above]), level=above)
        self._start(due)
        if due in self.clocks:
            self.level = above

    # -- people

    def _happens(self, happening: Happening) -> None:
        for clock in self._running(*MET_BY.get(happening.what, ("-",))):
            self._met(clock, happening.at)
        for clock in self._begun(happening):
            self._start(clock)

    def _met(self, clock: Due, at: datetime) -> None:
        """Met in time; broken all the same is wrong, but for acts at about the due time."""
        state = self._seen_state(clock)
        if state == "broken":
            if not self.close(at, clock.due_at):
                self._differs(clock, "early", f"met at {at.isoformat()}, before it was due", state)
            self._ends(clock, "broken", clock.due_at)
            if clock.kind in RAISING:
                self._rise(clock.due_at)
                self.rose_wrongly = True
            return
        if state != "met":
            self._differs(clock, "lost" if state == "running" else "otherwise", f"met at {at.isoformat()}", state)
        self._ends(clock, "met", at)

    def _begun(self, happening: Happening) -> list[Due]:
        at = happening.at
        if happening.what == "promised" and happening.due_at and happening.due_at > at:
            return [Due("promise", at, happening.due_at, told=True)]
        if happening.what == "declared":
            return [Due(kind, at, at + timedelta(hours=hours), told=True) for kind, hours in MAJOR.items()]
        if happening.what == "accepted" and self.level in AT_LEVEL:
            return [Due("level", at, at + timedelta(hours=AT_LEVEL[self.level]), level=self.level)]
        if happening.what == "replied":
            return [Due("follow_up", at, at + timedelta(hours=FOLLOW_UP))]
        return []
