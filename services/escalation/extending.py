"""More time for a coordinated complaint, and which clock is meant (CL3). Pure."""

from datetime import datetime
from typing import Any

from services.escalation import errors
from services.escalation import history as h
from services.escalation.clocks import Clock
from services.escalation.course import Course
from services.escalation.model import Case
from services.escalation.rules import Rules
from shared.aggregate import Actor
from shared.timelimit import extended


def clock_named(case: Case, name: str) -> Clock:
    """The clock with this id, or of this kind where there is one (of several, the running one).

    Raises NoSuchClock, SeveralClocks."""
    exact = [clock for clock in case.clocks if clock.clock_id == name]
    of_kind = [clock for clock in case.clocks if clock.kind == name]
    found = exact or of_kind
    if len(found) > 1:
        found = [clock for clock in of_kind if clock.running]
    if len(found) == 1:
        return found[0]
    if of_kind:
        raise errors.SeveralClocks(name, [clock.clock_id for clock in of_kind])
    raise errors.NoSuchClock(name, [clock.clock_id for clock in case.clocks])


def extend(case: Case, name: str, due_at: datetime, reason: str, _by: Actor, now: datetime, rules: Rules) -> list[Any]:
    """Moves a running clock's due time (CL3). Raises NotCoordinated, NotExtendable, NotLater, and as clock_named.

    An answer's promise stays within the handling limit, which is extended first (CL8): else BeyondHandling."""
    if case.facts.coordination is None:
        raise errors.NotCoordinated(case.complaint_id)
    course = Course(case, rules)
    course.settle(now)
    clock = clock_named(course.case, name)
    if not clock.running or clock.kind not in rules.ladder.extendable:
        raise errors.NotExtendable(clock.clock_id, clock.kind, clock.state, sorted(rules.ladder.extendable))
    if due_at <= max(clock.due_at, now):
        raise errors.NotLater(clock.due_at, now)
    within_handling(course.case, clock, due_at)
    limit = extended(clock.limit, due_at)
    times = (limit.warn_at, limit.due_at, limit.intervals)
    course.add(h.ClockExtended(clock.clock_id, now, clock.due_at, *times, reason))
    return course.events


def within_handling(case: Case, clock: Clock, due_at: datetime) -> None:
    """Raises BeyondHandling for the clock of an answer's promise that would end after the handling limit (CL8)."""
    answers = {promise.promise_id for promise in case.facts.promises if promise.kind == "answer"}
    limit = max((each.due_at for each in case.clocks if each.kind == "handling"), default=due_at)
    if clock.clock_id in answers and due_at > limit:
        raise errors.BeyondHandling(limit)
