"""The escalation service: every complaint's clocks, and the ladder it climbs when a promise breaks."""

from collections.abc import Callable
from functools import partial
from typing import Any

from services.escalation import ladder, schemas
from services.escalation.accused import must_not_be_accused, unless_accused
from services.escalation.desk import Desk
from services.escalation.explaining import explain
from services.escalation.extending import clock_named, extend
from services.escalation.majors import may_give
from services.escalation.model import Case
from services.escalation.policies import FITS, POLICIES, rules_of
from services.escalation.shown import case_shown, due_shown
from services.escalation.store import Cases, visible_to
from services.rights import allowed, sees_personal_data
from shared.aggregate import Actor
from shared.auth import Caller
from shared.bus.call import RpcCaller
from shared.bus.inbox import on_event
from shared.bus.rpc import rpc
from shared.bus.tick import tick
from shared.fields import an_id
from shared.policies.calendar import CALENDAR
from shared.policies.clocks import CLOCKS
from shared.providers import Clock, Policies, Stored
from shared.requests import Request, request_of
from shared.stored import Saved

LOOK_EVERY = 0.5
Answer = dict[str, Any]
Check = Callable[[Case], None]

a_reason, an_instruction, an_acceptance = schemas.ReasonSchema(), schemas.HandBackSchema(), schemas.AcceptSchema()
a_declaration, an_opinion = schemas.DeclareMajorSchema(), schemas.OpinionSchema()
an_extension, an_arbitration = schemas.ExtendSchema(), schemas.ArbitrateSchema()
a_clock, a_filter = schemas.ExplainSchema(), schemas.DueSchema()


def no_check(_case: Case) -> None:
    """Whom the table of rights lets in, may."""


