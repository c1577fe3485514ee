"""What the doors of escalation share: finding a case, carrying out a command on it, asking intake for one."""

from collections.abc import Callable
from functools import partial
from typing import Any

from services.escalation.accused import Decide, must_not_be_accused, unless_accused
from services.escalation.desk import Desk
from services.escalation.explaining import explain
from services.escalation.extending import clock_named
from services.escalation.gathering import Gathering
from services.escalation.incident import Incident, close
from services.escalation.model import Case
from services.escalation.policies import rules_of
from services.escalation.shown import case_shown, incident_shown
from services.escalation.store import visible_to
from services.rights import sees_personal_data
from shared.aggregate import Actor
from shared.fields import an_id
from shared.policies.calendar import CALENDAR
from shared.policies.clocks import CLOCKS
from shared.requests import Request, request_of
from shared.stored import Saved

Answer = dict[str, Any]
Check = Callable[[Case], None]


def no_check(_case: Case) -> None:
    """Whom the table of rights lets in, may."""


class Doors:
    """Beneath the service's class, with stores, caller, clock, policies and the lines to other services."""

    name: Any
    cases: Any
    groups: Any
    clock: Any
    policies: Any
    intake: Any
    refund: Any

    def desk(self) -> Desk:
        return Desk(self.cases, self.intake, self.refund, partial(rules_of, self.policies), self.clock)

    def gathering(self) -> Gathering:
        return Gathering(self.cases, self.groups, self.policies["ladder"].group, self.clock)

    def found(self, id: Any, by: Actor) -> Saved[Case]:
        """The case, if it is visible; intake is asked where its first event is still on the way."""
        complaint_id, visible = an_id(id), visible_to(by)
        saved: Saved[Case] | None = self.cases.load(complaint_id, visible)
        if saved is None:
            self.desk().present(complaint_id)
        return saved or self.cases.get(complaint_id, visible)

    def incident_told(self, saved: Saved[Incident], by: Actor) -> Answer:
        """The incident with the complaints that belong to it now."""
        return incident_shown(saved, self.cases.members_of(saved.id), self.cases.count_members(saved.id), by)

    def incident_closed(self, incident_id: str, command: Answer, reason: str, by: Actor) -> Answer:
        """The incident after its closing."""
        request = self.asked(by, "close_incident", incident_id, command)
        closing = partial(close, reason=reason, by=by)
        saved = self.groups.change(incident_id, lambda known, now: closing(known, now=now), by, request, visible_to(by))
        return self.incident_told(saved, by)

    def explained(self, id: Any, name: str, by: Actor) -> Answer:
        """Why the clock of this name is due when it is due."""
        saved = self.found(id, by)
        clock = clock_named(saved.state, name)
        versions = partial(self.policies.versions.read, CLOCKS), partial(self.policies.versions.read, CALENDAR)
        return explain(self.cases.history(saved.id), clock.clock_id, versions, sees_personal_data(by))

    def asked(self, by: Actor, method: str, id: str, command: Answer) -> Request:
        return request_of(self.cases.keys, self.name, by, method, id, command)

    def changed(self, by: Actor, method: str, id: Any, command: Answer, act: Any, *told: Any) -> Answer:
        """Carries out `act(case, *told, by, now, rules)`."""
        complaint_id, decide, request = self._decision(by, method, id, command, act, *told)
        return case_shown(self.desk().act(complaint_id, decide, by, request), by)

    def recorded(self, by: Actor, method: str, id: Any, command: Answer, act: Any, *told: Any) -> Answer:
        """As `changed`, for what lets no time strike: nobody has to be asked before it."""
        complaint_id, decide, request = self._decision(by, method, id, command, act, *told)
        return case_shown(self.cases.change(complaint_id, decide, by, request, visible_to(by)), by)

    def _decision(
        self, by: Actor, method: str, id: Any, command: Answer, act: Any, *told: Any
    ) -> tuple[str, Decide, Request]:
        complaint_id, desk = self.found(id, by).id, self.desk()
        decide = unless_accused(by, lambda case, now: act(case, *told, by, now, desk.rules(case)))
        return complaint_id, decide, self.asked(by, method, complaint_id, command)

    def through_intake(
        self, by: Actor, method: str, its: str, id: Any, command: Answer, told: Answer, may: Check = no_check
    ) -> Answer:
        """Carries out intake's method `its`, unless this very request was answered before."""
        case = self.found(id, by)
        request = self.asked(by, method, case.id, command)
        done = self.cases.answer_of(request)
        if not done:
            must_not_be_accused(case.state, by)
            may(case.state)
            done = self.desk().through_intake(its, case.id, told, by, request)
        return case_shown(done, by)
