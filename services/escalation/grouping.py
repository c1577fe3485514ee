"""Many customers, one problem: which complaints count together, and when they are one incident (MJ4). Pure.

A complaint counts at one place: its leaf in its area of its branch. Refused or withdrawn, or filed under another leaf,
it leaves; an incident that was raised stays.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from services.escalation import history as h
from services.escalation.course import Course
from services.escalation.facts import Facts
from services.escalation.model import Case
from services.escalation.reopening import pause_after
from services.escalation.rules import GroupPolicy


@dataclass(frozen=True)
class Sighting:
    """One complaint at a place: when it was registered, and whose it is."""

    complaint_id: str
    at: datetime
    customer: str


def place_of(facts: Facts) -> str | None:
    """Where the complaint counts; nowhere (None) without an area, refused, withdrawn, or where it is no complaint."""
    if not facts.has_ladder or facts.status == "withdrawn" or not facts.area:
        return None
    return "|".join((facts.branch, facts.category, facts.area))


def waits_at(case: Case) -> str | None:
    """The place at which it counts and belongs to no incident yet."""
    return None if case.incident_id else place_of(case.facts)


def crowd(sightings: Sequence[Sighting], policy: GroupPolicy) -> tuple[Sighting, ...]:
    """The first window with enough complaints of enough customers; () where there is none. Both ends belong to it."""
    ordered = sorted(sightings, key=lambda each: (each.at, each.complaint_id))
    for number, first in enumerate(ordered):
        window = tuple(each for each in ordered[number:] if each.at - first.at <= policy.within)
        if len(window) >= policy.count and len({each.customer for each in window}) >= policy.customers:
            return window
    return ()


def joined(case: Case, incident_id: str, place: str, now: datetime) -> list[Any]:
    """It belongs to the incident, unless it has moved on meanwhile. Open and not yet major, it has to be marked."""
    if waits_at(case) != place:
        return []
    return [h.IncidentJoined(incident_id, now, marks=case.facts.status == "open" and not case.major)]


def left(course: Course, before: Facts) -> None:
    """A complaint that no longer counts where it did has left its incident."""
    now = course.case.facts
    if course.case.incident_id and place_of(before) != place_of(now):
        cause = now.status if now.status in ("withdrawn", "refused") else "reclassified"
        course.add(h.IncidentLeft(course.case.incident_id, cause, now.as_of))


def announced(case: Case, incident_id: str, count: int, since: datetime, now: datetime) -> list[Any]:
    """The one alert of an incident, told by the complaint that raised it."""
    if incident_id in case.alerted:
        return []
    return [h.IncidentRaised(incident_id, case.facts.area or "", count, since, now)]


def marking_tried(case: Case, machine_now: datetime) -> list[Any]:
    """Takes the right to have it marked major now; [] where somebody else has it or nothing is wanted."""
    wanted = case.marking
    if wanted is None or wanted.wake_at > machine_now:
        return []
    return [h.MarkingTried(machine_now + pause_after(wanted.tries))]


def marking_ended(case: Case, outcome: str, now: datetime) -> list[Any]:
    """Intake has marked it, or refuses for good: replied to meanwhile (MJ2)."""
    return [h.MarkingEnded(outcome, now)] if case.marking else []
