"""What the carrier tells: receipts (early, twice, of a copy), late answers, customers' SMS."""

import logging
import random
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from services.notify.carriers.traffic import Accepted, InboundSms, Outcome, Receipt, Refused, Segment
from services.notify.inbound import PARTS_WITHIN, SmsPartCame, SmsReceived, given_up, part_came
from services.notify.message import Message
from services.notify.outgoing import SELF
from services.notify.parts import PartAnswer
from services.notify.rules import CarrierRules
from services.notify.store import Inbound, Messages
from services.notify.submitting import Moment, taken_late, taken_receipt
from shared.aggregate import Actor
from shared.clock import Clock, machine_now
from shared.documents import Clash
from shared.phone import NotAMobileNumber, mask, parse
from shared.requests import Request

JOINED_WITHIN_S = 3600  # how long a phone's reference names the same SMS
REPEATED_WITHIN_S = 60  # an equal SMS within it is the carrier's repetition

log = logging.getLogger(__name__)


def part_answer(number: int, outcome: Outcome) -> PartAnswer:
    """The carrier's answer as it is stored."""
    if isinstance(outcome, Accepted):
        return PartAnswer(number, "accepted", provider_id=outcome.provider_id)
    if isinstance(outcome, Refused):
        return PartAnswer(number, "refused", code=outcome.code, kind=outcome.kind)
    return PartAnswer(number, "unknown", code=outcome.reason)


@dataclass(frozen=True)
class Receipts:
    """Receipts and late answers, each to its message."""

    messages: Messages
    rules: CarrierRules

    def take(self, receipt: Receipt) -> None:
        """A receipt whose message is not known yet is kept until the answer that names it is stored."""
        message_id = self.messages.with_provider_id(receipt.provider_id)
        if message_id is None:
            self.messages.keep_early(receipt)
            message_id = self.messages.with_provider_id(receipt.provider_id)  # stored in this very moment?
        if message_id is not None:
            self._came(message_id, receipt)

    def take_early(self, message: Message) -> None:
        """The receipts that came before the answers just stored."""
        waiting = [known for part in message.parts if part.state == "accepted" for known in part.provider_ids]
        for receipt in self.messages.early(waiting) if waiting else ():
            self._came(message.message_id, receipt)

    def take_late(self, segment: Segment, outcome: Outcome) -> None:
        """An answer after its submit was given up as unknown."""
        answer = part_answer(segment.number, outcome)
        moment = Moment(machine_now(), self.rules, random.random)
        saved = self.messages.change(segment.message_id, lambda state, _: taken_late(state, answer, moment), SELF)
        self.take_early(saved.state)

    def _came(self, message_id: str, receipt: Receipt) -> None:
        self.messages.change(
            message_id, lambda state, _: taken_receipt(state, receipt.provider_id, receipt.state, receipt.error), SELF
        )
        self.messages.forget_early(receipt.provider_id)


@dataclass(frozen=True)
class Mailbox:
    """Customers' SMS, their parts joined."""

    inbound: Inbound
    clock: Clock

    def take(self, sms: InboundSms) -> None:
        """Stores an SMS or a part of one; seen before, it changes nothing."""
        try:
            msisdn = parse(sms.sender)
        except NotAMobileNumber:
            log.warning("an SMS from something that is no mobile number was dropped")
            return
        wake_at = machine_now() + PARTS_WITHIN
        sms_id = self._id_of(sms, msisdn)
        part = SmsPartCame(sms_id, mask(msisdn), sms.number, sms.total, wake_at, msisdn, sms.text)
        now = self.clock.now()
        try:
            self.inbound.insert(sms_id, part_came(None, part, now), SELF, now)
        except Clash:
            self.inbound.change(sms_id, lambda state, at: part_came(state, part, at), SELF)

    def bring(self, sms: Mapping[str, Any], request: Request, by: Actor) -> str:
        """An SMS that a caller brings (`msisdn`, `text`, `at`), once for each request; its id."""
        came = SmsReceived(request.id, mask(sms["msisdn"]), sms["at"], sms["msisdn"], sms["text"])
        return self.inbound.put(request, came, by).id

    def give_up_waiting(self) -> None:
        """What is still incomplete after its time is received as it is."""
        for sms_id in self.inbound.waking(machine_now()):
            self.inbound.change(sms_id, given_up, SELF)

    def _id_of(self, sms: InboundSms, msisdn: str) -> str:
        joined = sms.total > 1
        seconds = JOINED_WITHIN_S if joined else REPEATED_WITHIN_S
        period = str(int(machine_now().timestamp()) // seconds)
        what = f"{sms.reference}/{sms.total}" if joined else sms.text
        return self.inbound.keys.identity("notify", "sms", msisdn, sms.to, what, period)
