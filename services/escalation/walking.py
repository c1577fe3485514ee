"""Walking a notify chain: who is told of a rise, after how long the next one, and who did not act (ES11). Pure.

The chain is that of the department in charge at the level; on days that are not worked it begins at the manager of the
branch's duty hall. Who is accused (IN15) is not told.
"""

from datetime import datetime
from typing import Any

from services.escalation import errors
from services.escalation import history as h
from services.escalation.course import Course
from services.escalation.model import Case
from services.escalation.rules import Rules
from services.escalation.telling import failed
from shared.aggregate import Actor


def acknowledge(case: Case, by: Actor, now: datetime, rules: Rules) -> list[Any]:
    """The one told acts, so nobody else is told. Raises NobodyTold, NotTold (ES11)."""
    course = Course(case, rules)
    course.settle(now)
    _must_be_told(course.case, by.sub)
    course.add(h.ChainAcknowledged(by.sub, now))
    return course.events


def report_unreachable(case: Case, who: str, by: Actor, now: datetime, rules: Rules) -> list[Any]:
    """The one told cannot be reached: the next one is told at once. Raises NobodyTold, NotTold (ES11)."""
    course = Course(case, rules)
    course.settle(now)
    _must_be_told(course.case, who)
    for event in failed(course.case, rules, now, "unreachable", by.sub):
        course.add(event)
    return course.events


def _must_be_told(case: Case, who: str) -> None:
    if case.walk is None:
        raise errors.NobodyTold(case.complaint_id)
    if case.walk.told != who:
        raise errors.NotTold(who, case.walk.told)
