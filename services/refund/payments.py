"""Pays what is approved and finds out what is unknown: due work outside the document, under lease and fence.

Intent and key are stored before BOSS hears of them; what comes back is stored only by who still holds the lease.
"""

import logging
import random
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Any, TypeVar

from services.refund import settling
from services.refund.billing import Billing
from services.refund.breaker import Breaker, silent
from services.refund.doubts.late import Sending
from services.refund.doubts.overtaken import overtaken
from services.refund.lines import key_of
from services.refund.model import Refund
from services.refund.outcomes import Asked, Late, NotSent, Paid
from services.refund.punctual import LeaveBy
from services.refund.rules import BillingRules
from services.refund.store import Refunds
from shared.aggregate import Actor
from shared.clock import machine_now, monotonic
from shared.documents import HistoryFull
from shared.insisting import insist
from shared.lease import FencedOut, Lease
from shared.stored import Saved

PAYER = Actor("service:refund", "system")
AT_ONCE = 10  # a round ends within the bound of a stop, even if BOSS is silent
SIDE_BY_SIDE = 5

log = logging.getLogger(__name__)

Conclusion = Callable[[Refund, datetime], list[Any]]
Outcome = TypeVar("Outcome")


@dataclass(frozen=True)
class Spoken:
    """What to store after BOSS was spoken to; `overtaken`: instead, where another process has the refund by now."""

    conclusion: Conclusion
    overtaken: Conclusion


@dataclass(frozen=True)
class Payments:
    """The work of one replica. Any number of them may run: each step begins with a compare-and-set."""

    refunds: Refunds
    billing: Billing
    rules: BillingRules
    breaker: Breaker = field(default_factory=Breaker)

    def round(self) -> None:
        """Takes up what wakes. Replicas look at the same list, so each goes through it in an order of its own."""
        if self.breaker.open:
            self.refunds.wake_aside.each(self.refunds.interrupted(machine_now(), AT_ONCE), self._doubted)
        waking = self.refunds.waking(machine_now(), AT_ONCE)
        random.shuffle(waking)
        with ThreadPoolExecutor(SIDE_BY_SIDE) as side_by_side:
            list(side_by_side.map(self._carry_on_safely, waking))

    def _doubted(self, refund_id: str) -> None:
        """Only calls to BOSS wait for its return: what was being sent has its age and its owner meanwhile."""
        self.refunds.change(
            refund_id, lambda refund, _: settling.without_boss(refund, machine_now(), self.rules), PAYER
        )

    def _carry_on_safely(self, refund_id: str) -> None:
        """A refund that cannot be paid must not stop its neighbours: it is set aside, for longer each time."""
        try:
            self.refunds.wake_aside.on_its_own(refund_id, self._carry_on_if_free)
        except Exception:  # the database is away or crowded: all come again with the next look
            log.exception("refund %s could not be carried on", refund_id)

    def _carry_on_if_free(self, refund_id: str) -> None:
        try:
            if self._may_go(refund_id):
                self.carry_on(refund_id)
        except FencedOut:
            log.warning("refund %s was taken over by another process", refund_id)

    def _may_go(self, refund_id: str) -> bool:
        """Not while BOSS is away. A try begins with a question, which costs nothing where there is no answer.

        A BOSS that cannot be asked may be silent to questions for ever: there what is taken up is the try itself."""
        way = self.breaker.way(monotonic(), self.rules.breaker)
        if way == "try" and self.rules.can_be_asked:
            return not silent(self._noted(self.billing.ask(refund_id)))
        return way != "closed"

    def carry_on(self, refund_id: str) -> None:
        """Takes the lease if it is free, speaks to BOSS and stores what it said, line after line."""
        began = monotonic()
        saved = self._taken_up(refund_id)
        while saved and saved.state.lease:
            held = saved.state.lease
            spoken = self._spoken(saved.state, held, began)
            if spoken is None:
                return
            began = monotonic()
            after = self._concluded(refund_id, spoken, held)
            lease = after.state.lease
            saved = after if lease and lease.fence != held.fence else None

    def _taken_up(self, refund_id: str) -> Saved[Refund] | None:
        """The refund, if this process has just taken its lease."""
        taken: list[Any] = []

        def decide(refund: Refund, _now: datetime) -> list[Any]:
            taken[:] = settling.take_up(refund, machine_now(), self.rules)
            return taken

        try:
            saved = self.refunds.change(refund_id, decide, PAYER, until_known=True)
        except HistoryFull:
            log.exception("refund %s is left to a person", refund_id)
            self.refunds.change(refund_id, self._left_to_a_person, PAYER)
            return None
        return saved if taken else None

    def _left_to_a_person(self, refund: Refund, _now: datetime) -> list[Any]:
        return settling.left_to_a_person(refund, machine_now(), self.rules)

    def _concluded(self, refund_id: str, spoken: Spoken, held: Lease) -> Saved[Refund]:
        """Waits for the database: what BOSS said is said once.

        Raises FencedOut where another process has taken over; an entry that it knows of is told first (F19)."""
        store, what = partial(self.refunds.change, refund_id, by=PAYER), f"BOSS's answer on refund {refund_id}"
        try:
            return insist(lambda: store(spoken.conclusion), held, what)
        except FencedOut:
            insist(lambda: store(spoken.overtaken), held, what)
            raise

    def _spoken(self, refund: Refund, lease: Lease, began: float) -> Spoken | None:
        """Speaks to BOSS as the state says; None where too little is left of the lease to ask.

        `began`: before the lease was taken, on the clock that never jumps."""
        line, rules, fence = refund.present_line, self.rules, lease.fence
        in_time = machine_now() + rules.connect + rules.answer <= lease.until
        key = key_of(refund.refund_id, line)
        told = partial(self._overtaken, Sending(key, line.sendings))
        if line.state == "paying":
            leave_by = LeaveBy(lease.until - rules.answer, began + (rules.lease - rules.answer).total_seconds())
            paid = self._paid(refund, key, leave_by) if in_time else NotSent()
            return Spoken(
                lambda state, _now: settling.paid(state, fence, paid, machine_now(), rules), partial(told, paid)
            )
        if not in_time:
            return None
        put_at = machine_now()  # a sending may land between BOSS's answer and its storing: see model/money.pml
        asked = self._noted(self.billing.ask(key))
        return Spoken(
            lambda state, _now: settling.asked(state, fence, asked, put_at, machine_now(), rules), partial(told, asked)
        )

    def _paid(self, refund: Refund, key: str, leave_by: LeaveBy) -> Paid:
        line = refund.present_line
        outcome = self.billing.pay(key, refund.claim.msisdn, line.amount_fen, line.kind, leave_by)
        if isinstance(outcome, Late):
            log.error("refund %s: a sending left %.1f s too late", refund.refund_id, outcome.by.total_seconds())
        return self._noted(outcome)

    def _overtaken(self, sending: Sending, said: Paid | Asked, refund: Refund, _now: datetime) -> list[Any]:
        return overtaken(refund, sending, said, machine_now(), self.rules)

    def _noted(self, outcome: Outcome) -> Outcome:
        """The breaker hears of every call."""
        if silent(outcome):
            if self.breaker.missed(monotonic(), self.rules.breaker):
                log.error("BOSS does not answer; it is left alone for a while")
        elif not isinstance(outcome, NotSent) and self.breaker.heard():
            log.warning("BOSS answers again")
        return outcome
