"""Handing back: how often, and how much time the level below still has (ES5). Pure.

A hand-back returns only what was unused: the level below goes on with the rest of its own limit, never with a fresh
one. The agent's own limit is the handling clock; once that has ended, his level clock watches.
"""

from dataclasses import replace
from datetime import datetime

from services.escalation import errors
from services.escalation.clocks import Clock
from services.escalation.course import Course
from services.escalation.model import Case
from services.escalation.rules import above
from services.rights import LEVELS
from shared.timelimit import shortened


def within_bounds(course: Course, level: str) -> None:
    """Raises TooOften where this handling of the complaint was handed back as often as the policy allows."""
    most = course.rules.ladder.round_trips
    times = sum(step.step == "handed_back" and step.at >= course.case.since for step in course.case.steps)
    if times >= most:
        raise errors.TooOften(times, above(level))


def returned_clock(course: Course, level: str, now: datetime) -> Clock | None:
    """What watches the level that gets the case back: the unused rest of its limit. Raises NothingLeft."""
    if level == LEVELS[0] and _watched_otherwise(course.case):
        return None
    whole = course.start_for_level("accepted", now, level)
    last = _last_of(course.case, level)
    if whole is None or last is None:
        return whole
    unused = last.limit.span - last.limit.counted_until(last.ended_at or now)
    if not unused:
        raise errors.NothingLeft(level, above(level))
    rest = shortened(whole.limit, unused)
    return replace(whole, warn_at=rest.warn_at, due_at=rest.due_at, intervals=rest.intervals)


def _watched_otherwise(case: Case) -> bool:
    """The agent's handling clock still runs, or the complaint is answered and nothing is left to do."""
    return case.running_of("handling") is not None or not (case.facts.status == "open" or case.reopening)


def _last_of(case: Case, level: str) -> Clock | None:
    """The level's latest own clock of this handling of the complaint."""
    own = [clock for clock in case.clocks if (clock.kind, clock.level) == ("level", level)]
    return next((clock for clock in reversed(own) if clock.started_at >= case.since), None)
