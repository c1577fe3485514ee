"""The intake service: takes complaints and keeps their record from registration to archive. Calls no other service."""

from typing import Any

from services.announcing_door import AnnouncingDoor
from services.erasing import Erasing, Keeps
from services.erasing_door import ErasingDoor
from services.intake.advising import advice_shown, words_shown
from services.intake.desk import Desk
from services.intake.erasing import judge
from services.intake.hearing import Ears
from services.intake.improving.service import ImprovingDoors
from services.intake.ladder_door import LadderDoor
from services.intake.playbook_schema import AdviseSchema
from services.intake.policies import FITS, POLICIES, rules_of
from services.intake.printing import Printing
from services.intake.private_door import PrivateDoor
from services.intake.reading_room import ReadingRoom
from services.intake.search_schema import SearchSchema
from services.intake.shown import complaint_shown
from services.intake.sms_desk import SmsDesk
from services.intake.store import Complaints, visible_to
from services.intake.tasks_door import TasksDoor
from services.rights import allowed
from shared.audit.showing import Reads
from shared.auth import Caller
from shared.bus.copies import HandledEvents
from shared.bus.in_hand import EventsInHand
from shared.bus.inbox import on_event
from shared.bus.rpc import rpc
from shared.providers import Clock, Policies, Stored

SEARCH, ADVISE = SearchSchema(), AdviseSchema()
Answer = dict[str, Any]


