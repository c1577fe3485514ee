"""The case climbs the ladder, is taken over, handed back, sent to arbitration, reopened. Pure."""

from dataclasses import dataclass
from datetime import datetime

from services.escalation.clocks import Clock
from shared.aggregate import private


@dataclass(frozen=True)
class Escalated:
    """A rise by one level (ES2). `cause`: the kind of the clock that broke, "follow_up" (ES6), or "asked" (ES5)."""

    from_level: str
    to_level: str
    cause: str
    at: datetime
    acceptance: Clock | None = None
    reason: str = private("")


@dataclass(frozen=True)
class CaseAccepted:
    """The awaited level took the case over (ES3)."""

    level: str
    at: datetime
    clock: Clock | None = None


@dataclass(frozen=True)
class HandedBack:
    """Down by one level, with an instruction (ES5)."""

    from_level: str
    to_level: str
    at: datetime
    instruction: str = private("")
    clock: Clock | None = None  # the unused rest of the lower level's own limit


@dataclass(frozen=True)
class AwaitingEnded:
    """Nobody is awaited any more, since the complaint is replied to or withdrawn."""

    at: datetime


@dataclass(frozen=True)
class HandlingEnded:
    """Nobody works on the complaint any more. `outcome`: replied or withdrawn."""

    outcome: str
    at: datetime


@dataclass(frozen=True)
class HandlingResumed:
    """The complaint is reopened: the level that had it has it again."""

    at: datetime


@dataclass(frozen=True)
class ArbitrationOpened:
    """An outside body decides (ES9)."""

    at: datetime
    body: str = private("")
    case_no: str = private("")


@dataclass(frozen=True)
class ExplanationAsked:
    """The customer is dissatisfied: somebody explains (ES6)."""

    at: datetime


@dataclass(frozen=True)
class ExplanationEnded:
    """The customer is not dissatisfied any more."""

    at: datetime


@dataclass(frozen=True)
class ReopeningWanted:
    """The complaint has to be reopened in intake (ES6). `cause`: still_dissatisfied or will_complain_further."""

    cause: str
    at: datetime


@dataclass(frozen=True)
class ReopeningTried:
    """Somebody asks intake now; until `wake_at` (machine time) nobody else does."""

    wake_at: datetime


@dataclass(frozen=True)
class ReopeningDropped:
    """Intake refused for good, by this rule or error."""

    refusal: str
    at: datetime
