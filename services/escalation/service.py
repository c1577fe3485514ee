"""The escalation service: every complaint's clocks, and the ladder it climbs when a promise breaks."""

from functools import partial
from typing import Any

from services.announcing_door import AnnouncingDoor
from services.erasing import Erasing, Keeps
from services.erasing_door import ErasingDoor
from services.escalation import ladder, schemas
from services.escalation.clock_door import ClockDoor
from services.escalation.door import Answer
from services.escalation.draft_door import DraftDoor
from services.escalation.erasing import judge
from services.escalation.extending import extend
from services.escalation.incident_door import IncidentDoor
from services.escalation.incidents.store import Incidents
from services.escalation.majors import may_give
from services.escalation.onsite import record_disturbance, record_media
from services.escalation.policies import FITS, POLICIES
from services.escalation.records import disturbance_of, media_visit_of
from services.escalation.shown import both, case_shown, due_shown
from services.escalation.store import Cases
from services.escalation.walking import acknowledge, report_unreachable
from services.rights import allowed
from shared.audit.showing import Reads
from shared.auth import Caller
from shared.bus.call import RpcCaller
from shared.bus.copies import HandledEvents
from shared.bus.in_hand import EventsInHand
from shared.bus.inbox import on_event
from shared.bus.rpc import rpc
from shared.bus.tick import tick
from shared.providers import Clock, Policies, Stored

LOOK_EVERY = 0.5

a_reason, an_instruction, an_acceptance = schemas.ReasonSchema(), schemas.HandBackSchema(), schemas.AcceptSchema()
a_declaration, an_opinion = schemas.DeclareMajorSchema(), schemas.OpinionSchema()
an_extension, an_arbitration = schemas.ExtendSchema(), schemas.ArbitrateSchema()
somebody = schemas.UnreachableSchema()
a_disturbance, a_media_record = schemas.DisturbanceSchema(), schemas.MediaSchema()
a_clock, a_filter = schemas.ExplainSchema(), schemas.DueSchema()


