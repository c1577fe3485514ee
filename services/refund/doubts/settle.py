"""A person says what became of a line, after he has looked it up in BOSS. Pure; now: machine time.

He names the line by its key where several are unknown: what stands in BOSS of one says nothing about another."""

from datetime import datetime
from typing import Any

from services.refund import by_hand
from services.refund.doubts import late
from services.refund.doubts.errors import NothingUnknown
from services.refund.doubts.standing import Standing, chosen, names_refused
from services.refund.doubts.under_way import must_have_arrived
from services.refund.errors import NotNow
from services.refund.history import RefundFailed, RefundPaid, RefundSettled, Settlement
from services.refund.model import Refund
from services.refund.rules import BillingRules


def settle(
    refund: Refund,
    outcome: Settlement,
    evidence: tuple[str, ...],
    now: datetime,
    rules: BillingRules,
    key: str | None = None,
) -> list[Any]:
    """What follows for the line of this key: one that is unknown, that was sent too late, or that BOSS refused and he
    enters by hand.

    Raises WhichLine and NothingUnknown where it is not clear which, StillUnderWay where an entry may still come of
    what was sent, NotNow and NotTaken where there is nothing to say."""
    if outcome == "by_hand":
        return _taken(refund, evidence, rules, key)
    case = chosen(refund, key)
    if refund.status == "failed" and not (case and case.late):
        return by_hand.settled(refund, outcome, evidence)
    if case is None or (refund.status != "unknown" and not case.late):
        raise NotNow(refund.refund_id, refund.status, "settled")
    must_have_arrived(refund, case, outcome, now, rules)
    if case.late:
        return late.checked(refund, case.line, outcome, evidence)
    return _settled(refund, case, outcome, evidence)


def _taken(refund: Refund, evidence: tuple[str, ...], rules: BillingRules, key: str | None) -> list[Any]:
    if refund.status != "failed":
        raise NotNow(refund.refund_id, refund.status, "entered by hand")
    if not names_refused(refund, key):
        raise NothingUnknown(refund.refund_id, str(key), [])
    return by_hand.taken(refund, evidence, rules)


def _settled(refund: Refund, case: Standing, outcome: Settlement, evidence: tuple[str, ...]) -> list[Any]:
    settled = RefundSettled(case.line.kind, outcome, evidence)
    if outcome == "not_paid":
        return [settled, RefundFailed(case.line.kind, "settled")]
    return [settled] if case.line != refund.lines[-1] else [settled, RefundPaid()]
