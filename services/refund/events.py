"""What refund publishes on `refund.events`: the refund's own facts, without personal data, and what has changed.

Every event carries the whole, so that the newest one is enough for a reader.
"""

from dataclasses import fields
from typing import Any

from services.refund.doubts.happened import (
    RefundAskAnswered,
    RefundAskWanted,
    RefundDoubtRested,
    RefundLateChecked,
    RefundLeftLate,
    RefundNotSent,
)
from services.refund.history import (
    EVENTS,
    CorrectionRecorded,
    RefundAsking,
    RefundLinePaid,
    RefundSelfApprovalRefused,
    RefundStepsRaised,
)
from services.refund.model import Refund
from shared.aggregate import Stamp, event_name, private_fields
from shared.codec import plain
from shared.phone import mask
from shared.sealing import KeyRing

SCHEMA = 1
NOT_ANNOUNCED = (
    *(CorrectionRecorded, RefundAsking, RefundLinePaid, RefundStepsRaised, RefundSelfApprovalRefused),
    *(RefundAskWanted, RefundAskAnswered, RefundLeftLate, RefundLateChecked, RefundNotSent, RefundDoubtRested),
)
AWAITED = frozenset(event_name(kind) for kind in EVENTS if kind not in NOT_ANNOUNCED)  # notify reads them all
TOLD_ELSEWHERE = frozenset({"refund_id", "lines", "policy_version", "acted_at", "number_place", "complaint_place"})


def announced(refund: Refund, event: Any, stamp: Stamp, keys: KeyRing) -> dict[str, Any] | None:
    """The `data` of the event; None where it concerns nobody else. `shows_in` is a month (YYYY-MM), RF18."""
    if isinstance(event, NOT_ANNOUNCED):
        return None
    claim = refund.claim
    return {
        "refund_id": refund.refund_id,
        "seq": stamp.n,
        "complaint_id": claim.complaint_id,
        "status": refund.status,
        "sort": claim.sort,
        "ground": claim.ground,
        "total_fen": refund.total_fen,
        "returned_fen": refund.returned_fen,
        "lines": [{"kind": line.kind, "amount_fen": line.amount_fen, "state": line.state} for line in refund.lines],
        "period": claim.period,
        "service": claim.service,
        "branch": claim.branch,
        "hall": claim.hall,
        "needs": refund.needs,
        "shows_in": refund.shows_in(stamp.at),
        "acted_at": plain(refund.acted_at),
        "pre_refund": pre_refund_told(refund),
        "customer": {"masked": mask(claim.msisdn), "sealed": keys.seal_for_suite({"msisdn": claim.msisdn})},
        "change": {"name": event_name(type(event)), **_open_part(event)} | _waits(refund),
    }


def pre_refund_told(refund: Refund) -> dict[str, Any] | None:
    """Since when a pre-refund has to be verified, and what became of it (CL5); None for all others, and before."""
    if refund.verifying_since is None:
        return None
    ended = refund.verification
    return {
        "paid_at": plain(refund.verifying_since),
        "outcome": ended.outcome if ended else None,
        "ended_at": plain(ended.at) if ended else None,
    }


def _open_part(event: Any) -> dict[str, Any]:
    """The event's own fields, without what is sealed, what is machine time, and what stands above already."""
    hidden = private_fields(type(event)) | TOLD_ELSEWHERE | {"until", "sent_at", "wake_at", "gone_by", "rises_after_s"}
    return {each.name: plain(getattr(event, each.name)) for each in fields(event) if each.name not in hidden}


def _waits(refund: Refund) -> dict[str, str]:
    return {"waits_for": refund.waits_for} if refund.in_doubt else {}
