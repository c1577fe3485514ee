"""Messages out to the carrier: claimed by lease, submitted side by side, answers stored; by any number of replicas."""

import logging
import random
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from typing import Any, Protocol

import eventlet

from services.notify.carriers.traffic import Accepted, Outcome, Segment
from services.notify.deciding import stopped
from services.notify.history import MessageSuppressed, SubmittingStarted
from services.notify.leaving import kept_back
from services.notify.message import Message
from services.notify.parts import PartAnswer
from services.notify.receiving import Receipts, part_answer
from services.notify.rules import CarrierRules, NotifyPolicy
from services.notify.segments import split
from services.notify.store import Messages
from services.notify.submitting import NOT_SENT, Moment, never_left, taken_answers, woken
from services.notify.writing import SELF
from shared.bus.answers import server_away, where
from shared.clock import machine_now
from shared.erasing import RecordErased
from shared.insisting import insist
from shared.lease import FencedOut, Lease
from shared.stored import Saved

LOOKED_AT_WITHOUT_LINK = 20

log = logging.getLogger(__name__)


class Carrier(Protocol):
    """The link: how many segments it takes now, and what became of one."""

    @property
    def free(self) -> int: ...

    def submit(self, segment: Segment) -> Outcome: ...


@dataclass(frozen=True)
class Dispatch:
    """One process's way out."""

    messages: Messages
    carrier: Carrier
    policy: NotifyPolicy
    opted_out_at: Callable[[str], datetime | None]

    @property
    def rules(self) -> CarrierRules:
        return self.policy.carrier

    def run(self) -> None:
        """Submits until nothing waits any more or the link takes no more."""
        while self.round():
            pass

    def round(self) -> int:
        """Looks at what is awake and submits what this process could claim; how many that were."""
        room, moment = self.carrier.free, self._moment()
        ids = self._awake(moment, room)
        if not ids:
            return 0
        claimed = self._claimed(ids, moment, room > 0)
        pool = eventlet.GreenPool(max(1, len(claimed)))
        for _ in pool.imap(self._submit_safely, claimed):
            pass
        return len(claimed)

    def _awake(self, moment: Moment, room: int) -> list[str]:
        """What to look at: as much as the link takes, each customer's messages one after the other (F23)."""
        if not room:
            return self.messages.ending_unlinked(moment.machine_now, self.rules.resends, LOOKED_AT_WITHOUT_LINK)
        return self.messages.next_to_leave(moment.machine_now, room)

    def _claimed(self, message_ids: Sequence[str], moment: Moment, link_up: bool) -> list[Saved[Message]]:
        """Gives each what it needs now; those that this process may submit.

        Where the database is away in that moment, it waits for its word: only this process knows that nothing left."""
        changed = self.messages.change_many(message_ids, partial(self._woken, moment, link_up), SELF, until_known=True)
        return [saved for saved in changed if saved.state.status == "submitting"]

    def _woken(self, moment: Moment, link_up: bool, message: Message, now: datetime) -> Sequence[Any]:
        """What the message needs now; before anything of it leaves, whether it still may (NT1, NT2, NT4)."""
        events = woken(message, moment, link_up)
        if not events or not isinstance(events[0], SubmittingStarted):
            return events
        events = [replace(events[0], rises_after_s=self.policy.doubts.first_after_s(message))]
        if message.begun:
            return events
        if why := self._stopped(message):
            return [MessageSuppressed(why)]
        held = kept_back(message, now, self.policy)
        return [held] if held else events

    def _stopped(self, message: Message) -> str:
        rules = self.policy.inbound.opt_out
        at = self.opted_out_at(message.to) if message.message_class in rules.stops else None
        return stopped(message.message_class, at, message.consent, rules)

    def _moment(self) -> Moment:
        return Moment(machine_now(), self.rules, random.random)

    def _submit_safely(self, saved: Saved[Message]) -> None:
        """What goes wrong with one message ends no round; its receipts and its lease are looked after by others."""
        try:
            self._submit(saved)
        except Exception as fault:
            if not server_away(fault):
                log.exception("message %s was not submitted to the end", saved.id)
            else:
                log.warning("message %s: a server behind it is away: %s", saved.id, where(fault))

    def _submit(self, saved: Saved[Message]) -> None:
        lease = saved.state.lease
        assert lease is not None, "only what was claimed is submitted"
        answers = tuple(self._answers(saved.state, lease))
        try:
            stored = self._stored(saved.id, lease, answers)
        except FencedOut:
            log.warning("message %s was taken over while its answers came", saved.id)
            self._keep_late(saved.state, answers)
        else:
            Receipts(self.messages, self.rules).take_early(stored.state)

    def _answers(self, message: Message, lease: Lease) -> Iterator[PartAnswer]:
        """One answer for each part that is to be sent; after the first refusal the rest waits."""
        held_up = False
        for segment in self.segments(message):
            if message.parts[segment.number - 1].state != "sending":
                continue
            if held_up or not lease.runs(machine_now() + self.rules.lease_a_part):
                yield PartAnswer(segment.number, "refused", code=NOT_SENT)
                continue
            answer = part_answer(segment.number, self.carrier.submit(segment))
            held_up = answer.outcome == "refused"
            yield answer

    def segments(self, message: Message) -> list[Segment]:
        """The message's parts; the reference comes from its id, so that a repeated part joins its first copy's."""
        parts = split(message.text, reference=int(message.message_id[:4], 16))
        return [
            Segment(
                message.message_id,
                part.number,
                part.total,
                message.to,
                part.encoding,
                part.header,
                part.payload,
            )
            for part in parts
        ]

    def _stored(self, message_id: str, lease: Lease, answers: tuple[PartAnswer, ...]) -> Saved[Message]:
        """Answers that are lost make a message go out twice, so this waits for the database."""

        def decide(message: Message, _now: datetime) -> Sequence[Any]:
            return taken_answers(message, lease.fence, answers, self._moment())

        what = f"the carrier's answers to {message_id}"
        return insist(lambda: self.messages.change(message_id, decide, SELF), lease, what)

    def _keep_late(self, message: Message, answers: tuple[PartAnswer, ...]) -> None:
        """What the carrier took is told to whoever has the message now, so that its receipts find it; and what never
        left is known to have stayed."""
        taken = {answer.number: Accepted(answer.provider_id) for answer in answers if answer.provider_id}
        for segment in self.segments(message):
            if segment.number in taken:
                Receipts(self.messages, self.rules).take_late(segment, taken[segment.number])
        with suppress(RecordErased):
            self.messages.change(
                message.message_id, lambda now, _: never_left(now, message, answers, self._moment()), SELF
            )
