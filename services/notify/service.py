"""The notify service: what is told to whom by SMS, when, and what became of it."""

from typing import Any

from services.announcing_door import AnnouncingDoor
from services.erasing import Erasing, Keeps
from services.erasing_door import ErasingDoor
from services.notify.carriers.service import Carrier, on_carrier
from services.notify.carriers.traffic import InboundSms, Outcome, Receipt, Segment
from services.notify.dispatch import Dispatch
from services.notify.doubts.service import DoubtDoors
from services.notify.doubts.watching import Watching
from services.notify.erasing import judge, judge_sms
from services.notify.events import READS
from services.notify.mailbox import Mailbox
from services.notify.outgoing import Outgoing
from services.notify.policies import FITS, POLICIES
from services.notify.receiving import Receipts
from services.notify.releasing import Releasing
from services.notify.schemas import IdSchema, ReceiveSchema, SearchSchema, SendSchema
from services.notify.shown import both, sent, shown, templates_shown, whole
from services.notify.store import Inbound, Messages, visible
from services.rights import allowed
from shared.aggregate import Actor
from shared.audit.showing import Reads
from shared.auth import Caller
from shared.bus.copies import HandledEvents
from shared.bus.in_hand import EventsInHand
from shared.bus.inbox import on_event
from shared.bus.rpc import rpc
from shared.bus.tick import tick
from shared.providers import Clock, Policies, Stored
from shared.requests import Request, request_of

SEND_EVERY, RELEASE_EVERY, LEFT_EVERY, JOIN_EVERY = 0.2, 0.3, 2.0, 10.0
Answer = dict[str, Any]
an_id, an_order, an_sms, a_filter = IdSchema(), SendSchema(), ReceiveSchema(), SearchSchema()


class NotifyService(DoubtDoors, ErasingDoor, AnnouncingDoor):
    """Events and requests in, SMS out, receipts recorded."""

    name = "notify"
    messages = Stored(Messages)
    inbound = Stored(Inbound)
    seen = Stored(Reads)
    caller = Caller(allowed)
    clock = Clock()
    policies = Policies(*POLICIES, fits=FITS)
    carrier = Carrier()
    handled = HandledEvents()
    in_hand = EventsInHand()

    @rpc
    def send(self, request: Any) -> Answer:
        """One SMS of a template, under its class's rules (NT1–NT5, NT9)."""
        by = self.caller.may("notify.send")
        order, asked = an_order.load(request), self._asked(by, "send", request)
        return sent(self._outgoing().send(order, asked, by, self.clock.now()).state)

    @rpc
    def get(self, id: Any) -> Answer:
        """One message, with its text."""
        by = self.caller.may("notify.get")
        saved = self.messages.get(an_id.load({"id": id})["id"], visible(by))
        return whole(saved.state, by, saved.graver)

    @rpc
    def search(self, filter: Any) -> Answer:
        """Messages by what is known of them, newest first."""
        by = self.caller.may("notify.search")
        page, after = self.messages.search(a_filter.load(filter), by)
        return {"items": [shown(saved.state) for saved in page], "after": after}

    @rpc
    def receive(self, request: Any) -> Answer:
        """A customer's SMS, where the carrier link is not ours."""
        by = self.caller.may("notify.receive")
        sms, asked = an_sms.load(request), self._asked(by, "receive", request)
        return {"sms_id": self._mailbox().bring(sms, asked, by)}

    @rpc
    def templates(self) -> list[Answer]:
        """All templates with their classes and variables."""
        self.caller.may("notify.templates")
        return templates_shown(self.policies["templates"])

    @rpc
    def pulse(self) -> Answer:
        """What still waits: unsent events, due work, retries, what is unknown; and the service's business time."""
        self.caller.may("notify.pulse")
        pulse = both(self.messages.pulse(), self.inbound.pulse()) | {
            "duplicates": self.handled.copies(),
            "in_hand": self.in_hand,
        }
        link = {"up": self.carrier.up, "free": self.carrier.free}
        return {"service": self.name, **pulse, "carrier": link, "unknown": self.in_doubt()}

    @on_event("intake", *READS["intake"])
    def complaint_moved(self, event: Answer) -> None:
        self._outgoing().tell("intake", event, self.clock.now())

    @on_event("escalation", *READS["escalation"])
    def case_moved(self, event: Answer) -> None:
        self._outgoing().tell("escalation", event, self.clock.now())

    @on_event("refund", *READS["refund"])
    def refund_moved(self, event: Answer) -> None:
        self._outgoing().tell("refund", event, self.clock.now())

    @on_carrier("receipt")
    def receipt_came(self, receipt: Receipt) -> None:
        self._receipts().take(receipt)

    @on_carrier("late_answer")
    def answer_came_late(self, segment: Segment, outcome: Outcome) -> None:
        self._receipts().take_late(segment, outcome)

    @on_carrier("inbound")
    def sms_came(self, sms: InboundSms) -> None:
        self._mailbox().take(sms)

    @on_carrier("answered")
    def sms_answered(self, sms: InboundSms) -> None:
        self._mailbox().answered(sms)

    @tick(SEND_EVERY)
    def submit(self) -> None:
        Dispatch(self.messages, self.carrier, self.policies["notify"], self.inbound.opted_out_at).run()

    @tick(RELEASE_EVERY)
    def watch(self) -> None:
        Watching(self.messages, self._outgoing(), self.clock, self.policies["notify"]).round()

    @tick(RELEASE_EVERY)
    def release(self) -> None:
        Releasing(self.messages, self.clock, self.policies["notify"], self.policies["templates"]).round()

    @tick(LEFT_EVERY)
    def take_left_receipts(self) -> None:
        self._receipts().take_left()

    @tick(JOIN_EVERY)
    def give_up_waiting(self) -> None:
        self._mailbox().give_up_waiting()

    def _outgoing(self) -> Outgoing:
        notify, templates, organisation = (self.policies[name] for name in ("notify", "templates", "organisation"))
        return Outgoing(self.messages, notify, templates, organisation, self.inbound.opted_out_at)

    def _receipts(self) -> Receipts:
        return Receipts(self.messages, self.policies["notify"].carrier)

    def _mailbox(self) -> Mailbox:
        return Mailbox(self.inbound, self.messages, self._outgoing(), self.clock)

    def _asked(self, by: Actor, method: str, content: Answer) -> Request:
        return request_of(self.messages.keys, self.name, by, method, "", content)

    def _erasing(self) -> Erasing:
        days = self.policies["privacy"].kept_for
        kept = [Keeps(self.messages, "complaint_id", judge(days)), Keeps(self.inbound, None, judge_sms(days))]
        return Erasing(kept, self.seen, self.clock, self.letters)
