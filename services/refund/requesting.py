"""How a claim becomes a refund, and what speaks against it. Pure: what the database knows comes in as Circumstances."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from services.refund.approvals import steps_for
from services.refund.approving import granted
from services.refund.claim import Claim, Complaint
from services.refund.errors import AlreadyClaimed, AnotherBranch, ExceptionNotAllowed, ExtraRefused, GoodwillUsedUp
from services.refund.grounds import objections
from services.refund.history import RefundRequested
from services.refund.lines import Line, award_of, lines_of, total_fen
from services.refund.rules import Level, RefundRules
from services.refund.waiving import against_sum
from services.rights import sees, signs_for
from shared.aggregate import Actor
from shared.errors import TousuError


@dataclass(frozen=True)
class Pieces:
    """What the other claims of a claim's complaint and number come to, in fen: all, their extras, their late fees."""

    claimed_fen: int = 0
    extra_fen: int = 0
    late_fee_fen: int = 0


@dataclass(frozen=True)
class Circumstances:
    """What a claim meets.

    holder: the refund that has its charge (RF19). goodwill: the places that unverifiable refunds of its number and
    service take (RF8). pieces: what its other pieces come to (RF9, RF11, RF12). The places are those that it takes
    itself: whoever takes one of them first makes it look again."""

    complaint: Complaint | None = None
    holder: str | None = None
    goodwill: frozenset[int] = frozenset()
    pieces: Pieces = Pieces()
    number_place: int | None = None
    complaint_place: int | None = None


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
    if not sees(by, claim.branch, claim.hall):
        raise AnotherBranch(claim.branch)
    if claim.exception is not None and "branch" not in signs_for(by):
        raise ExceptionNotAllowed


def draft(claim: Claim, met: Circumstances, now: datetime, rules: RefundRules) -> Draft:
    """The refund that the claim would be."""
    lines = lines_of(claim)
    counted_fen = may_become_fen(claim) + met.pieces.claimed_fen
    against = (
        *objections(claim, met.complaint, now, rules),
        *_against_repetition(claim, met, rules),
        *_against_sums(claim, met, rules),
    )
    steps = steps_for(claim, counted_fen, rules, met.pieces.extra_fen)
    return Draft(lines, counted_fen, steps, free_slot(claim, met.goodwill, rules), against)


def may_become_fen(claim: Claim) -> int:
    """What signatures are for: all lines, and the award that may follow a pre-refund (RF4), in fen."""
    award_fen = award_of(claim).amount_fen if claim.sort == "pre_refund" else 0
    return total_fen(lines_of(claim)) + award_fen


def _against_sums(claim: Claim, met: Circumstances, rules: RefundRules) -> Iterator[TousuError]:
    """A cap holds for the sum of all pieces, so that it cannot be passed in small steps (RF9, RF11)."""
    most_fen = rules.extra_caps[-1].to_fen if rules.extra_caps else 0
    if claim.extra_fen and claim.extra_fen + met.pieces.extra_fen > most_fen:
        yield ExtraRefused("the extra is above the highest cap, extras of its other pieces counted in", most_fen)
    yield from against_sum(claim, met.pieces.late_fee_fen, rules)


def _against_repetition(claim: Claim, met: Circumstances, rules: RefundRules) -> Iterator[TousuError]:
    if met.holder and lines_of(claim):
        yield AlreadyClaimed(met.holder)
    goodwill = claim.ground == "unverifiable" and claim.exception is None
    if goodwill and free_slot(claim, met.goodwill, rules) is None:
        yield GoodwillUsedUp()


def free_slot(claim: Claim, taken: frozenset[int], rules: RefundRules) -> int | None:
    """The first free place for an unverifiable refund of this number and service (RF8)."""
    return first_free(taken, rules) if claim.ground == "unverifiable" else None


def first_free(taken: frozenset[int], rules: RefundRules) -> int | None:
    """The first of the places for unverifiable refunds that is not taken (RF8)."""
    return next((slot for slot in range(1, rules.goodwill_refunds + 1) if slot not in taken), None)


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
        number_place=met.number_place,
        complaint_place=met.complaint_place,
    )
    return [requested] if drafted.steps else [requested, granted(drafted.lines)]
