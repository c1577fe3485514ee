"""Brand or category were wrong: what still runs is computed again from its start, what has ended stays (CL10). Pure."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from services.escalation import history as h
from services.escalation.clocks import Clock
from services.escalation.course import Course
from services.escalation.facts import ASKED_FOR, Facts
from services.escalation.happenings import Happening
from shared.timelimit import Limit


def clock_facts(facts: Facts) -> dict[str, Any]:
    """The facts that the clock policy may ask for; intake's limits are made from the same."""
    return {name: getattr(facts, name) for name in ASKED_FOR}


def corrected(course: Course, happening: Happening) -> None:
    """The clocks of every moment that depends on what was corrected."""
    facts = course.case.facts
    moments = {"registered": facts.registered_at, "reopened": facts.reopened_at}
    for moment, at in moments.items():
        if at:
            _again(course, moment, at, happening.at)


def _again(course: Course, moment: str, at: datetime, now: datetime) -> None:
    limits = {limit.kind: limit for limit in course.limits(moment, at, clock_facts(course.case.facts))}
    for clock in course.case.clocks:
        if (clock.moment, clock.started_at) == (moment, at) and (clock.state != "cancelled" or clock.called_off):
            _retime(course, clock, limits.pop(clock.kind, None), now)
    if course.case.facts.status == "open":
        for limit in limits.values():
            clock = course.clock(limit, moment)
            course.add(h.ClockStarted(replace(clock, known_at=now)))


def _retime(course: Course, clock: Clock, limit: Limit | None, now: datetime) -> None:
    """What people extended or moved stays as they decided (CL3); a clock that would not have started is cancelled."""
    if not clock.running or clock.extended or clock.moved_from:
        return
    if limit is None:
        course.cancel([clock], now)
    elif limit.due_at != clock.due_at:
        times = (limit.warn_at, limit.due_at, limit.intervals)
        follows = (limit.rule, course.rules.calendar_version)
        course.add(h.ClockRecomputed(clock.clock_id, now, clock.due_at, *times, *follows))
