"""What happens to a case: its history events. Pure.

`at` is when it took effect (a clock breaks at its due time, however late that is noticed); the entry's own stamp says
when it was written. Events named in events.py are also announced on the bus.
"""

from services.escalation.history.climbing import (
    ArbitrationOpened,
    AwaitingEnded,
    CaseAccepted,
    Escalated,
    ExplanationAsked,
    ExplanationEnded,
    HandedBack,
    HandlingEnded,
    HandlingResumed,
    ReopeningDropped,
    ReopeningTried,
    ReopeningWanted,
)
from services.escalation.history.grouping import (
    IncidentJoined,
    IncidentLeft,
    IncidentRaised,
    MarkingEnded,
    MarkingTried,
)
from services.escalation.history.majors import (
    CommandAnswered,
    DisturbanceAlerted,
    MajorDeclared,
    MajorRevoked,
    MediaAlerted,
    OpinionGiven,
    OpinionRequested,
)
from services.escalation.history.ticking import (
    CaseClosed,
    CaseOpened,
    ClockBroken,
    ClockCancelled,
    ClockExtended,
    ClockMet,
    ClockRecomputed,
    ClockStarted,
    ClockWarned,
    FactsFollowed,
    FactsSeen,
    PreRefundFollowed,
)

__all__ = [
    "ArbitrationOpened",
    "AwaitingEnded",
    "CaseAccepted",
    "CaseClosed",
    "CaseOpened",
    "ClockBroken",
    "ClockCancelled",
    "ClockExtended",
    "ClockMet",
    "ClockRecomputed",
    "ClockStarted",
    "ClockWarned",
    "CommandAnswered",
    "DisturbanceAlerted",
    "Escalated",
    "ExplanationAsked",
    "ExplanationEnded",
    "FactsFollowed",
    "FactsSeen",
    "HandedBack",
    "HandlingEnded",
    "HandlingResumed",
    "IncidentJoined",
    "IncidentLeft",
    "IncidentRaised",
    "MajorDeclared",
    "MajorRevoked",
    "MarkingEnded",
    "MarkingTried",
    "MediaAlerted",
    "OpinionGiven",
    "OpinionRequested",
    "PreRefundFollowed",
    "ReopeningDropped",
    "ReopeningTried",
    "ReopeningWanted",
]
