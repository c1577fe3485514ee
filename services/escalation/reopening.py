"""After the reply: dissatisfied, explained, still dissatisfied, then reopened one level higher (ES6). Pure.

Reopening itself is intake's affair: it is wanted here, asked for as due work, and proved by newer facts.
"""

from datetime import datetime, timedelta
from typing import Any

from services.escalation import history as h
from services.escalation.course import Course
from services.escalation.facts import Turn
from services.escalation.happenings import Happening
from services.escalation.model import Case

FIRST_PAUSE, LONGEST_PAUSE = timedelta(seconds=15), timedelta(hours=1)


def followed_up(course: Course, happening: Happening) -> None:
    """Dissatisfied once asks for an explanation; again, or going to complain further, reopens and raises.

    Who could not be asked (unknown) is neither content nor still dissatisfied: the count stays."""
    course.met("followed_up", happening.at)
    said: Turn = happening.subject
    if said.will_complain_further:
        return _reopen(course, "will_complain_further", happening.at)
    if said.satisfaction == "unknown":
        return None
    if said.satisfaction != "dissatisfied":
        return _explained(course, happening.at)
    if course.case.explaining + 1 >= course.rules.ladder.dissatisfied_follow_ups:
        return _reopen(course, "still_dissatisfied", happening.at)
    return course.add(h.ExplanationAsked(happening.at))


def _explained(course: Course, at: datetime) -> None:
    if course.case.explaining:
        course.add(h.ExplanationEnded(at))


def _reopen(course: Course, cause: str, at: datetime) -> None:
    """One level up; what has been reopened since then need not be asked for."""
    course.rise("follow_up", at)
    reopened_at = course.case.facts.reopened_at
    if reopened_at and reopened_at >= at:
        return _explained(course, at)
    return course.add(h.ReopeningWanted(cause, at))


def tried(case: Case, machine_now: datetime) -> list[Any]:
    """Takes the right to ask intake now; [] where somebody else has it or nothing is wanted."""
    wanted = case.reopening
    if wanted is None or wanted.wake_at > machine_now:
        return []
    return [h.ReopeningTried(machine_now + pause_after(wanted.tries))]


def pause_after(tries: int) -> timedelta:
    """How long intake is left alone after so many tries."""
    return min(FIRST_PAUSE * (1 << min(tries, 10)), LONGEST_PAUSE)


def dropped(case: Case, refusal: str, now: datetime) -> list[Any]:
    """Intake refused for good: the complaint is not what it was."""
    return [h.ReopeningDropped(refusal, now)] if case.reopening else []
