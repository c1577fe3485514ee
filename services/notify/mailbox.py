"""Customers' SMS as they come in: parts joined, each sorted once (IN26), an opt-out answered (NT4)."""

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial
from typing import Any

from services.notify.carriers.traffic import InboundSms
from services.notify.expanding import Draft
from services.notify.inbound import PARTS_WITHIN, Sms, SmsPartCame, SmsReceived, given_up, part_came, place
from services.notify.outgoing import Outgoing
from services.notify.sorting import InboundRules, Reminder, Sorted, sorted_out
from services.notify.store import Inbound, Messages
from services.notify.writing import SELF, Order
from shared.aggregate import Actor
from shared.clock import Clock, machine_now
from shared.documents import Clash
from shared.graver import taken_out
from shared.phone import NotAMobileNumber, mask, parse
from shared.requests import Request
from shared.stored import Saved

JOINED_WITHIN_S = 3600  # how long a phone's reference names the same SMS
REPEATED_WITHIN_S = 60  # an equal SMS within it is the carrier's repetition

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Mailbox:
    """Where customers' SMS arrive, over our own link or brought by a caller."""

    inbound: Inbound
    messages: Messages
    outgoing: Outgoing
    clock: Clock

    @property
    def rules(self) -> InboundRules:
        return self.outgoing.policy.inbound

    def take(self, sms: InboundSms) -> None:
        """Stores an SMS or a part of one; seen before, it changes nothing."""
        try:
            msisdn = parse(sms.sender)
        except NotAMobileNumber:
            log.warning("an SMS from something that is no mobile number was dropped")
            return
        sms = replace(sms, text=taken_out(sms.text))
        wake_at = machine_now() + PARTS_WITHIN
        sms_id = self._id_of(sms, msisdn)
        part = SmsPartCame(sms_id, mask(msisdn), sms.number, sms.total, wake_at, msisdn, sms.text)
        self._stored(partial(self._part, sms_id, part))

    def bring(self, sms: Mapping[str, Any], request: Request, by: Actor) -> str:
        """An SMS that a caller brings (`msisdn`, `text`, `at`), once for each request; its id."""

        def put() -> Saved[Sms]:
            understood = self.sort(sms["msisdn"], sms["text"])
            told = (sms["at"], sms["msisdn"], sms["text"], True, understood)
            return self.inbound.put(request, SmsReceived(request.id, mask(sms["msisdn"]), *told), by)

        return self._stored(put).id

    def give_up_waiting(self) -> None:
        """What is still incomplete after its time is received as it is, each on its own."""
        waking = self.inbound.waking(machine_now())
        self.inbound.wake_aside.each(waking, lambda sms_id: self._stored(partial(self._given_up, sms_id)))

    def sort(self, msisdn: str, text: str) -> Sorted:
        """What this text from this number is, as far as is known now."""
        return sorted_out(text, self._reminder(msisdn), self.rules)

    def _reminder(self, msisdn: str) -> Reminder | None:
        """The newest fee reminder to this number that waits for an answer (IN16)."""
        since = self.clock.now() - timedelta(days=self.rules.reminder.days)
        reminders = self.messages.reminders(msisdn, self.rules.reminder.template, since)
        answered = self.inbound.answered([each.message_id for each in reminders])
        return next((each for each in reminders if each.message_id not in answered), None)

    def _part(self, sms_id: str, part: SmsPartCame) -> Saved[Sms]:
        now = self.clock.now()
        try:
            return self.inbound.insert(sms_id, part_came(None, part, now, self.sort), SELF, now)
        except Clash as clash:
            if "answers" in clash.fields:
                raise
            return self.inbound.change(sms_id, lambda state, at: part_came(state, part, at, self.sort), SELF)

    def _given_up(self, sms_id: str) -> Saved[Sms]:
        return self.inbound.change(sms_id, lambda state, at: given_up(state, at, self.sort), SELF)

    def _stored(self, store: Callable[[], Saved[Sms]]) -> Saved[Sms]:
        """Stores an SMS; where another one answered the same reminder in this moment, it is sorted once more.

        It ends: after each clash one reminder less waits for an answer."""
        while True:
            try:
                saved = store()
            except Clash as clash:
                if "answers" not in clash.fields:
                    raise
            else:
                self._confirm(saved.state)
                return saved

    def _confirm(self, sms: Sms) -> None:
        """Tells the customer that his opt-out is kept: once for each, however often the SMS comes (NT4)."""
        if not sms.received or sms.understood.sort != "opt_out":
            return
        message_id = self.inbound.keys.identity("notify", "opted_out", sms.sms_id)
        draft = Draft(self.rules.opt_out.confirmed, "customer", sms.msisdn, {}, acted_at=sms.received_at)
        self.outgoing.write(Order(message_id, draft, sms.sms_id), self.clock.now())

    def _id_of(self, sms: InboundSms, msisdn: str) -> str:
        joined = sms.total > 1
        period = int(machine_now().timestamp()) // (JOINED_WITHIN_S if joined else REPEATED_WITHIN_S)
        what = f"{sms.reference}/{sms.total}" if joined else sms.text
        of_period = partial(self.inbound.keys.identity, "notify", "sms", msisdn, sms.to, what)
        before, now = of_period(str(period - 1)), of_period(str(period))
        earlier = self.inbound.load(before)
        return before if earlier and goes_on(earlier.state, sms) else now


def goes_on(earlier: Sms, sms: InboundSms) -> bool:
    """Whether this belongs to the SMS of the period before: a repetition, or a part of what is not whole yet."""
    return sms.total == 1 or not earlier.received or earlier.texts.get(place(sms.number)) == sms.text
