"""Whether a claim's ground holds: everything that speaks against it, found at once, each with its rule. Pure."""

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime

from services.refund.claim import Claim, Complaint, Sort
from services.refund.confirmations import against_confirmation
from services.refund.errors import (
    ComplaintRefused,
    DoesNotFit,
    ExtraRefused,
    Missing,
    NoClockBroken,
    NotVerifiedYet,
)
from services.refund.model import month_after
from services.refund.pre_refunds import against_pre_refund
from services.refund.rules import RefundRules
from services.refund.waiving import against_late_fee
from shared.errors import TousuError

TIME_LIMITS = frozenset({"handling", "verification"})
WITHOUT_THE_CUSTOMER = frozenset({"letter", "opinion_book"})
THE_SIX = frozenset({"sp", "billing"})  # the dispute types that have the six sub-causes (RF6)


def objections(claim: Claim, complaint: Complaint | None, now: datetime, rules: RefundRules) -> Iterator[TousuError]:
    """All that speaks against the claim by itself and by its complaint."""
    if claim.period > month_after(now, 0) and not claim.no_charge:
        yield DoesNotFit("period", "this month has not been billed yet")
    if complaint:
        yield from _against_complaint(claim, complaint)
    yield from AGAINST[claim.sort](claim, complaint, now, rules)


def _against_refund(
    claim: Claim, complaint: Complaint | None, now: datetime, rules: RefundRules
) -> Iterator[TousuError]:
    yield from _against_ground(claim, complaint)
    yield from _against_dispute(claim, complaint, now, rules)


def _against_pre_refund(
    claim: Claim, complaint: Complaint | None, now: datetime, rules: RefundRules
) -> Iterator[TousuError]:
    yield from against_pre_refund(claim, complaint, rules)
    yield from _against_dispute(claim, complaint, now, rules)


def _against_dispute(
    claim: Claim, _complaint: Complaint | None, now: datetime, rules: RefundRules
) -> Iterator[TousuError]:
    if claim.sub_cause and claim.dispute_type not in THE_SIX:
        yield DoesNotFit("sub_cause", f"it does not go with the dispute type {claim.dispute_type}")
    yield from against_confirmation(claim, now, rules)
    yield from _against_system_cause(claim)
    yield from _against_extra(claim)


def _against_correction(*_: object) -> Iterator[TousuError]:
    """A correction that moves no money needs what its form asks for, and nothing else (RF10)."""
    yield from ()


def _against_complaint(claim: Claim, complaint: Complaint) -> Iterator[TousuError]:
    if claim.branch != complaint.branch:
        yield DoesNotFit("branch", "it is not the branch of the complaint")
    if claim.msisdn != complaint.msisdn:
        yield DoesNotFit("msisdn", "it is not the number of the complaint")
    if complaint.status == "refused":
        yield ComplaintRefused(complaint.complaint_id)
    if complaint.channel in WITHOUT_THE_CUSTOMER and not complaint.verified:
        yield NotVerifiedYet(complaint.complaint_id)


def _against_ground(claim: Claim, complaint: Complaint | None) -> Iterator[TousuError]:
    if claim.ground != "unverifiable":
        if claim.unverifiable:
            yield DoesNotFit("unverifiable", f"it does not go with the ground {claim.ground}")
        if not claim.evidence:
            yield Missing("RF2", "evidence")
    elif claim.unverifiable is None:
        yield Missing("RF2", "unverifiable")
    elif claim.unverifiable.why == "cannot_verify" and not claim.unverifiable.checks:
        yield Missing("RF2", "unverifiable.checks")
    elif claim.unverifiable.why == "time_limit" and not (complaint and complaint.broken & TIME_LIMITS):
        yield NoClockBroken(claim.complaint_id)


def _against_system_cause(claim: Claim) -> Iterator[TousuError]:
    needed = {"maintenance_opinion": claim.maintenance_opinion, "fault_ticket": claim.fault_ticket}
    lacking = [name for name, value in needed.items() if not value]
    if claim.dispute_type == "system" and lacking:
        yield Missing("RF7", *lacking)


def _against_extra(claim: Claim) -> Iterator[TousuError]:
    if claim.extra_fen and (claim.ground == "unverifiable" or claim.sort == "pre_refund"):
        yield ExtraRefused("an extra needs verified company fault", 0)


AGAINST: Mapping[Sort, Callable[[Claim, Complaint | None, datetime, RefundRules], Iterator[TousuError]]] = {
    "refund": _against_refund,
    "pre_refund": _against_pre_refund,
    "late_fee": lambda claim, complaint, _now, rules: against_late_fee(claim, complaint, rules),
    "correction": _against_correction,
}
