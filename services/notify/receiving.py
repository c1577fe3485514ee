"""What the carrier tells of our SMS: receipts (early, twice, of a copy), late answers."""

import random
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from functools import partial

from services.notify.carriers.traffic import Accepted, Outcome, Receipt, Refused, Segment
from services.notify.message import Message
from services.notify.parts import PartAnswer
from services.notify.rules import CarrierRules
from services.notify.store import Messages
from services.notify.submitting import Moment, taken_late, taken_receipt
from services.notify.writing import SELF
from shared.clock import machine_now
from shared.erasing import RecordErased

LEFT_AFTER = timedelta(seconds=2)  # whoever stores the answers takes them itself within that, if it lives


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

    def take_left(self) -> None:
        """The early receipts whose answers are stored by now: who stored them died before it took these."""
        for receipt in self.messages.left_early(machine_now() - LEFT_AFTER):
            if message_id := self.messages.with_provider_id(receipt.provider_id):
                self.messages.wake_aside.on_its_own(message_id, partial(self._came, receipt=receipt))

    def take_late(self, segment: Segment, outcome: Outcome) -> None:
        """An answer after its submit was given up as unknown."""
        answer = part_answer(segment.number, outcome)
        moment = Moment(machine_now(), self.rules, random.random)
        with suppress(RecordErased):
            saved = self.messages.change(segment.message_id, lambda state, _: taken_late(state, answer, moment), SELF)
            self.take_early(saved.state)

    def _came(self, message_id: str, receipt: Receipt) -> None:
        """What is erased is not refused: the centre would send it again for ever."""
        told = (receipt.provider_id, receipt.state, receipt.error)
        with suppress(RecordErased):
            self.messages.change(message_id, lambda state, _: taken_receipt(state, *told), SELF)
        self.messages.forget_early(receipt)
