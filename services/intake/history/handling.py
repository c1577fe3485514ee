"""A complaint is worked on: contacts, proposals, judgement, who handles it, what was promised."""

from dataclasses import dataclass, field, replace
from datetime import datetime

from services.grounds import Ground, GroundKind
from services.intake import vocabulary as v
from services.intake.history.moving import Limits, moved, started
from services.intake.model import Complaint
from services.intake.values import Fulfilment, Promise, Verification, Wait
from shared.aggregate import Stamp, private


@dataclass(frozen=True)
class ContactRecorded:
    """A contact with the customer (IN10); `fulfils` names a clock or task, `verification` is the call-back's (IN5).

    `wait`: until when he was told to wait for the next call (RP8)."""

    contact_at: datetime
    means: v.Means
    direction: v.Direction
    content: str = private()
    customer_said: str | None = private(default=None)
    fulfils: str | None = None
    verification: Verification | None = None
    wait: Wait | None = None
    limits: Limits = field(default_factory=dict)


@dataclass(frozen=True)
class SolutionProposed:
    """A proposal with the customer's answer (IN21)."""

    answer: v.ProposalAnswer
    solution: str = private()
    counter: str | None = private(default=None)


@dataclass(frozen=True)
class ComplaintJudged:
    """First judgement (IN13)."""

    responsible_party: str
    severity: str
    note: str | None = private(default=None)


@dataclass(frozen=True)
class ComplaintAssigned:
    """Somebody takes it over (IN13, IN23)."""

    handler: str


@dataclass(frozen=True)
class ComplaintTransferred:
    """It goes to another department with its whole history; there somebody has yet to take it over (IN13, IN23).

    To outside the company only on a lawful ground (PR5)."""

    to_department: str
    reason: str = private()
    ground: Ground | None = private(default=None)
    ground_kind: GroundKind | None = None


@dataclass(frozen=True)
class PromiseMade:
    """A time was promised (CL7, CL8)."""

    promise_id: str
    kind: v.PromiseKind
    due_at: datetime
    what: str = private()
    limits: Limits = field(default_factory=dict)


@moved.register
def _(event: ContactRecorded, complaint: Complaint, stamp: Stamp) -> Complaint:
    answering = event.direction == "out"
    calling = answering and event.means == "phone"
    complaint = replace(
        started(complaint, event.limits),
        answered_at=complaint.answered_at or (stamp.at if answering else None),
        called_back_at=complaint.called_back_at or (stamp.at if calling else None),
        verification=complaint.verification if complaint.verified else event.verification or complaint.verification,
        last_called_at=stamp.at if calling else complaint.last_called_at,
        waits=(*complaint.waits, event.wait) if event.wait else complaint.waits,
    )
    return _fulfilled(complaint, event.fulfils, stamp.at) if event.fulfils else complaint


def _fulfilled(complaint: Complaint, clock_id: str, at: datetime) -> Complaint:
    """A promise's clock has the promise's id, so that the promise is seen to be kept too."""
    promises = tuple(
        replace(each, fulfilled_at=each.fulfilled_at or at) if clock_id == each.promise_id else each
        for each in complaint.promises
    )
    return replace(complaint, promises=promises, fulfilled=(*complaint.fulfilled, Fulfilment(clock_id, at)))


@moved.register
def _(_event: SolutionProposed, complaint: Complaint, _stamp: Stamp) -> Complaint:
    """A recorded step: it stays in history alone."""
    return complaint


@moved.register
def _(_event: ComplaintJudged, complaint: Complaint, stamp: Stamp) -> Complaint:
    return replace(complaint, judged_at=complaint.judged_at or stamp.at)


@moved.register
def _(event: ComplaintAssigned, complaint: Complaint, _stamp: Stamp) -> Complaint:
    return replace(complaint, handler=event.handler)


@moved.register
def _(event: ComplaintTransferred, complaint: Complaint, _stamp: Stamp) -> Complaint:
    return replace(complaint, department=event.to_department, handler=None)


@moved.register
def _(event: PromiseMade, complaint: Complaint, stamp: Stamp) -> Complaint:
    promise = Promise(event.promise_id, event.kind, event.due_at, stamp.at, stamp.by.sub)
    return replace(started(complaint, event.limits), promises=(*complaint.promises, promise))
