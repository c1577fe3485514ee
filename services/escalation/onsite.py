"""Putting on record what happened on the spot, and what the manual forbids there (ES7, ES8, ES10). Pure."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from services.escalation import errors
from services.escalation import history as h
from services.escalation.alarms import sound_for
from services.escalation.course import Course
from services.escalation.history import Disturbance, MediaVisit
from services.escalation.model import Case
from services.escalation.rules import Rules
from shared.aggregate import Actor

STAFF_CALMING = range(2, 4)


def record_disturbance(
    case: Case, record: Disturbance, security_touched: bool, by: Actor, now: datetime, rules: Rules
) -> list[Any]:
    """A disturbance on record; both informed parties are told. Raises AgainstTheManual, naming what it forbids."""
    if security_touched:
        raise errors.AgainstTheManual("security", "security keeps order without touching anybody")
    if record.staff_calming not in STAFF_CALMING:
        raise errors.AgainstTheManual("staff_calming", "two or three of the staff calm the other customers")
    if record.police and record.police.called and not record.police.accompanied_by:
        raise errors.AgainstTheManual("police.accompanied_by", "somebody of the staff accompanies the police")
    course = Course(case, rules)
    sound_for(course, "disturbance", now)
    told = bool(record.police and record.police.called)
    course.add(h.DisturbanceRecorded(now, told, _to_be_marked(case), replace(record, by=by.sub, at=now)))
    return course.events


def record_media(case: Case, record: MediaVisit, by: Actor, now: datetime, rules: Rules) -> list[Any]:
    """A reporter's visit on record; the media contact is told at once, also that something was promised (ES7)."""
    course = Course(case, rules)
    sound_for(course, "media", now)
    seen = replace(record, by=by.sub, at=now)
    course.add(h.MediaRecorded(now, record.promised_nothing, _to_be_marked(case), seen))
    return course.events


def _to_be_marked(case: Case) -> bool:
    """Both are major (ES7, ES8), as long as the complaint is open."""
    return case.facts.has_ladder and case.facts.status == "open" and not case.major