class IntakeService(ImprovingDoors, LadderDoor, Printing, PrivateDoor, TasksDoor, ErasingDoor, AnnouncingDoor):
    """Complaints. Commands are idempotent by their request_id and answer the complaint as it stands then."""

    name = "intake"
    complaints = Stored(Complaints)
    seen = Stored(Reads)
    caller = Caller(allowed)
    clock = Clock()
    policies = Policies(*POLICIES, fits=FITS)
    handled = HandledEvents()
    in_hand = EventsInHand()

    @rpc
    def register(self, request: Any) -> Answer:
        """Takes a complaint (IN1 to IN9), or urges the live one on its number and leaf: `urged` is then true."""
        by = self.caller.may("intake.register")
        return complaint_shown(self._desk().register(request, by), by)

    @rpc
    def get(self, id: Any) -> Answer:
        """One complaint by id or serial number, with contacts, reply, proposals, follow_ups and history."""
        by = self.caller.may("intake.get")
        return self._reading_room().look(self._desk().found(id, by), by)

    @rpc
    def search(self, filter: Any) -> Answer:
        """A page of the complaints that fit the filter, newest first: {items, after}."""
        by = self.caller.may("intake.search")
        found, after = self.complaints.search(SEARCH.load(filter), visible_to(by))
        return {"items": [complaint_shown(saved, by) for saved in found], "after": after}

    @rpc
    def catalogue(self) -> Answer:
        """The tree of leaves (IN9) and its version."""
        self.caller.may("intake.catalogue")
        return {"classes": self.policies["catalogue"].tree(), "version": self.policies.version("catalogue")}

    @rpc
    def advise(self, filter: Any) -> Answer:
        """What the playbook says of a kind of customer, a leaf, a scene; words to avoid and to use (PB1 to PB5)."""
        self.caller.may("intake.advise")
        return advice_shown(self.policies["playbook"], ADVISE.load(filter))

    @rpc
    def check_words(self, text: Any) -> Answer:
        """The words to avoid in a text (PB2); before the complaint was judged also admissions of a fault (PB6)."""
        by = self.caller.may("intake.check_words")
        return words_shown(self._desk().words_in(text, by))

    @rpc
    def record_contact(self, id: Any, command: Any) -> Answer:
        """A contact with the customer, in or out (IN10); may fulfil a clock."""
        return self._carried_out("record_contact", id, command)

    @rpc
    def propose(self, id: Any, command: Any) -> Answer:
        """A proposal and the customer's answer to it (IN21)."""
        return self._carried_out("propose", id, command)

    @rpc
    def judge(self, id: Any, command: Any) -> Answer:
        """First judgement: responsible party and severity (IN13)."""
        return self._carried_out("judge", id, command)

    @rpc
    def assign(self, id: Any, command: Any) -> Answer:
        """Another handler takes it over; first contact stays (IN7, IN13)."""
        return self._carried_out("assign", id, command)

    @rpc
    def transfer(self, id: Any, command: Any) -> Answer:
        """To another department, never from a hall to the hotline or another hall (IN13, IN18)."""
        return self._carried_out("transfer", id, command)

    @rpc
    def promise(self, id: Any, command: Any) -> Answer:
        """A time promised; an answer not later than the handling limit (CL7, CL8)."""
        return self._carried_out("promise", id, command)

    @rpc
    def urge(self, id: Any, command: Any) -> Answer:
        """The customer asks again: counted and told, no clock moves."""
        return self._carried_out("urge", id, command)

    @rpc
    def reclassify(self, id: Any, command: Any) -> Answer:
        """Another leaf of the catalogue (IN9); running clocks follow (CL10)."""
        return self._carried_out("reclassify", id, command)

    @rpc
    def correct_customer(self, id: Any, command: Any) -> Answer:
        """Another brand, name or number; running clocks follow (CL10)."""
        return self._carried_out("correct_customer", id, command)

    @rpc
    def reply(self, id: Any, command: Any) -> Answer:
        """The reply in its five parts (RP1); of a major one only with its opinions (MJ2)."""
        return self._carried_out("reply", id, command)

    @rpc
    def follow_up(self, id: Any, command: Any) -> Answer:
        """How satisfied the customer is, asked by somebody else than the handler (RP3)."""
        return self._carried_out("follow_up", id, command)

    @rpc
    def reopen(self, id: Any, command: Any) -> Answer:
        """A replied or archived one is handled anew."""
        return self._carried_out("reopen", id, command)

    @rpc
    def withdraw(self, id: Any, command: Any) -> Answer:
        """The customer takes it back."""
        return self._carried_out("withdraw", id, command)

    @rpc
    def archive(self, id: Any, command: Any) -> Answer:
        """Cause, evidence and lesson, after the reply (IN14, RP5, RP6, MJ2)."""
        return self._carried_out("archive", id, command)

    @rpc
    def remark(self, id: Any, command: Any) -> Answer:
        """The manager's written remark (CL6)."""
        return self._carried_out("remark", id, command)

    @rpc
    def pulse(self) -> Answer:
        """What still waits here: {service, at, outbox, outbox_age_s, due, waking, next_due_at, …}."""
        self.caller.may("intake.pulse")
        return {
            "service": self.name,
            **self.complaints.pulse(),
            "duplicates": self.handled.copies(),
            "in_hand": self.in_hand,
        }

    @on_event("escalation", "*")
    def follow_ladder(self, event: Answer) -> None:
        """Keeps level and due times; the newest event counts, in whatever order they come."""
        self._desk().follow_ladder(event)

    @on_event("notify", "message_failed", "message_expired", "message_suppressed")
    def miss_sms(self, event: Answer) -> None:
        """An SMS that the customer did not get: first contact phones instead (NT8)."""
        Ears(self.complaints, rules_of(self.policies), self.clock).lost(event)

    @on_event("notify", "sms_received")
    def take_sms(self, event: Answer) -> None:
        """A customer's SMS: follow-up, ticket or contact (IN16, IN26)."""
        SmsDesk(self.complaints, rules_of(self.policies), self.policies["sms"], self.clock).take(event["data"])

    def _carried_out(self, method: str, id: Any, command: Any) -> Answer:
        by = self.caller.may(f"intake.{method}")
        return complaint_shown(self._desk().carry_out(method, id, command, by), by)

    def _reading_room(self) -> ReadingRoom:
        return ReadingRoom(self.complaints, self.seen, self.policies["privacy"], self._desk().found)

    def _erasing(self) -> Erasing:
        judged = judge(self.policies["privacy"].kept_for)
        return Erasing([Keeps(self.complaints, "_id", judged)], self.seen, self.clock, self.letters)

    def _desk(self) -> Desk:
        return Desk(self.complaints, rules_of(self.policies), self.clock)
