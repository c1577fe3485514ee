"""How a claim becomes a refund, and what speaks against it. Pure: what the database knows comes in as Circumstances."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from services.refund.approvals import steps_for
from services.refund.claim import Claim, Complaint
from services.refund.errors import AlreadyClaimed, AnotherBranch, ExceptionNotAllowed, GoodwillUsedUp
from services.refund.grounds import objections
from services.refund.history import RefundApproved, RefundRequested
from services.refund.lines import Line, lines_of, total_fen
from services.refund.model import month_after
from services.refund.rules import Level, RefundRules
from services.rights import sees_branch, signs_for
from shared.aggregate import Actor
from shared.errors import TousuError


@dataclass(frozen=True)
class Circumstances:
    """What a claim meets.

    holder: the refund that has its charge (RF19). goodwill: the places that unverifiable refunds of its number and
    service take (RF8). pieces_fen: the totals of its other pieces (RF12)."""

    complaint: Complaint | None = None
    holder: str | None = None
    goodwill: frozenset[int] = frozenset()
    pieces_fen: int = 0


@dataclass(frozen=True)
class Draft:
    """What a claim would become, and all that speaks against it."""

    lines: tuple[Line, ...]
    counted_fen: int
    steps: tuple[Level, ...]
    goodwill_slot: int | None
    objections: tuple[TousuError, ...]

    @property
    def total_fen(self) -> int:
        return total_fen(self.lines)

    @property
    def missing(self) -> list[str]:
        """The fields that would be needed, each once."""
        return list(dict.fromkeys(field for each in self.objections for field in each.details.get("missing", ())))


def must_be_allowed(claim: Claim, by: Actor) -> None:
    """Raises Forbidden where the caller claims for another branch or allows what only the branch may (RF8)."""
    if sees_branch(by) not in (None, claim.branch):
        raise AnotherBranch(claim.branch)
    if claim.exception is not None and "branch" not in signs_for(by):
        raise ExceptionNotAllowed


def draft(claim: Claim, met: Circumstances, now: datetime, rules: RefundRules) -> Draft:
    """The refund that the claim would be."""
    lines = lines_of(claim)
    counted_fen = total_fen(lines) + met.pieces_fen
    against = (*objections(claim, met.complaint, month_after(now, 0), rules), *_against_repetition(claim, met, rules))
    return Draft(lines, counted_fen, steps_for(claim, counted_fen, rules), _free_slot(claim, met, rules), against)


def _against_repetition(claim: Claim, met: Circumstances, rules: RefundRules) -> Iterator[TousuError]:
    if met.holder:
        yield AlreadyClaimed(met.holder)
    goodwill = claim.ground == "unverifiable" and claim.exception is None
    if goodwill and _free_slot(claim, met, rules) is None:
        yield GoodwillUsedUp()


def _free_slot(claim: Claim, met: Circumstances, rules: RefundRules) -> int | None:
    """The first free place for an unverifiable refund of this number and service (RF8)."""
    if claim.ground != "unverifiable":
        return None
    return next((slot for slot in range(1, rules.goodwill_refunds + 1) if slot not in met.goodwill), None)


def request(
    refund_id: str, claim: Claim, met: Circumstances, now: datetime, rules: RefundRules, policy_version: str
) -> list[Any]:
    """The first events of a refund; raises the first thing that speaks against the claim."""
    drafted = draft(claim, met, now, rules)
    for objection in drafted.objections:
        raise objection
    requested = RefundRequested(
        refund_id=refund_id,
        lines=drafted.lines,
        steps=drafted.steps,
        counted_fen=drafted.counted_fen,
        shows_in_months=rules.shows_in_months,
        policy_version=policy_version,
        claim=claim,
        goodwill_slot=drafted.goodwill_slot,
        acted_at=met.complaint.acted_at if met.complaint else None,
    )
    return [requested] if drafted.steps else [requested, RefundApproved()]
