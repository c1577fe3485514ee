"""Pre-refunds of a complaint: each has its own clock, from its payment until it is verified (RF4, CL5). Pure.

Each of refund's events says all that matters here: a late, repeated or missing one harms nothing. None breaks a
clock, not even its own: that is due work, which first asks about every clock of the case that is over.
"""

from datetime import datetime
from typing import Any

from services.escalation import history as h
from services.escalation.correcting import clock_facts
from services.escalation.course import Course
from services.escalation.facts import PreRefund
from services.escalation.model import Case
from services.escalation.rules import Rules


def follow_pre_refund(case: Case, told: PreRefund, rules: Rules) -> list[Any]:
    """The events that bring the case in line with what refund says; [] for what is not newer, or not on the ladder."""
    known = case.pre_refund(told.refund_id)
    if (known and known.seq >= told.seq) or not case.facts.has_ladder:
        return []
    course = Course(case, rules)
    course.add(h.PreRefundFollowed(told, told.paid_at, None if known else _clock(course, told)))
    if told.verified_at and _in_time(course.case, told.refund_id, told.verified_at):
        course.met("verified", told.verified_at, told.refund_id)
    return course.events


def _in_time(case: Case, refund_id: str, verified_at: datetime) -> bool:
    return any(clock.clock_id == refund_id and verified_at <= clock.due_at for clock in case.running)


def _clock(course: Course, told: PreRefund) -> Any:
    """Its clock has its id. A complaint that was withdrawn has no running clocks, so none starts."""
    if course.case.facts.status == "withdrawn":
        return None
    limits = course.limits("pre_refunded", told.paid_at, clock_facts(course.case.facts))
    clocks = [course.clock(limit, "pre_refunded", told.refund_id) for limit in limits]
    return clocks[0] if clocks else None
