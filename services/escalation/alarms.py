"""Alarms: media and disturbance are told at once, whatever becomes of the complaint (ES7, ES8, IN19). Pure."""

from datetime import datetime

from services.escalation.course import Course
from services.escalation.history import DisturbanceAlerted, MediaAlerted

ALERTS = {"media": MediaAlerted, "disturbance": DisturbanceAlerted}


def sound(course: Course, at: datetime) -> None:
    """Each alarm whose triggers the complaint has, once a case."""
    for alarm, triggers in course.rules.ladder.alarms.items():
        if course.case.facts.alarms & triggers:
            sound_for(course, alarm, at)


def sound_for(course: Course, alarm: str, at: datetime) -> None:
    """This alarm, unless the case has sounded it before."""
    present = course.case.facts.alarms & course.rules.ladder.alarms.get(alarm, frozenset())
    if alarm not in course.case.alerted:
        course.add(ALERTS[alarm](tuple(sorted(present)), at))
