"""An approved refund at the till: it wakes, is sent to BOSS, hears what BOSS says."""

from datetime import timedelta
from typing import Any

from services.refund import settling
from services.refund.claim import Claim
from services.refund.doubts.settle import settle
from services.refund.model import Refund
from services.refund.outcomes import Entered
from services.refund.requesting import Circumstances
from services.refund.rules import BillingRules
from shared.aggregate import Actor
from tests.unit.refund.makers import AGENT, FINANCE, NOW, NUMBER, PAYER, Story, billing, claim


class Till(Story):
    """An approved refund at work; machine time passes by `later`."""

    def __init__(
        self,
        rules: BillingRules | None = None,
        wanted: Claim | None = None,
        by: Actor = AGENT,
        circumstances: Circumstances | None = None,
        signed: bool = True,
        **changes: Any,
    ) -> None:
        super().__init__(wanted or claim(**changes), circumstances, by)
        if signed:
            self.approved()
        self.now, self.rules = NOW, rules or billing()

    def later(self, span: timedelta) -> "Till":
        self.now += span
        return self

    def wake(self) -> list[str]:
        """Whoever looks now takes it up; answers what was decided."""
        events = settling.take_up(self.refund, self.now, self.rules)
        self.then(events, PAYER)
        return [type(event).__name__ for event in events]

    def paid(self, outcome: Any) -> str:
        events = settling.paid(self.refund, self.fence, outcome, self.now, self.rules)
        return self.then(events, PAYER).status

    def asked(self, outcome: Any, stored_after: timedelta = timedelta()) -> str:
        put_at = self.now
        self.later(stored_after)
        events = settling.asked(self.refund, self.fence, outcome, put_at, self.now, self.rules)
        return self.then(events, PAYER).status

    def settled(self, outcome: Any, key: str | None = None) -> str:
        """A person says so now."""
        events = settle(self.refund, outcome, ("BOSS流水",), self.now, self.rules, key)
        return self.then(events, FINANCE).status

    @property
    def fence(self) -> int:
        assert self.refund.lease
        return self.refund.lease.fence

    @property
    def waits_for(self) -> str:
        return self.refund.waits_for

    def pay_all(self) -> Refund:
        """BOSS enters all that is approved, line after line."""
        self.wake()
        while self.refund.lease:
            line = self.refund.present_line
            self.paid(Entered(f"B-{line.kind}", NUMBER, line.amount_fen))
        return self.refund
