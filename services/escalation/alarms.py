"""Alarms: media and disturbance are told at once, whatever becomes of the complaint (ES7, ES8, IN19). Pure."""

from datetime import datetime

from services.escalation.course import Course
from services.escalation.history import DisturbanceAlerted, MediaAlerted

ALERTS = {"media": MediaAlerted, "disturbance": DisturbanceAlerted}


def sound(course: Course, at: datetime) -> None:
    """Each alarm whose triggers the complaint has, once a case."""
    for alarm, triggers in course.rules.ladder.alarms.items():
        present = course.case.facts.alarms & triggers
        if present and alarm not in course.case.alerted:
            course.add(ALERTS[alarm](tuple(sorted(present)), at))
