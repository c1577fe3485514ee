"""Yes and no to a refund: sign, reject, withdraw (RF12). Pure."""

from typing import Any

from services.refund.approvals import steps_for, unsigned
from services.refund.errors import (
    SETTLE_LATE,
    TOLD,
    LevelTooLow,
    NotNow,
    NotYours,
    RequesterNeverApproves,
    SignedBefore,
)
from services.refund.history import (
    CorrectionRecorded,
    RefundApproved,
    RefundRejected,
    RefundSelfApprovalRefused,
    RefundStepSigned,
    RefundStepsRaised,
    RefundWithdrawn,
)
from services.refund.lines import Line
from services.refund.model import Refund, nothing_paid
from services.refund.rules import Level, RefundRules
from services.rights import signs_for
from shared.aggregate import Actor

UNDECIDED = frozenset({"requested", "approving"})
WITHDRAWN_FROM = UNDECIDED | {"approved", "failed"}


def approve(refund: Refund, by: Actor, comment: str, pieces_fen: int, rules: RefundRules) -> list[Any]:
    """Signs the next step; the last signature approves. `pieces_fen`: the totals of the claim's other pieces now."""
    _must_be_undecided(refund, "approved")
    counted_fen = refund.committed_fen + pieces_fen
    steps = _raised(refund, counted_fen, rules)
    waiting = unsigned(steps, refund.signatures)
    _must_be_signer(refund, by, waiting[0])
    if by.sub in {signature.by for signature in refund.signatures}:
        raise SignedBefore(refund.refund_id, waiting[0])
    events: list[Any] = [] if steps == refund.steps else [RefundStepsRaised(steps, counted_fen)]
    events.append(RefundStepSigned(waiting[0], comment))
    return events if len(waiting) > 1 else [*events, granted(refund.lines)]


def self_approval(refund: Refund, by: Actor) -> list[Any]:
    """What the history keeps of a requester who tried to sign: once, however often he tries."""
    return [] if by.sub in refund.refused_signers else [RefundSelfApprovalRefused()]


def granted(lines: tuple[Line, ...]) -> RefundApproved | CorrectionRecorded:
    """What follows the last signature: it may be paid; what moves no money is done (RF10)."""
    return RefundApproved() if lines else CorrectionRecorded()


def _raised(refund: Refund, counted_fen: int, rules: RefundRules) -> tuple[Level, ...]:
    """The steps, and more of them where further pieces have come; never fewer than were asked for."""
    steps = steps_for(refund.claim, counted_fen, rules)
    return steps if counted_fen > refund.counted_fen and len(steps) > len(refund.steps) else refund.steps


def reject(refund: Refund, by: Actor, reason: str) -> list[Any]:
    """Says no, at any step that the level reaches."""
    _must_be_undecided(refund, "rejected")
    _must_be_signer(refund, by, unsigned(refund.steps, refund.signatures)[0])
    return [RefundRejected(reason)]


def withdraw(refund: Refund, by: Actor, reason: str) -> list[Any]:
    """Takes the claim back, as long as nothing is on its way to BOSS or paid; also after BOSS refused all of it."""
    if refund.status not in WITHDRAWN_FROM or not nothing_paid(refund):
        raise NotNow(refund.refund_id, refund.status, "withdrawn")
    if refund.late:
        raise NotNow(refund.refund_id, refund.status, "withdrawn before its late sending is settled", SETTLE_LATE)
    if refund.taken_by:
        raise NotNow(refund.refund_id, refund.status, "withdrawn while somebody enters it by hand", TOLD)
    if by.sub != refund.requested_by.sub and "duty_manager" not in signs_for(by):
        raise NotYours(refund.refund_id)
    return [RefundWithdrawn(reason)]


def _must_be_undecided(refund: Refund, act: str) -> None:
    if refund.status not in UNDECIDED:
        raise NotNow(refund.refund_id, refund.status, act)


def _must_be_signer(refund: Refund, by: Actor, level: Level) -> None:
    if by.sub == refund.requested_by.sub:
        raise RequesterNeverApproves(refund.refund_id)
    if level not in signs_for(by):
        raise LevelTooLow(refund.refund_id, level)
