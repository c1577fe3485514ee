"""Whether a customer's confirmation of a subscription is one (RF14), and whole (RF15). Pure."""

from collections.abc import Iterator
from datetime import datetime

from services.refund.claim import Check, Claim, Confirmation
from services.refund.errors import DoesNotFit, Missing, NeverUnverifiable, OralDoesNotCount
from services.refund.rules import RefundRules
from shared.errors import TousuError

CHECKS = ("second_confirmation", "after_trial")


def against_confirmation(claim: Claim, now: datetime, rules: RefundRules) -> Iterator[TousuError]:
    """What speaks against the record; where it, or a part of it, was not found, a subscription is company fault."""
    record = claim.confirmation
    if record and record.kind == "oral":
        yield OralDoesNotCount()
    elif record:
        yield from _against_times(record, now)
        yield from _against_checks(claim, record, rules)
    elif _never_unverifiable(claim):
        yield NeverUnverifiable()


def _never_unverifiable(claim: Claim) -> bool:
    return claim.dispute_type == "subscription" and claim.ground == "unverifiable"


def _against_checks(claim: Claim, record: Confirmation, rules: RefundRules) -> Iterator[TousuError]:
    unnamed = [name for name in rules.confirmation_checks if getattr(record, name) is None]
    absent = [name for name in CHECKS if (check := getattr(record, name)) and not check.found]
    if unnamed and claim.dispute_type == "subscription":
        yield Missing("RF15", *(f"confirmation.{name}" for name in unnamed))
    if absent and _never_unverifiable(claim):
        yield NeverUnverifiable("RF15", *(f"confirmation.{name}" for name in absent))


def _against_times(record: Confirmation, now: datetime) -> Iterator[TousuError]:
    """Nothing was confirmed in the future, nor before the fee was shown, and nothing was confirmed again before."""
    times = {"at": record.at, "fee_page_at": record.fee_page_at}
    times |= {name: check.at for name in CHECKS if (check := _found(record, name))}
    for name, at in times.items():
        if at and at > now:
            yield DoesNotFit(f"confirmation.{name}", "it lies in the future")
    if record.fee_page_at and record.at < record.fee_page_at:
        yield DoesNotFit("confirmation.fee_page_at", "the fee was shown only after it was confirmed")
    for name in CHECKS:
        check = _found(record, name)
        if check and check.at and check.at < record.at:
            yield DoesNotFit(f"confirmation.{name}", "it lies before the confirmation that it follows")


def _found(record: Confirmation, name: str) -> Check | None:
    check: Check | None = getattr(record, name)
    return check if check and check.found else None
