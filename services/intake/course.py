"""How a command is decided: on which occasion; and several decisions in one write, each on what the last one left."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from services.intake.errors import WrongState
from services.intake.history import apply
from services.intake.model import Complaint
from services.intake.repeats import Standing
from services.intake.rules import Rules
from services.intake.vocabulary import Status
from shared.aggregate import Actor, Stamp

Events = list[Any]
Step = Callable[[Complaint], Events]


FindEarlier = Callable[[str, str], Sequence[Standing]]  # number and leaf -> all complaints there


def nothing_earlier(_msisdn: str, _category: str) -> Sequence[Standing]:
    """As if there were no other complaints."""
    return ()


@dataclass(frozen=True)
class Occasion:
    """Who acts, when (UTC), under which rules; `earlier` finds the other complaints on a number and leaf."""

    by: Actor
    now: datetime
    rules: Rules
    earlier: FindEarlier = nothing_earlier


def followed(complaint: Complaint | None, events: Events, on: Occasion) -> Complaint:
    """The complaint after these events, for deciding the next ones: their numbers come only when they are stored."""
    for event in events:
        complaint = apply(complaint, event, Stamp(0, on.now, on.by))
    assert complaint is not None, "a course begins with a complaint or with the event that makes one"
    return complaint


def in_turn(complaint: Complaint, steps: Sequence[Step], on: Occasion) -> Events:
    """The events of all steps."""
    events: Events = []
    for step in steps:
        decided = step(complaint)
        complaint = followed(complaint, decided, on)
        events += decided
    return events


def must_be(complaint: Complaint, *allowed: Status) -> None:
    """Raises WrongState unless the complaint's status is one of these."""
    if complaint.status not in allowed:
        raise WrongState(complaint.complaint_id, complaint.status, allowed)
