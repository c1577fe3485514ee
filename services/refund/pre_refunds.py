"""The principal before the facts are verified (RF4), and what becomes of it (CL5). Pure."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from typing import Any

from services.refund.claim import Claim, Complaint
from services.refund.errors import Missing, NotNow
from services.refund.history import RefundVerificationBroken, RefundVerified
from services.refund.model import Refund
from services.refund.rules import RefundRules
from services.refund.sort_errors import NotPreRefunded, RequesterNeverVerifies, TooMuchBeforehand, VerifiedTooLate
from services.rights import signs_for
from shared.aggregate import Actor
from shared.errors import TousuError


def against_pre_refund(claim: Claim, complaint: Complaint | None, rules: RefundRules) -> Iterator[TousuError]:
    """A customer's complaint, insistence, consent, a charge that would be doubled, a small amount."""
    if complaint is None:
        yield Missing("RF4", "complaint_id")
    elif complaint.ticket_type != "complaint":
        yield NotPreRefunded("ticket_type", "its ticket is no complaint", "complaint")
    if not claim.insisted:
        yield NotPreRefunded("insisted", "the customer does not insist", True)
    if claim.consent is None:
        yield Missing("RF4", "consent")
    if claim.ground != "double_refund":
        yield NotPreRefunded("ground", "only what would be doubled is paid before it is verified", "double_refund")
    if claim.principal_fen + claim.pre_page_fen > rules.pre_refund.up_to_fen:
        yield TooMuchBeforehand(rules.pre_refund.up_to_fen)


def with_authority(claim: Claim, by: Actor, rules: RefundRules) -> Claim:
    """The claim, its consent given where the caller has the level for it; else that level has to sign (RF4)."""
    if claim.consent is None:
        return claim
    return replace(claim, consent=replace(claim.consent, given=rules.pre_refund.consent in signs_for(by)))


def verify(
    refund: Refund,
    upheld: bool,
    evidence: tuple[str, ...],
    by: Actor,
    due_at: datetime | None,
    now: datetime,
    rules: RefundRules,
) -> list[Any]:
    """The facts are verified: upheld, the award follows; not upheld, the principal stays and nothing follows (RF4).

    `due_at`: until when it had to be, as far as is known. Raises NotNow, VerifiedTooLate, RequesterNeverVerifies."""
    if refund.status != "verifying":
        raise NotNow(refund.refund_id, refund.status, "verified")
    if due_at and now > due_at:
        raise VerifiedTooLate(refund.refund_id, due_at)
    level = rules.pre_refund.consent
    if by.sub == refund.requested_by.sub and level not in signs_for(by):
        raise RequesterNeverVerifies(refund.refund_id, level)
    return [RefundVerified(upheld, evidence)]


def broken(refund: Refund, at: datetime, goodwill_slot: int | None) -> list[Any]:
    """Its verification clock broke: closed as unverifiable (CL5); nothing where somebody verified it before."""
    return [RefundVerificationBroken(at, goodwill_slot)] if refund.status == "verifying" else []
