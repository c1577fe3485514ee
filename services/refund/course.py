"""How a refund moves: each event of its history, and the state after it. Pure."""

from dataclasses import replace
from functools import singledispatch
from typing import Any

from services.refund import history as happened
from services.refund.approvals import Signature
from services.refund.books.trace import traced
from services.refund.doubts import course as doubts
from services.refund.doubts.doubt import begun
from services.refund.doubts.happened import RefundNotSent
from services.refund.history import ENDING, EVENTS
from services.refund.lines import award_of
from services.refund.model import AT_ONCE, Ending, Outcome, Refund, Settled, Verification
from shared.aggregate import Kind, Stamp
from shared.lease import Lease


def present(refund: Refund, /, **changes: Any) -> Refund:
    """The refund with its present line changed."""
    index = refund.lines.index(refund.present_line)
    line = replace(refund.lines[index], **changes)
    return replace(refund, lines=(*refund.lines[:index], line, *refund.lines[index + 1 :]))


def apply(state: Refund | None, event: Any, stamp: Stamp) -> Refund:
    """The state after the event."""
    if isinstance(event, happened.RefundRequested):
        return traced(None, _requested(event, stamp), stamp)
    assert state is not None, "a refund begins with its request"
    return traced(state, _after(event, state, stamp), stamp)


def _requested(event: happened.RefundRequested, stamp: Stamp) -> Refund:
    return Refund(
        refund_id=event.refund_id,
        status="requested",
        lines=event.lines,
        steps=event.steps,
        counted_fen=event.counted_fen,
        shows_in_months=event.shows_in_months,
        policy_version=event.policy_version,
        requested_by=stamp.by,
        requested_at=stamp.at,
        claim=event.claim,
        goodwill_slot=event.goodwill_slot,
        acted_at=event.acted_at,
        number_place=event.number_place,
        complaint_place=event.complaint_place,
    )


@singledispatch
def _after(event: Any, _state: Refund, _stamp: Stamp) -> Refund:
    raise TypeError(f"{type(event).__name__} is no event of a refund")


@_after.register
def _raised(event: happened.RefundStepsRaised, state: Refund, _stamp: Stamp) -> Refund:
    return replace(state, steps=event.steps, counted_fen=event.counted_fen)


@_after.register
def _signed(event: happened.RefundStepSigned, state: Refund, stamp: Stamp) -> Refund:
    signature = Signature(event.level, stamp.by.sub, stamp.by.role, stamp.at, event.comment)
    return replace(state, status="approving", signatures=(*state.signatures, signature))


@_after.register
def _approved(_event: happened.RefundApproved, state: Refund, _stamp: Stamp) -> Refund:
    return replace(state, status="approved", wake_at=AT_ONCE)


@_after.register
def _rejected(event: happened.RefundRejected, state: Refund, stamp: Stamp) -> Refund:
    return replace(state, status="rejected", ending=Ending(stamp.by.sub, stamp.at, event.reason))


@_after.register
def _withdrawn(event: happened.RefundWithdrawn, state: Refund, stamp: Stamp) -> Refund:
    return replace(state, status="withdrawn", wake_at=None, ending=Ending(stamp.by.sub, stamp.at, event.reason))


@_after.register
def _paying(event: happened.RefundPaying, state: Refund, stamp: Stamp) -> Refund:
    line = state.present_line
    state = present(state, state="paying", sendings=line.sendings + 1, sent_at=event.sent_at, gone_by=event.until)
    lease = Lease(stamp.n, event.until)
    return replace(state, status="paying", lease=lease, wake_at=event.until, attempts=state.attempts + 1)


@_after.register
def _asking(event: happened.RefundAsking, state: Refund, stamp: Stamp) -> Refund:
    return replace(state, lease=Lease(stamp.n, event.until), wake_at=event.until, attempts=state.attempts + 1)


@_after.register
def _line_paid(event: happened.RefundLinePaid, state: Refund, stamp: Stamp) -> Refund:
    return _next_line(present(state, state="paid", boss_reference=event.boss_reference, paid_at=stamp.at))


