"""Operators' repairs: a running clock is moved or called off, with a reason, in the case's own history. Pure.

CL3 stays: what the policy does not name is never moved past the time that rules and coordination gave it, nor
called off.
"""

from datetime import datetime
from typing import Any

from services.escalation import history as h
from services.escalation import repair_errors as errors
from services.escalation.clocks import Clock
from services.escalation.course import Course
from services.escalation.extending import clock_named, within_handling
from services.escalation.model import Case
from services.escalation.rules import Rules
from shared.aggregate import Actor
from shared.timelimit import moved


def move_clock(
    case: Case, name: str, due_at: datetime, reason: str, _by: Actor, now: datetime, rules: Rules
) -> list[Any]:
    """Another due time; it warns at its own share of the new span. Raises ClockEnded, NotAhead, OnlyEarlier (CL3),
    BeyondHandling (CL8), and as clock_named."""
    course, clock = _running(case, name, now, rules)
    if due_at <= now or due_at == clock.due_at:
        raise errors.NotAhead(clock.due_at, now)
    if due_at > clock.given_due and clock.kind not in rules.ladder.repairs.later:
        raise errors.OnlyEarlier(clock.clock_id, clock.kind, clock.rule, clock.given_due)
    within_handling(course.case, clock, due_at)
    limit = moved(clock.limit, due_at, rules.clocks.clock(clock.kind, clock.rule, clock.moment).warn)
    times = (limit.warn_at, limit.due_at, limit.intervals)
    course.add(h.ClockMoved(clock.clock_id, now, clock.due_at, *times, reason))
    return course.events


def cancel_clock(case: Case, name: str, reason: str, _by: Actor, now: datetime, rules: Rules) -> list[Any]:
    """Nothing is awaited of it any more. Raises ClockEnded, NotCancellable (CL3), and as clock_named."""
    course, clock = _running(case, name, now, rules)
    if clock.kind not in rules.ladder.repairs.cancelled:
        allowed = sorted(rules.ladder.repairs.cancelled)
        raise errors.NotCancellable(clock.clock_id, clock.kind, clock.rule, allowed)
    course.add(h.ClockCalledOff(clock.clock_id, now, reason))
    return course.events


def _running(case: Case, name: str, now: datetime, rules: Rules) -> tuple[Course, Clock]:
    """First time strikes: what is due by now is broken, and stays so."""
    course = Course(case, rules)
    course.settle(now)
    clock = clock_named(course.case, name)
    if not clock.running:
        raise errors.ClockEnded(clock.clock_id, clock.state)
    return course, clock