class EscalationService:
    """Cases, one a complaint, with the complaint's id."""

    name = "escalation"
    cases = Stored(Cases)
    caller = Caller(allowed)
    clock = Clock()
    policies = Policies(*POLICIES, fits=FITS)
    intake = RpcCaller("intake")

    @rpc
    def case(self, id: Any) -> Answer:
        """A complaint's clocks, level and steps."""
        by = self.caller.may("escalation.case")
        return case_shown(self._found(id, by), by)

    @rpc
    def explain(self, id: Any, filter: Any) -> Answer:
        """Why a clock is due when it is due, in Chinese and English."""
        by = self.caller.may("escalation.explain")
        name = a_clock.load(filter)["clock"]
        saved = self._found(id, by)
        clock = clock_named(saved.state, name)
        versions = partial(self.policies.versions.read, CLOCKS), partial(self.policies.versions.read, CALENDAR)
        return explain(self.cases.history(saved.id), clock.clock_id, versions, sees_personal_data(by))

    @rpc
    def due(self, filter: Any) -> Answer:
        """Clocks in a state, soonest first (KP1)."""
        by = self.caller.may("escalation.due")
        asked = a_filter.load(filter)
        items, after = self.cases.due_list(asked, by)
        return {"items": [due_shown(saved, asked["state"]) for saved in items], "after": after}

    @rpc
    def declare_major(self, id: Any, command: Any) -> Answer:
        """Makes a complaint major; it is so before the answer comes (MJ1, MJ2)."""
        by = self.caller.may("escalation.declare_major")
        told = a_declaration.load(command)
        return self._through_intake(by, "declare_major", "mark_major", id, command, told | {"by": by.sub})

    @rpc
    def revoke_major(self, id: Any, command: Any) -> Answer:
        """No longer major: what only a major complaint owes is cancelled."""
        by = self.caller.may("escalation.revoke_major")
        return self._through_intake(by, "revoke_major", "clear_major", id, command, a_reason.load(command))

    @rpc
    def give_opinion(self, id: Any, command: Any) -> Answer:
        """The supervisor's, support department's or legal office's opinion (MJ1, MJ2)."""
        by = self.caller.may("escalation.give_opinion")
        told = an_opinion.load(command)
        may = partial(may_give, kind=told["kind"], by=by)
        return self._through_intake(by, "give_opinion", "record_opinion", id, command, told | {"by": by.sub}, may)

    @rpc
    def escalate(self, id: Any, command: Any) -> Answer:
        """Beyond the level's own authority: the next level is awaited (ES5)."""
        by = self.caller.may("escalation.escalate")
        return self._changed(by, "escalate", id, command, ladder.escalate, a_reason.load(command)["reason"])

    @rpc
    def accept(self, id: Any, command: Any) -> Answer:
        """The awaited level takes over; its level clock starts (ES3)."""
        by = self.caller.may("escalation.accept")
        an_acceptance.load(command)
        return self._changed(by, "accept", id, command, ladder.accept)

    @rpc
    def hand_back(self, id: Any, command: Any) -> Answer:
        """One level down, with an instruction (ES5)."""
        by = self.caller.may("escalation.hand_back")
        instruction = an_instruction.load(command)["instruction"]
        return self._changed(by, "hand_back", id, command, ladder.hand_back, instruction)

    @rpc
    def extend(self, id: Any, command: Any) -> Answer:
        """More time while another company or province must help (CL3)."""
        by = self.caller.may("escalation.extend")
        told = an_extension.load(command)
        return self._changed(by, "extend", id, command, extend, told["clock"], told["due_at"], told["reason"])

    @rpc
    def arbitrate(self, id: Any, command: Any) -> Answer:
        """An outside body decides; from the province only (ES9)."""
        by = self.caller.may("escalation.arbitrate")
        told = an_arbitration.load(command)
        return self._changed(by, "arbitrate", id, command, ladder.arbitrate, told["body"], told["case_no"])

    @rpc
    def pulse(self) -> Answer:
        """What still waits: unsent events, due work, retries; and the service's business time."""
        self.caller.may("escalation.pulse")
        return {"service": self.name, **self.cases.pulse()}

    @on_event("intake", "*")
    def complaint_changed(self, event: Answer) -> None:
        self._desk().told(event)

    @tick(LOOK_EVERY)
    def strike(self) -> None:
        self._desk().look()

    @tick(LOOK_EVERY)
    def reopen(self) -> None:
        self._desk().reopen_wanted()

    def _desk(self) -> Desk:
        return Desk(self.cases, self.intake, partial(rules_of, self.policies), self.clock)

    def _found(self, id: Any, by: Actor) -> Saved[Case]:
        """The case, if it is visible; intake is asked where its first event is still on the way."""
        complaint_id, visible = an_id(id), visible_to(by)
        saved: Saved[Case] | None = self.cases.load(complaint_id, visible)
        if saved is None:
            self._desk().present(complaint_id)
        return saved or self.cases.get(complaint_id, visible)

    def _asked(self, by: Actor, method: str, id: str, command: Answer) -> Request:
        return request_of(self.cases.keys, self.name, by, method, id, command)

    def _changed(self, by: Actor, method: str, id: Any, command: Answer, act: Any, *told: Any) -> Answer:
        """Carries out `act(case, *told, by, now, rules)`."""
        complaint_id, desk = self._found(id, by).id, self._desk()
        request = self._asked(by, method, complaint_id, command)
        decide = unless_accused(by, lambda case, now: act(case, *told, by, now, desk.rules(case)))
        saved = self.cases.change(complaint_id, decide, by, request, visible_to(by))
        return case_shown(saved, by)

    def _through_intake(
        self, by: Actor, method: str, its: str, id: Any, command: Answer, told: Answer, may: Check = no_check
    ) -> Answer:
        """Carries out intake's method `its`, unless this very request was answered before."""
        case = self._found(id, by)
        request = self._asked(by, method, case.id, command)
        done = self.cases.answer_of(request)
        if not done:
            must_not_be_accused(case.state, by)
            may(case.state)
            done = self._desk().through_intake(its, case.id, told, by, request)
        return case_shown(done, by)