def _next_line(state: Refund) -> Refund:
    """A line is done: what was said of it is over, the next one may begin."""
    return replace(state, status="paying", lease=None, wake_at=AT_ONCE, attempts=0, doubt=None)


@_after.register
def _paid(_event: happened.RefundPaid, state: Refund, stamp: Stamp) -> Refund:
    """All lines are paid; of a pre-refund only the principal, as long as its facts are not verified (RF4)."""
    paid = replace(state, status="paid", wake_at=None, failed_why=None, paid_at=stamp.at)
    if state.claim.sort != "pre_refund" or state.verification:
        return paid
    return replace(paid, status="verifying", verifying_since=stamp.at)


@_after.register
def _verified(event: happened.RefundVerified, state: Refund, stamp: Stamp) -> Refund:
    """Upheld: the award is a line like any other, and the same machine pays it."""
    outcome: Outcome = "upheld" if event.upheld else "not_upheld"
    state = replace(state, verification=Verification(outcome, stamp.by.sub, stamp.at, event.evidence))
    if not event.upheld:
        return replace(state, status="closed")
    return replace(state, status="approved", lines=(*state.lines, award_of(state.claim)), wake_at=AT_ONCE, attempts=0)


@_after.register
def _verification_broken(event: happened.RefundVerificationBroken, state: Refund, stamp: Stamp) -> Refund:
    verification = Verification("broken", stamp.by.sub, event.due_at)
    return replace(state, status="closed", verification=verification, goodwill_slot=event.goodwill_slot)


@_after.register
def _recorded(_event: happened.CorrectionRecorded, state: Refund, _stamp: Stamp) -> Refund:
    return replace(state, status="closed")


@_after.register
def _unknown(event: happened.RefundUnknown, state: Refund, stamp: Stamp) -> Refund:
    doubt = begun(state.doubt, event.why, event.kind, stamp.at, event.rises_after_s)
    line = state.present_line
    gone_by = doubts.later(line.gone_by, event.gone_by)
    state = present(state, state="unknown", refusal=event.refusal or line.refusal, gone_by=gone_by)
    return replace(state, status="unknown", lease=None, wake_at=event.wake_at, doubt=doubt)


@_after.register
def _failed(event: happened.RefundFailed, state: Refund, _stamp: Stamp) -> Refund:
    state = present(state, state="refused")
    return replace(state, status="failed", lease=None, wake_at=None, doubt=None, failed_why=event.why)


@_after.register
def _settled(event: happened.RefundSettled, state: Refund, stamp: Stamp) -> Refund:
    settled = Settled(event.kind, event.outcome, stamp.by.sub, stamp.at, event.evidence)
    taken = event.outcome == "by_hand"  # from now on only he knows whether BOSS has it
    doubt = begun(None, event.outcome, event.kind, stamp.at, event.rises_after_s) if taken else None
    state = replace(state, settled=(*state.settled, settled), lease=None, wake_at=None, doubt=doubt)
    return _next_line(present(state, state="paid", paid_at=stamp.at)) if event.outcome == "paid" else state


@_after.register
def _not_sent(event: RefundNotSent, state: Refund, _stamp: Stamp) -> Refund:
    """As before this sending: the line waits to be sent, or stays unknown where an earlier one went out."""
    sendings = state.present_line.sendings - 1
    state = present(state, sendings=sendings, state="unknown" if sendings else "planned")
    return replace(state, status="unknown" if sendings else "approved", lease=None, wake_at=event.wake_at)


@_after.register
def _self_approval(_event: happened.RefundSelfApprovalRefused, state: Refund, stamp: Stamp) -> Refund:
    return replace(state, refused_signers=(*state.refused_signers, stamp.by.sub))


_after.register(doubts.ask_wanted)
_after.register(doubts.ask_answered)
_after.register(doubts.rose)
_after.register(doubts.rested)
_after.register(doubts.sent_late)
_after.register(doubts.left_late)
_after.register(doubts.late_checked)

REFUNDS = Kind("refunds", Refund, EVENTS, apply, ending=ENDING)
