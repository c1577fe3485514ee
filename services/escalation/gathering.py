"""Raising incidents and gathering their complaints: where MJ4's decisions meet the stores.

A case is written before its place is looked at. So whoever comes last to a place sees all the others, and whoever did
not see the incident is found by its gathering: nobody is missed. A unique index lets one incident be open at a place.
"""

import logging
from functools import partial
from uuid import uuid4

from services.escalation import grouping
from services.escalation.incident import Incident, Raised, gathered, succeeded, voided
from services.escalation.incidents.store import Incidents
from services.escalation.model import Case
from services.escalation.rules import GroupPolicy
from services.escalation.steps import ITSELF
from services.escalation.store import Cases
from shared.aggregate import Actor
from shared.bus.answers import outage
from shared.clock import Clock, machine_now
from shared.documents import Clash
from shared.stored import Saved

SYSTEM = Actor(ITSELF, "system")
INCIDENTS_PER_LOOK = 10
PAGES_PER_LOOK = 10

log = logging.getLogger(__name__)


class SomebodyLeftOut(Exception):
    """A case of the place could not join, or none could tell: the incident is gathered once more, later."""


class Gathering:
    """`policy`: how many complaints of how many customers within what time."""

    def __init__(self, cases: Cases, incidents: Incidents, policy: GroupPolicy, clock: Clock) -> None:
        self._cases, self._incidents, self._policy, self._clock = cases, incidents, policy, clock

    def look_at(self, saved: Saved[Case] | None) -> None:
        """Lets a case that was just written join the incident at its place, which it may be the one to raise.

        May be repeated."""
        place = grouping.waits_at(saved.state) if saved else None
        if saved is None or place is None:
            return
        if incident_id := self._incidents.open_at(place) or self._raised(saved.state, place):
            self._join(saved.id, incident_id, place)

    def gather(self) -> None:
        """Due work: all that waited at a new incident's place join it; then it is told, once.

        Neither the others nor the alert wait for a case that cannot join; it is tried again later."""
        waking = self._incidents.waking(machine_now(), INCIDENTS_PER_LOOK)
        self._incidents.wake_aside.each(waking, lambda each: self._gather(self._incidents.get(each).state))

    def _raised(self, case: Case, place: str) -> str | None:
        """A new incident where enough wait at the place; the one that another replica raised in this instant."""
        window = grouping.crowd(self._cases.waiting_near(place, case.facts.registered_at, self._policy), self._policy)
        if not window:
            return None
        facts, now, incident_id = case.facts, self._clock.now(), uuid4().hex
        named = (place, facts.branch, facts.category, facts.category_name, facts.area or "", case.complaint_id)
        try:
            self._incidents.insert(
                incident_id, [Raised(incident_id, *named, len(window), window[0].at, now)], SYSTEM, now
            )
        except Clash:
            return self._incidents.open_at(place)
        return incident_id

    def _gather(self, incident: Incident) -> None:
        for _ in range(PAGES_PER_LOOK):
            waiting = self._cases.waiting_since(incident.place, incident.since)
            if not waiting:
                return self._gathered(incident)
            joining = partial(self._join, incident_id=incident.incident_id, place=incident.place)
            self._cases.wake_aside.each(waiting, joining)
        return None

    def _gathered(self, incident: Incident) -> None:
        named, count = incident.incident_id, self._cases.count_members(incident.incident_id)
        if count and not self._cases.has_told(incident.teller, named):
            self._tell(incident, count)
        if self._cases.left_out(incident.place, incident.since):
            raise SomebodyLeftOut
        self._incidents.change(named, gathered if count else voided, SYSTEM)

    def _tell(self, incident: Incident, count: int) -> None:
        """By one case: its founder's or, where that cannot be written, the oldest that can, chosen before it tells."""
        if self._told_by(incident.teller, incident, count):
            return
        for saved in self._cases.members_of(incident.incident_id):
            if saved.id != incident.teller:
                self._incidents.change(incident.incident_id, partial(succeeded, saved.id), SYSTEM)
                if self._told_by(saved.id, incident, count):
                    return
        raise SomebodyLeftOut

    def _told_by(self, teller: str, incident: Incident, count: int) -> bool:
        named, since = incident.incident_id, incident.since
        try:
            self._cases.change(teller, lambda case, now: grouping.announced(case, named, count, since, now), SYSTEM)
        except Exception as fault:
            if outage(fault):
                raise
            log.exception("incident %s cannot be told by %s; another member tells", named, teller)
            return False
        return True

    def _join(self, complaint_id: str, incident_id: str, place: str) -> None:
        self._cases.change(complaint_id, lambda case, now: grouping.joined(case, incident_id, place, now), SYSTEM)
