"""A case as it unfolds: each event is applied at once for the next decision to see, time strikes in order. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from services.escalation import history as h
from services.escalation.clocks import Clock
from services.escalation.facts import LONG_AGO
from services.escalation.model import Case
from services.escalation.moves import apply
from services.escalation.rules import Rules, above, at_least
from services.escalation.telling import begun, failed
from shared.aggregate import Actor, Stamp
from shared.timelimit import Limit, started_by

PROVISIONAL = Stamp(0, LONG_AGO, Actor("", "system"))  # who and when are history's affair, not a decision's


class Course:
    """The case now, the events that brought it here, and the rules it lives under."""

    def __init__(self, case: Case, rules: Rules, events: Iterable[Any] = ()) -> None:
        self.case, self.rules = case, rules
        self.events: list[Any] = list(events)

    @classmethod
    def opened(cls, event: h.CaseOpened, rules: Rules) -> "Course":
        """The course of a new case."""
        return cls(apply(None, event, PROVISIONAL), rules, [event])

    def add(self, event: Any) -> None:
        self.case = apply(self.case, event, PROVISIONAL)
        self.events.append(event)

    def _add_all(self, events: Iterable[Any]) -> None:
        for event in events:
            self.add(event)

    # -- time

    def settle(self, until: datetime, inclusive: bool = True) -> None:
        """Lets every instant up to `until` strike, in order, as if it had been watched all the time.

        It ends: each instant uses up a warning or a clock, and only rises, which the ladder bounds, make new ones."""
        while (instant := self.case.next_instant) and (instant < until or (inclusive and instant == until)):
            self._strike(instant)

    def _strike(self, instant: datetime) -> None:
        """Warnings, then breaks; several breaks at once raise once (ES4)."""
        for clock in self.case.running:
            if clock.warns_at == instant:
                self.add(h.ClockWarned(clock.clock_id, instant))
        self._break([clock for clock in self.case.running if clock.breaks_at == instant], instant)
        if self.case.walk and self.case.walk.next_at <= instant:
            self._add_all(failed(self.case, self.rules, instant, "idle"))

    def _break(self, clocks: Sequence[Clock], instant: datetime) -> None:
        for clock in clocks:
            self.add(h.ClockBroken(clock.clock_id, clock.due_at, instant))
        raising = [clock.kind for clock in clocks if clock.kind in self.rules.ladder.raised_by]
        if raising:
            self.rise(raising[0], instant)

    # -- clocks

    def limits(self, moment: str, at: datetime, facts: Mapping[str, Any]) -> tuple[Limit, ...]:
        """The limits that a moment starts."""
        return started_by(moment, facts, at, self.rules.clocks, self.rules.calendar)

    def clock(self, limit: Limit, moment: str, clock_id: str = "", level: str | None = None) -> Clock:
        """A limit as a clock of this case."""
        number = 1 + sum(clock.kind == limit.kind for clock in self.case.clocks)
        times = (limit.started_at, limit.warn_at, limit.due_at, limit.intervals)
        versions = (self.rules.clocks_version, self.rules.calendar_version)
        return Clock(clock_id or f"{limit.kind}-{number}", limit.kind, limit.rule, moment, *times, *versions, level)

    def start(self, moment: str, at: datetime, facts: Mapping[str, Any], clock_id: str = "") -> None:
        """Starts the clocks of a moment."""
        for limit in self.limits(moment, at, facts):
            self.add(h.ClockStarted(self.clock(limit, moment, clock_id)))

    def start_for_level(self, moment: str, at: datetime, level: str) -> Clock | None:
        """The clock that a level gets by a rise (acceptance) or by accepting (level); the policy may give it none."""
        facts = {"level": level}
        clocks = [self.clock(limit, moment, level=level) for limit in self.limits(moment, at, facts)]
        return clocks[0] if clocks else None

    def met(self, act: str, at: datetime, clock_id: str | None = None) -> None:
        """An act meets every running clock that waits for it; one whose due time had passed is broken (CL1)."""
        for clock in self.case.running:
            waits = act in self.rules.clocks.met_by(clock.kind, clock.rule)
            if not waits or (clock_id and clock.clock_id != clock_id):
                continue
            if at <= clock.due_at:
                self.add(h.ClockMet(clock.clock_id, max(at, clock.started_at)))
            else:
                self._break([clock], at)

    def cancel(self, clocks: Iterable[Clock], at: datetime) -> None:
        """Nothing is awaited of these clocks any more."""
        for clock in clocks:
            self.add(h.ClockCancelled(clock.clock_id, max(at, clock.started_at)))

    # -- ladder

    def rise(self, cause: str, at: datetime) -> None:
        """One level up by itself (ES4), unless a level has still to take over or the highest one has it."""
        top_reached = at_least(self.case.level, self.rules.ladder.top)
        if self.case.running_of("acceptance") or top_reached:
            return
        self.cancel([clock for clock in self.case.running if clock.kind == "level"], at)
        self.escalate(cause, at)

    def escalate(self, cause: str, at: datetime, reason: str = "") -> None:
        """The next level is awaited, with its acceptance clock."""
        level, walk = self.case.level, self.case.walk
        if walk and cause == "acceptance":
            self.add(h.ChainFailed(walk.told, "idle", at))
        acceptance = self.start_for_level("risen", at, above(level))
        self.add(h.Escalated(level, above(level), cause, at, acceptance, reason))
        self._add_all(begun(self.case, self.rules, at))
