"""Customers' SMS as they come in: parts joined, each sorted once (IN26), an opt-out answered (NT4)."""

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from services.notify.again import earlier
from services.notify.carriers.traffic import InboundSms
from services.notify.expanding import Draft
from services.notify.inbound import PARTS_WITHIN, Sms, SmsPartCame, SmsReceived, answered, given_up, part_came, place
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
        stored = False
        while not stored:  # its place was taken by another text meanwhile: then it begins an SMS of its own
            part = self._part_of(sms, msisdn)
            saved = self._stored(partial(self._part, part))
            stored = saved.state.texts.get(place(part.number)) == part.text

    def answered(self, sms: InboundSms) -> None:
        """The centre had our answer in good time: an equal SMS is from now on the customer's next one."""
        try:
            msisdn = parse(sms.sender)
        except NotAMobileNumber:
            return  # it was dropped
        sms = replace(sms, text=taken_out(sms.text))
        alike = self.inbound.alike(self._likeness(sms, msisdn))
        copies = (known for known in alike if known.texts.get(place(sms.number)) == sms.text)
        if stored := next(copies, None):
            self.inbound.change(stored.sms_id, lambda state, _: answered(state, sms.number), SELF)

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

    def _part(self, part: SmsPartCame) -> Saved[Sms]:
        now, sms_id = self.clock.now(), part.sms_id
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

    def _part_of(self, sms: InboundSms, msisdn: str) -> SmsPartCame:
        """What came, as a part of the SMS that it belongs to."""
        now, likeness = machine_now(), self._likeness(sms, msisdn)
        known = self.inbound.alike(likeness)
        belongs = earlier(known, sms.number, sms.text, now, self.rules.again)
        sms_id = belongs.sms_id if belongs else self._next_id(likeness, known, now)
        part = (sms_id, mask(msisdn), sms.number, sms.total, now + PARTS_WITHIN, msisdn, sms.text)
        return SmsPartCame(*part, came_at=now, likeness=likeness)

    def _next_id(self, likeness: str, known: Sequence[Sms], now: datetime) -> str:
        """The same one for copies that come side by side: made of those before it."""
        before = sorted(sms.sms_id for sms in known) or [f"{now:%Y-%m}"]
        return self.inbound.keys.identity("notify", "sms", likeness, *before)

    def _likeness(self, sms: InboundSms, msisdn: str) -> str:
        what = f"{sms.reference}/{sms.total}" if sms.total > 1 else sms.text
        return self.inbound.keys.identity("notify", "alike", msisdn, sms.to, str(sms.total), what)
