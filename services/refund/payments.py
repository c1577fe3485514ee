"""Pays what is approved and finds out what is unknown: due work outside the document, under lease and fence.

Intent and key are stored before BOSS hears of them; what comes back is stored only by who still holds the lease.
"""

import logging
import random
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from services.refund import settling
from services.refund.billing import Billing
from services.refund.lines import key_of
from services.refund.model import Refund
from services.refund.rules import BillingRules
from services.refund.store import Refunds
from shared.aggregate import Actor
from shared.clock import machine_now
from shared.lease import FencedOut, Lease
from shared.stored import Saved

PAYER = Actor("service:refund", "system")
AT_ONCE = 10  # a round ends within the bound of a stop, even if BOSS is silent
SIDE_BY_SIDE = 5

log = logging.getLogger(__name__)

Conclusion = Callable[[Refund, datetime], list[Any]]


@dataclass(frozen=True)
class Payments:
    """The work of one replica. Any number of them may run: each step begins with a compare-and-set."""

    refunds: Refunds
    billing: Billing
    rules: BillingRules

    def round(self) -> None:
        """Takes up what wakes. Replicas look at the same list, so each goes through it in an order of its own."""
        waking = self.refunds.waking(machine_now(), AT_ONCE)
        random.shuffle(waking)
        with ThreadPoolExecutor(SIDE_BY_SIDE) as side_by_side:
            list(side_by_side.map(self._carry_on_safely, waking))

    def _carry_on_safely(self, refund_id: str) -> None:
        try:
            self.carry_on(refund_id)
        except FencedOut:
            log.warning("refund %s was taken over by another process", refund_id)
        except Exception:  # one refund that cannot be paid must not stop its neighbours
            log.exception("refund %s could not be carried on", refund_id)

    def carry_on(self, refund_id: str) -> None:
        """Takes the lease if it is free, speaks to BOSS and stores what it said, line after line."""
        saved = self._taken_up(refund_id)
        while saved and saved.state.lease:
            fence = saved.state.lease.fence
            conclusion = self._spoken(saved.state, saved.state.lease)
            if conclusion is None:
                return
            after = self._concluded(refund_id, conclusion)
            lease = after.state.lease
            saved = after if lease and lease.fence != fence else None

    def _concluded(self, refund_id: str, conclusion: Conclusion) -> Saved[Refund]:
        """Stores what BOSS said. Raises FencedOut where somebody else holds the lease by now."""
        return self.refunds.change(refund_id, conclusion, PAYER)

    def _taken_up(self, refund_id: str) -> Saved[Refund] | None:
        """The refund, if this process has just taken its lease."""
        taken: list[Any] = []

        def decide(refund: Refund, _now: datetime) -> list[Any]:
            taken[:] = settling.take_up(refund, machine_now(), self.rules)
            return taken

        saved = self.refunds.change(refund_id, decide, PAYER)
        return saved if taken else None

    def _spoken(self, refund: Refund, lease: Lease) -> Conclusion | None:
        """Speaks to BOSS as the state says; None where too little is left of the lease to do so."""
        if machine_now() + self.rules.connect + self.rules.answer > lease.until:
            return None
        line = refund.present_line
        key, fence, rules = key_of(refund.refund_id, line), lease.fence, self.rules
        if line.state == "paying":
            paid = self.billing.pay(key, refund.claim.msisdn, line.amount_fen, line.kind)
            return lambda state, _now: settling.paid(state, fence, paid, machine_now(), rules)
        put_at = machine_now()  # a sending may land between BOSS's answer and its storing: see model/money.pml
        asked = self.billing.ask(key)
        return lambda state, _now: settling.asked(state, fence, asked, put_at, machine_now(), rules)
