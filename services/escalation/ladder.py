"""What people do on the ladder: take over, pass up, hand back, call arbitration (ES2, ES3, ES5, ES9). Pure.

Time strikes first: a level whose acceptance clock has run out cannot accept any more, whether or not anyone noticed.
"""

from datetime import datetime
from typing import Any

from services.escalation import errors
from services.escalation import history as h
from services.escalation.course import Course
from services.escalation.model import Case
from services.escalation.returning import returned_clock, within_bounds
from services.escalation.rules import Rules, above, below
from services.rights import LEVELS, own_level
from shared.aggregate import Actor

ARBITRATION = "arbitration"


def accept(case: Case, by: Actor, now: datetime, rules: Rules) -> list[Any]:
    """The awaited level takes over; its level clock starts (ES3). Raises AnotherLevel, NobodyAwaited, NoLadder."""
    course = _settled(case, now, rules)
    level = _acting(course.case, by)
    if course.case.awaiting is None:
        raise errors.NobodyAwaited(case.complaint_id, level)
    course.met("accepted", now)
    course.add(h.CaseAccepted(level, now, course.start_for_level("accepted", now, level)))
    return course.events


def escalate(case: Case, reason: str, by: Actor, now: datetime, rules: Rules) -> list[Any]:
    """Beyond the level's own authority: the next one is awaited (ES5). Raises AnotherLevel, OnlyByHand, NotInHand."""
    course = _settled(case, now, rules)
    level = _acting(course.case, by)
    if above(level) == ARBITRATION:
        raise errors.OnlyByHand(level)
    _in_hand(course.case)
    course.met("escalated", now)
    course.escalate("asked", now, reason)
    return course.events


def hand_back(case: Case, instruction: str, by: Actor, now: datetime, rules: Rules) -> list[Any]:
    """One level down, with an instruction and what time is left there (ES5).

    Raises AnotherLevel, NothingBelow, NotInHand, TooOften, NothingLeft."""
    course = _settled(case, now, rules)
    level = _acting(course.case, by)
    if level == LEVELS[0]:
        raise errors.NothingBelow(level)
    _in_hand(course.case)
    within_bounds(course, level)
    clock = returned_clock(course, below(level), now)
    course.met("handed_back", now)
    course.add(h.HandedBack(level, below(level), now, instruction, clock))
    return course.events


def arbitrate(case: Case, body: str, case_no: str, by: Actor, now: datetime, rules: Rules) -> list[Any]:
    """The province calls an outside body (ES9). Raises NotFromHere, NotInHand (withdrawn), NoLadder."""
    course = _settled(case, now, rules)
    level = course.case.level
    if level != own_level(by):
        raise errors.NotFromHere(level, _next(level))
    if course.case.facts.status == "withdrawn":
        raise errors.NotInHand(case.complaint_id, course.case.facts.status)
    course.met("escalated", now)
    course.add(h.ArbitrationOpened(now, body, case_no))
    return course.events


def _settled(case: Case, now: datetime, rules: Rules) -> Course:
    if not case.facts.has_ladder:
        raise errors.NoLadder(case.complaint_id)
    course = Course(case, rules)
    course.settle(now)
    return course


def _acting(case: Case, by: Actor) -> str:
    """The level the actor acts for, if the case is there; a jump is refused and says which level is next (ES2)."""
    level = own_level(by)
    if level != case.level or level is None:
        raise errors.AnotherLevel(case.level, case.awaiting, _next(case.level), by.role)
    return level


def _next(level: str) -> str | None:
    return None if level == ARBITRATION else above(level)


def _in_hand(case: Case) -> None:
    if not case.in_hand:
        raise errors.NotInHand(case.complaint_id, case.facts.status)
