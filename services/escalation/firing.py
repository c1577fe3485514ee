"""What time will do to a case if nobody acts: the very decisions of the ladder, played ahead. Pure."""

from datetime import datetime
from typing import Any

from services.escalation import history as h
from services.escalation.course import Course
from services.escalation.model import Case
from services.escalation.rules import Rules

WORDS = {h.ClockWarned: "warns", h.ClockBroken: "breaks"}


def firing(case: Case, until: datetime, rules: Rules) -> list[dict[str, Any]]:
    """Every warning and break up to `until`, soonest first.

    {clock_id, kind, rule, fires, at, due_at, level, new, then}: `level` who has the case then; `new`: the clock starts
    only by a rise before it; `then` {raises_to, tells}: the level that follows, and who is told of it by name (ES4)."""
    course, known, fires = Course(case, rules), {clock.clock_id for clock in case.clocks}, list[dict[str, Any]]()
    while (instant := course.case.next_instant) and instant <= until:
        level, begin = course.case.level, len(course.events)
        course.settle(instant)
        struck = course.events[begin:]
        fires += [_told(course.case, event, level, known, struck) for event in struck if type(event) in WORDS]
    return fires


def _told(case: Case, event: Any, level: str, known: set[str], struck: list[Any]) -> dict[str, Any]:
    """One warning or break; of several breaks at once the first one raises the level (ES4)."""
    clock = case.clock(event.clock_id)
    risen = next((each for each in struck if isinstance(each, h.Escalated)), None)
    raises = isinstance(event, h.ClockBroken) and risen is not None and risen.cause == clock.kind
    told = next((each.who for each in struck if isinstance(each, h.ChainTold)), None)
    return {
        "clock_id": clock.clock_id,
        "kind": clock.kind,
        "rule": clock.rule,
        "fires": WORDS[type(event)],
        "at": getattr(event, "noticed_at", event.at),
        "due_at": clock.due_at,
        "level": level,
        "new": clock.clock_id not in known,
        "then": {"raises_to": risen.to_level if raises and risen else None, "tells": told if raises else None},
    }
