"""A complaint is declared major, gets its opinions, and climbs the ladder that escalation keeps."""

from dataclasses import dataclass, field, replace
from datetime import datetime

from services.intake import vocabulary as v
from services.intake.history.moving import Limits, moved, started
from services.intake.model import Complaint
from services.intake.values import Ladder, Major, Opinion
from shared.aggregate import Stamp, private


@dataclass(frozen=True)
class MajorMarked:
    """Declared major (MJ3); `declared_by` is who decided it, where a service passed it on."""

    trigger: str
    declared_by: str
    reason: str = private()
    limits: Limits = field(default_factory=dict)


@dataclass(frozen=True)
class MajorCleared:
    """No longer major; opinions are given anew if it becomes so again. `ended` are clocks that ran for that only."""

    reason: str = private()
    ended: tuple[str, ...] = ()


@dataclass(frozen=True)
class OpinionRecorded:
    """The supervisor's, the support department's or the legal office's opinion (MJ2)."""

    kind: v.OpinionKind
    given_by: str
    text: str = private()


@dataclass(frozen=True)
class LadderSeen:
    """What an event of escalation's told: its number, level and due times. Nobody is told of it again."""

    seq: int
    level: v.Level
    awaiting: v.Level | None = None
    limits: Limits = field(default_factory=dict)
    extended_to: datetime | None = None
    called_off: tuple[str, ...] = ()


@moved.register
def _(event: MajorMarked, complaint: Complaint, stamp: Stamp) -> Complaint:
    return replace(started(complaint, event.limits), major=Major(event.trigger, event.declared_by, stamp.at))


@moved.register
def _(event: MajorCleared, complaint: Complaint, _stamp: Stamp) -> Complaint:
    return replace(started(complaint, {}, event.ended), major=None, opinions={})


@moved.register
def _(event: OpinionRecorded, complaint: Complaint, stamp: Stamp) -> Complaint:
    return replace(complaint, opinions=complaint.opinions | {event.kind: Opinion(event.given_by, stamp.at)})


@moved.register
def _(event: LadderSeen, complaint: Complaint, _stamp: Stamp) -> Complaint:
    ladder = Ladder(event.seq, event.level, event.awaiting, event.limits, event.called_off)
    return replace(complaint, ladder=ladder, extended_to=event.extended_to or complaint.extended_to)
