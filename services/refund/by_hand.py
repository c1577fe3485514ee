"""A line that BOSS refused and finance enters there by hand: taken first, so that nobody frees its charge. Pure.

A claim that was withdrawn may be brought again under a new key: entered by hand as well, it would be paid twice (RF19).
From then on nobody but him knows whether BOSS has the entry: a doubt, which rises until he says.
"""

from typing import Any

from services.refund.errors import SETTLE_LATE, TOLD, NotNow, NotTaken
from services.refund.history import RefundPaid, RefundSettled, Settlement
from services.refund.model import Refund
from services.refund.rules import BillingRules


def settled(refund: Refund, outcome: Settlement, evidence: tuple[str, ...]) -> list[Any]:
    """`paid`: who took it has entered it; `not_paid`: he has not, nor will he. Raises NotTaken where nobody took it."""
    if refund.taken_by is None:
        raise NotTaken(refund.refund_id)
    line = refund.present_line
    told = RefundSettled(line.kind, outcome, evidence)
    return [told, RefundPaid()] if outcome == "paid" and line == refund.lines[-1] else [told]


def taken(refund: Refund, evidence: tuple[str, ...], rules: BillingRules) -> list[Any]:
    """One person takes it, to enter it now. Raises NotNow where somebody has, or where a late sending is unknown."""
    if refund.taken_by:
        raise NotNow(refund.refund_id, refund.status, f"entered by hand twice: {refund.taken_by} is at it", TOLD)
    if refund.late:
        raise NotNow(refund.refund_id, refund.status, "entered by hand before its late sending is settled", SETTLE_LATE)
    return [RefundSettled(refund.present_line.kind, "by_hand", evidence, rules.doubts.first_after_s)]
