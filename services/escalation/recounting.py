"""A notice of days off and make-up days that came out late: running limits in working days, counted again. Pure.

A running clock keeps the calendar it was opened under until an operator applies the notice; then it is computed again
from its start (as under CL10), the old value in history. What was met or broken, or what people extended, stays.
"""

from collections.abc import Collection, Iterator
from datetime import datetime
from typing import Any

from services.escalation import history as h
from services.escalation.clocks import Clock
from services.escalation.course import Course
from services.escalation.model import Case
from services.escalation.rules import Rules
from shared.calendar import Calendar
from shared.timelimit import DAY_KINDS, Limit, recounted


def counts_days(clock: Clock) -> bool:
    """Whether a notice could still move it."""
    return clock.running and not clock.extended and any(each.why in DAY_KINDS for each in clock.intervals)


def moving(case: Case, calendar: Calendar) -> Iterator[tuple[Clock, Limit]]:
    """The running clocks that are due at another time under this calendar, and their limits then."""
    for clock in filter(counts_days, case.clocks):
        limit = recounted(clock.limit, calendar)
        if limit.due_at != clock.due_at:
            yield clock, limit


def recount(case: Case, now: datetime, rules: Rules, only: Collection[str] = ()) -> list[Any]:
    """Moves the running clocks (or `only` these) to their times under these rules' calendar; first time strikes."""
    course = Course(case, rules)
    course.settle(now)
    for clock, limit in moving(course.case, rules.calendar):
        if not only or clock.clock_id in only:
            times = (limit.warn_at, limit.due_at, limit.intervals)
            course.add(h.ClockRecounted(clock.clock_id, now, clock.due_at, *times, rules.calendar_version))
    return course.events


def moved(case: Case, calendar_version: str) -> Iterator[tuple[Clock, datetime]]:
    """The clocks that were moved to this calendar, and when each was due before."""
    before = {step.clock_id: step.was for step in case.steps if step.step == "clock_recounted"}
    for clock in case.clocks:
        was = before.get(clock.clock_id)
        if was and clock.calendar_version == calendar_version:
            yield clock, was
