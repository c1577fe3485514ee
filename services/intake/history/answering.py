"""A complaint is answered and ended: reply, follow-up, archive; or withdrawn, or reopened."""

from dataclasses import dataclass, field, replace

from services.intake import vocabulary as v
from services.intake.history.moving import Limits, moved, started
from services.intake.model import Complaint
from services.intake.values import FollowUp, Knowledge, Turn
from shared.aggregate import Stamp, private


@dataclass(frozen=True)
class ComplaintReplied:
    """Process, content, satisfaction; person and time are the stamp's (RP1). `word_hits`: words to avoid (PB2)."""

    satisfaction: v.Satisfaction
    process: str = private()
    content: str = private()
    unknown_because: str | None = private(default=None)
    means: v.Means | None = None
    limits: Limits = field(default_factory=dict)
    knowledge: Knowledge | None = None
    word_hits: tuple[str, ...] = ()


@dataclass(frozen=True)
class FollowedUp:
    """The customer was asked how satisfied he is (RP3), and the closing questions (RP9); `score` is his own SMS's."""

    satisfaction: v.Satisfaction
    said: str | None = private(default=None)
    will_complain_further: bool = False
    score: int | None = None
    all_right: bool | None = None
    other_problem: str | None = private(default=None)


@dataclass(frozen=True)
class ComplaintReopened:
    """Handled anew, with a new handling clock; `ended` are clocks that only the old reply had started."""

    cause: v.ReopenCause
    reason: str = private()
    limits: Limits = field(default_factory=dict)
    ended: tuple[str, ...] = ()


@dataclass(frozen=True)
class ComplaintWithdrawn:
    """The customer withdrew it."""

    reason: str = private()


@dataclass(frozen=True)
class ComplaintArchived:
    """Cause and evidence (IN14), and the lesson (RP5); `cause_kind` is the cause's class, where it was said."""

    cause: str = private()
    evidence: tuple[str, ...] = private()
    lesson: str = private()
    cause_kind: str | None = None


@dataclass(frozen=True)
class RemarkWritten:
    """The manager's written remark in the opinion book (CL6)."""

    text: str = private()


@moved.register
def _(event: ComplaintReplied, complaint: Complaint, stamp: Stamp) -> Complaint:
    kept = tuple(
        replace(each, fulfilled_at=each.fulfilled_at or stamp.at) if each.kind == "answer" else each
        for each in complaint.promises
    )
    return replace(
        started(complaint, event.limits),
        status="replied",
        replied_at=stamp.at,
        replied_by=stamp.by.sub,
        word_hits=event.word_hits,
        answered_at=complaint.answered_at or stamp.at,
        promises=kept,
        turns=(*complaint.turns, Turn("replied", stamp.at)),
    )


@moved.register
def _(event: FollowedUp, complaint: Complaint, stamp: Stamp) -> Complaint:
    said = FollowUp(event.satisfaction, stamp.at, event.will_complain_further)
    turn = Turn("followed_up", said.at, said.satisfaction, said.will_complain_further)
    return replace(complaint, follow_up=said, turns=(*complaint.turns, turn))


@moved.register
def _(event: ComplaintReopened, complaint: Complaint, stamp: Stamp) -> Complaint:
    return replace(
        started(complaint, event.limits, event.ended),
        status="open",
        reopened_at=stamp.at,
        replied_at=None,
        replied_by=None,
        word_hits=(),
        archived_at=None,
        cause_kind=None,
        follow_up=None,
        turns=(*complaint.turns, Turn("reopened", stamp.at)),
    )


@moved.register
def _(_event: ComplaintWithdrawn, complaint: Complaint, stamp: Stamp) -> Complaint:
    return replace(complaint, status="withdrawn", withdrawn_at=stamp.at)


@moved.register
def _(event: ComplaintArchived, complaint: Complaint, stamp: Stamp) -> Complaint:
    return replace(complaint, status="archived", archived_at=stamp.at, cause_kind=event.cause_kind)


@moved.register
def _(_event: RemarkWritten, complaint: Complaint, stamp: Stamp) -> Complaint:
    return replace(complaint, remarked_at=complaint.remarked_at or stamp.at)
