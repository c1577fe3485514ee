"""Following the complaint: clocks and ladder brought in line with newer facts, at the facts' own times. Pure.

Any event can create the case; late, repeated or missing ones harm nothing: each happening takes its place in time.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from services.escalation import history as h
from services.escalation.alarms import sound
from services.escalation.correcting import clock_facts, corrected
from services.escalation.course import Course
from services.escalation.facts import Facts, Promise, Wait
from services.escalation.grouping import left
from services.escalation.happenings import Happening, happenings
from services.escalation.majors import declared, opinion_given, revoked
from services.escalation.model import Case
from services.escalation.reopening import followed_up
from services.escalation.rules import Rules


def follow(case: Case | None, facts: Facts, rules: Rules) -> list[Any]:
    """The events that bring a case (None: none yet) in line with the facts; [] for facts that are not newer."""
    if case is None:
        return _opened(facts, rules)
    if facts.seq <= case.facts.seq:
        return []
    if facts.says_the_same_as(case.facts):
        return [h.FactsSeen(facts.seq, facts.as_of)]
    course = Course(case, rules)
    course.add(h.FactsFollowed(facts))
    for happening in happenings(case.facts, facts):
        carry_out(course, happening)
    left(course, case.facts)
    return course.events


def fire(case: Case, now: datetime, rules: Rules) -> list[Any]:
    """Due work: all warnings and breaks up to now with the rises they cause (CL9, ES4)."""
    course = Course(case, rules)
    course.settle(now)
    return course.events


def _opened(facts: Facts, rules: Rules) -> list[Any]:
    """A complaint gets its case; what has no ladder gets one only for an alarm (IN19)."""
    course = Course.opened(_first(facts, rules), rules)
    sound(course, facts.registered_at)
    if not facts.has_clocks:
        return course.events if course.case.alerted else []
    for happening in happenings(None, facts):
        carry_out(course, happening)
    return course.events


def _first(facts: Facts, rules: Rules) -> h.CaseOpened:
    event = h.CaseOpened(facts, facts.registered_at)
    course = Course.opened(event, rules)
    opened(course)
    return replace(event, clocks=course.case.clocks)


def opened(course: Course) -> None:
    """The clocks that registering a complaint starts."""
    facts = course.case.facts
    if facts.has_clocks:
        course.start("registered", facts.registered_at, clock_facts(facts))


def carry_out(course: Course, happening: Happening) -> None:
    """Time strikes up to the happening, then it takes effect."""
    if not course.case.facts.has_clocks and happening.what != "alarmed":
        return
    course.settle(happening.at, inclusive=False)
    HANDLERS[happening.what](course, happening)


def _act(course: Course, happening: Happening) -> None:
    course.met(happening.what, happening.at)


def _promised(course: Course, happening: Happening) -> None:
    promise: Promise = happening.subject
    kept = course.case.facts.has_ladder and promise.due_at > promise.made_at
    if kept:  # intake refuses others (CL8, IN3); one that slips through must not stop the case
        facts = {**clock_facts(course.case.facts), "promise": promise.kind, "due_at": promise.due_at}
        course.start("promised", promise.made_at, facts, promise.promise_id)


def _told_to_wait(course: Course, happening: Happening) -> None:
    wait: Wait = happening.subject
    known = "told_to_wait" in course.rules.clocks.moments  # a complaint keeps the clocks it was opened under
    if known and wait.until > wait.told_at:  # intake refuses others (RP8)
        facts = {**clock_facts(course.case.facts), "due_at": wait.until}
        course.start("told_to_wait", wait.told_at, facts, wait.wait_id)


def _fulfilled(course: Course, happening: Happening) -> None:
    course.met("fulfilled", happening.at, happening.subject)


def _replied(course: Course, happening: Happening) -> None:
    """A reply meets what waits for it, and nobody has to take the case over any more."""
    course.met("answered", happening.at)
    course.met("replied", happening.at)
    _nobody_awaited(course, happening.at)
    _work_ended(course, "replied", happening.at)
    if happening.what == "replied":
        course.start("replied", happening.at, clock_facts(course.case.facts))


def _reopened(course: Course, happening: Happening) -> None:
    """Handled anew; the follow-up of the reply that did not stand is owed no more (RP3)."""
    course.cancel([clock for clock in course.case.running if clock.moment == "replied"], happening.at)
    if not course.case.at_work:
        course.add(h.HandlingResumed(happening.at))
    course.start("reopened", happening.at, clock_facts(course.case.facts))


def _withdrawn(course: Course, happening: Happening) -> None:
    course.cancel(course.case.running, happening.at)
    _nobody_awaited(course, happening.at)
    _work_ended(course, "withdrawn", happening.at)
    course.add(h.CaseClosed("withdrawn", happening.at))


def _archived(course: Course, happening: Happening) -> None:
    course.add(h.CaseClosed("archived", happening.at))


def _nobody_awaited(course: Course, at: datetime) -> None:
    if course.case.awaiting:
        course.add(h.AwaitingEnded(at))


def _work_ended(course: Course, outcome: str, at: datetime) -> None:
    if course.case.at_work:
        course.add(h.HandlingEnded(outcome, at))


HANDLERS: Mapping[str, Callable[[Course, Happening], None]] = {
    "registered": lambda _course, _happening: None,  # its clocks stand in CaseOpened
    "corrected": corrected,
    "declared_major": declared,
    "revoked": revoked,
    "promised": _promised,
    "answered": _act,
    "contacted": _act,
    "called_back": _act,
    "called": _act,
    "told_to_wait": _told_to_wait,
    "remarked": _act,
    "opinion": opinion_given,
    "fulfilled": _fulfilled,
    "reopening_proves_reply": _replied,
    "replied": _replied,
    "followed_up": followed_up,
    "reopened": _reopened,
    "withdrawn": _withdrawn,
    "archived": _archived,
    "alarmed": lambda course, happening: sound(course, happening.at),
}
