"""Claims, refunds and rules with good defaults: a test names only what matters to it."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from services.refund import approving, requesting
from services.refund.claim import Claim, Complaint
from services.refund.course import REFUNDS
from services.refund.model import Refund
from services.refund.policy import REFUNDS_POLICY
from services.refund.requesting import Circumstances
from services.refund.rules import BillingRules, RefundRules
from shared.aggregate import Actor, Stamp
from shared.policies import load

NOW = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)  # a Monday, 09:00 in Shanghai
NUMBER = "13900000205"

AGENT = Actor("E1001", "agent", "SZ")
DUTY_MANAGER = Actor("M1001", "duty_manager", "SZ")
BRANCH = Actor("B1001", "branch", "SZ")
PROVINCE = Actor("P1001", "province")
FINANCE = Actor("F1001", "finance")
PAYER = Actor("service:refund", "system")


@cache
def rules() -> RefundRules:
    """The policy as it is delivered."""
    loaded: RefundRules = load(Path(__file__).parents[3] / "policies", [REFUNDS_POLICY])["refunds"]
    return loaded


def billing(**changes: Any) -> BillingRules:
    return replace(rules().billing, **changes)


def claim(**changes: Any) -> Claim:
    """A wrong charge of 15.60 yuan, the company's fault."""
    usual = Claim(
        msisdn=NUMBER,
        service="缺省WAP",
        period="2026-10",
        dispute_type="billing",
        ground="company_fault",
        principal_fen=1560,
        cause="计费误差",
        branch="SZ",
        evidence=("话单",),
        complaint_id="c-1",
    )
    return replace(usual, **changes)


def complaint(**changes: Any) -> Complaint:
    return replace(Complaint("c-1", "SZ", "open", "hotline", NUMBER), **changes)


def met(**changes: Any) -> Circumstances:
    """What a first claim meets: its complaint, and nothing else."""
    return replace(Circumstances(complaint=complaint()), **changes)


class Story:
    """A refund that lives: each act is decided, folded, and kept in its history."""

    def __init__(
        self,
        wanted: Claim | None = None,
        circumstances: Circumstances | None = None,
        by: Actor = AGENT,
        policy: RefundRules | None = None,
    ) -> None:
        self.history: list[tuple[Any, Stamp]] = []
        self._state: Refund | None = None
        events = requesting.request("r-1", wanted or claim(), circumstances or met(), NOW, policy or rules(), "v1")
        self.then(events, by)

    @property
    def refund(self) -> Refund:
        assert self._state is not None
        return self._state

    def then(self, events: Sequence[Any], by: Actor, at: datetime = NOW) -> Refund:
        for event in events:
            stamp = Stamp(len(self.history) + 1, at, by)
            self._state = REFUNDS.apply(self._state, event, stamp)
            self.history.append((event, stamp))
        return self.refund

    def sign(self, by: Actor, pieces_fen: int = 0) -> Refund:
        return self.then(approving.approve(self.refund, by, "", pieces_fen, rules()), by)

    def approved(self) -> "Story":
        """Signed by as many as it needs."""
        signers = {"duty_manager": DUTY_MANAGER, "branch": BRANCH, "province": PROVINCE}
        while level := self.refund.needs:
            self.sign(signers[level])
        return self


def seconds(number: float) -> timedelta:
    return timedelta(seconds=number)
