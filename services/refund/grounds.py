"""Whether a claim's ground holds: everything that speaks against it, found at once, each with its rule. Pure."""

from collections.abc import Iterator

from services.refund.claim import Claim, Complaint
from services.refund.errors import (
    ComplaintRefused,
    DoesNotFit,
    ExtraRefused,
    Missing,
    NeverUnverifiable,
    NoClockBroken,
    NotVerifiedYet,
    OralDoesNotCount,
)
from services.refund.rules import RefundRules
from shared.errors import TousuError

TIME_LIMITS = frozenset({"handling", "verification"})
WITHOUT_THE_CUSTOMER = frozenset({"letter", "opinion_book"})


def objections(claim: Claim, complaint: Complaint | None, this_month: str, rules: RefundRules) -> Iterator[TousuError]:
    """All that speaks against the claim by itself and by its complaint; `this_month` is YYYY-MM."""
    if claim.period > this_month and not claim.no_charge:
        yield DoesNotFit("period", "this month has not been billed yet")
    if complaint:
        yield from _against_complaint(claim, complaint)
    yield from _against_ground(claim, complaint)
    yield from _against_subscription(claim)
    yield from _against_system_cause(claim)
    yield from _against_extra(claim, rules)


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


def _against_subscription(claim: Claim) -> Iterator[TousuError]:
    if claim.confirmation and claim.confirmation.kind == "oral":
        yield OralDoesNotCount()
    elif claim.dispute_type == "subscription" and claim.ground == "unverifiable" and not claim.confirmation:
        yield NeverUnverifiable()


def _against_system_cause(claim: Claim) -> Iterator[TousuError]:
    needed = {"maintenance_opinion": claim.maintenance_opinion, "fault_ticket": claim.fault_ticket}
    lacking = [name for name, value in needed.items() if not value]
    if claim.dispute_type == "system" and lacking:
        yield Missing("RF7", *lacking)


def _against_extra(claim: Claim, rules: RefundRules) -> Iterator[TousuError]:
    most_fen = rules.extra_caps[-1].to_fen if rules.extra_caps else 0
    if claim.extra_fen and claim.ground == "unverifiable":
        yield ExtraRefused("an extra needs verified company fault", 0)
    elif claim.extra_fen > most_fen:
        yield ExtraRefused("the extra is above the highest cap", most_fen)