class EscalationService(DraftDoor, IncidentDoor, ClockDoor, ErasingDoor, AnnouncingDoor):
    """Cases, one a complaint, with the complaint's id."""

    name = "escalation"
    cases = Stored(Cases)
    groups = Stored(Incidents)
    seen = Stored(Reads)
    caller = Caller(allowed)
    clock = Clock()
    policies = Policies(*POLICIES, fits=FITS)
    intake = RpcCaller("intake")
    refund = RpcCaller("refund")
    handled = HandledEvents()
    in_hand = EventsInHand()

    @rpc
    def case(self, id: Any) -> Answer:
        """A complaint's clocks, level and steps."""
        by = self.caller.may("escalation.case")
        return case_shown(self.found(id, by), by)

    @rpc
    def explain(self, id: Any, filter: Any) -> Answer:
        """Why a clock is due when it is due, in Chinese and English."""
        by = self.caller.may("escalation.explain")
        return self.explained(id, a_clock.load(filter)["clock"], by)

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
        return self.through_intake(by, "declare_major", "mark_major", id, command, told | {"by": by.sub})

    @rpc
    def revoke_major(self, id: Any, command: Any) -> Answer:
        """No longer major: what only a major complaint owes is cancelled."""
        by = self.caller.may("escalation.revoke_major")
        return self.through_intake(by, "revoke_major", "clear_major", id, command, a_reason.load(command))

    @rpc
    def give_opinion(self, id: Any, command: Any) -> Answer:
        """The supervisor's, support department's or legal office's opinion (MJ1, MJ2)."""
        by = self.caller.may("escalation.give_opinion")
        told = an_opinion.load(command)
        may = partial(may_give, kind=told["kind"], by=by)
        return self.through_intake(by, "give_opinion", "record_opinion", id, command, told | {"by": by.sub}, may)

    @rpc
    def escalate(self, id: Any, command: Any) -> Answer:
        """Beyond the level's own authority: the next level is awaited (ES5)."""
        by = self.caller.may("escalation.escalate")
        return self.changed(by, "escalate", id, command, ladder.escalate, a_reason.load(command)["reason"])

    @rpc
    def accept(self, id: Any, command: Any) -> Answer:
        """The awaited level takes over; its level clock starts (ES3)."""
        by = self.caller.may("escalation.accept")
        an_acceptance.load(command)
        return self.changed(by, "accept", id, command, ladder.accept)

    @rpc
    def hand_back(self, id: Any, command: Any) -> Answer:
        """One level down, with an instruction (ES5)."""
        by = self.caller.may("escalation.hand_back")
        instruction = an_instruction.load(command)["instruction"]
        return self.changed(by, "hand_back", id, command, ladder.hand_back, instruction)

    @rpc
    def extend(self, id: Any, command: Any) -> Answer:
        """More time while another company or province must help (CL3)."""
        by = self.caller.may("escalation.extend")
        told = an_extension.load(command)
        return self.changed(by, "extend", id, command, extend, told["clock"], told["due_at"], told["reason"])

    @rpc
    def arbitrate(self, id: Any, command: Any) -> Answer:
        """An outside body decides; from the province only (ES9)."""
        by = self.caller.may("escalation.arbitrate")
        told = an_arbitration.load(command)
        return self.changed(by, "arbitrate", id, command, ladder.arbitrate, told["body"], told["case_no"])

    @rpc
    def acknowledge(self, id: Any, command: Any) -> Answer:
        """The one told of a rise acts; nobody else of the chain is told (ES11)."""
        by = self.caller.may("escalation.acknowledge")
        an_acceptance.load(command)
        return self.changed(by, "acknowledge", id, command, acknowledge)

    @rpc
    def report_unreachable(self, id: Any, command: Any) -> Answer:
        """The one told cannot be reached: the next one of the chain is told at once (ES11)."""
        by = self.caller.may("escalation.report_unreachable")
        who = somebody.load(command)["who"]
        return self.changed(by, "report_unreachable", id, command, report_unreachable, who)

    @rpc
    def record_disturbance(self, id: Any, command: Any) -> Answer:
        """What was done on the spot when business was disturbed; both informed parties are told (ES8, ES10)."""
        by = self.caller.may("escalation.record_disturbance")
        record, touched = disturbance_of(a_disturbance.load(command))
        return self.recorded(by, "record_disturbance", id, command, record_disturbance, record, touched)

    @rpc
    def record_media(self, id: Any, command: Any) -> Answer:
        """A reporter's visit: who asks what, and that nothing was promised; the media contact is told (ES7)."""
        by = self.caller.may("escalation.record_media")
        record = media_visit_of(a_media_record.load(command))
        return self.recorded(by, "record_media", id, command, record_media, record)

    @rpc
    def pulse(self) -> Answer:
        """What still waits: unsent events, due work, retries; and the service's business time."""
        self.caller.may("escalation.pulse")
        waiting = both(self.cases.pulse(), self.groups.pulse())
        return {"service": self.name, **waiting, "duplicates": self.handled.copies(), "in_hand": self.in_hand}

    @on_event("intake", "*")
    def complaint_changed(self, event: Answer) -> None:
        self.gathering().look_at(self.desk().told(event))

    @on_event("refund", "refund_paid", "refund_verified", "refund_verification_broken")
    def refund_moved(self, event: Answer) -> None:
        self.desk().refund_told(event)

    @tick(LOOK_EVERY)
    def strike(self) -> None:
        self.desk().look()

    @tick(LOOK_EVERY)
    def reopen(self) -> None:
        self.desk().ask_intake()

    @tick(LOOK_EVERY)
    def gather(self) -> None:
        self.gathering().gather()

    def _erasing(self) -> Erasing:
        judged = judge(self.policies["privacy"].kept_for)
        return Erasing([Keeps(self.cases, "_id", judged)], self.seen, self.clock, self.letters)
