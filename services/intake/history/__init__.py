"""What can happen to a complaint: the events of its history, past tense, each with what it changes. Pure."""

from dataclasses import replace
from typing import Any

from services.intake.figures.trace import traced
from services.intake.history.answering import (
    ComplaintArchived,
    ComplaintReopened,
    ComplaintReplied,
    ComplaintWithdrawn,
    FollowedUp,
    RemarkWritten,
)
from services.intake.history.climbing import LadderSeen, MajorCleared, MajorMarked, OpinionRecorded
from services.intake.history.correcting import ComplaintReclassified, CustomerCorrected
from services.intake.history.flagging import ProhibitionFlagged, RechargeCompleted, WrittenReplyMade
from services.intake.history.handling import (
    ComplaintAssigned,
    ComplaintJudged,
    ComplaintTransferred,
    ContactRecorded,
    PromiseMade,
    SolutionProposed,
)
from services.intake.history.moving import Limits, moved
from services.intake.history.taking import ComplaintRefused, ComplaintRegistered, ComplaintUrged, begun
from services.intake.history.tasks import ImprovementTold, TaskDone, TaskSet, WrittenReplyWanted
from services.intake.model import Complaint
from shared.aggregate import Kind, Stamp


def apply(state: Complaint | None, event: Any, stamp: Stamp) -> Complaint:
    """The complaint after the event."""
    after = begun(event, stamp) if state is None else replace(moved(event, state, stamp), seq=stamp.n)
    return traced(state, after, stamp)


EVENTS = (
    ComplaintRegistered,
    ComplaintRefused,
    ComplaintUrged,
    ContactRecorded,
    SolutionProposed,
    ComplaintJudged,
    ComplaintAssigned,
    ComplaintTransferred,
    PromiseMade,
    ComplaintReclassified,
    CustomerCorrected,
    ComplaintReplied,
    FollowedUp,
    ComplaintReopened,
    ComplaintWithdrawn,
    ComplaintArchived,
    RemarkWritten,
    ProhibitionFlagged,
    RechargeCompleted,
    WrittenReplyMade,
    MajorMarked,
    MajorCleared,
    OpinionRecorded,
    LadderSeen,
    TaskSet,
    TaskDone,
    WrittenReplyWanted,
    ImprovementTold,
)
ENDING: frozenset[type] = frozenset({ComplaintReplied, ComplaintWithdrawn, ComplaintArchived})
COMPLAINTS = Kind("complaints", Complaint, EVENTS, apply, ending=ENDING)

__all__ = [
    "COMPLAINTS",
    "ENDING",
    "EVENTS",
    "ComplaintArchived",
    "ComplaintAssigned",
    "ComplaintJudged",
    "ComplaintReclassified",
    "ComplaintRefused",
    "ComplaintRegistered",
    "ComplaintReopened",
    "ComplaintReplied",
    "ComplaintTransferred",
    "ComplaintUrged",
    "ComplaintWithdrawn",
    "ContactRecorded",
    "CustomerCorrected",
    "FollowedUp",
    "ImprovementTold",
    "LadderSeen",
    "Limits",
    "MajorCleared",
    "MajorMarked",
    "OpinionRecorded",
    "ProhibitionFlagged",
    "PromiseMade",
    "RechargeCompleted",
    "RemarkWritten",
    "SolutionProposed",
    "TaskDone",
    "TaskSet",
    "WrittenReplyMade",
    "WrittenReplyWanted",
    "apply",
]
