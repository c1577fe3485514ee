"""The complaint is major, opinions are asked for and given, alarms go off. Pure."""

from dataclasses import dataclass
from datetime import datetime

from services.escalation.facts import OpinionKind


@dataclass(frozen=True)
class MajorDeclared:
    """The complaint is major since `at` (MJ1)."""

    trigger: str
    by: str
    at: datetime


@dataclass(frozen=True)
class MajorRevoked:
    """No longer major: what only a major complaint owes is cancelled."""

    at: datetime


@dataclass(frozen=True)
class OpinionRequested:
    """A department is asked for its opinion (MJ5)."""

    kind: str
    department: str
    clock_id: str | None
    at: datetime


@dataclass(frozen=True)
class OpinionGiven:
    """An opinion has reached the complaint in intake (MJ1, MJ2)."""

    kind: OpinionKind
    by: str
    at: datetime


@dataclass(frozen=True)
class MediaAlerted:
    """The media contact has to know at once (ES7)."""

    triggers: tuple[str, ...]
    at: datetime


@dataclass(frozen=True)
class DisturbanceAlerted:
    """Branch support and the market department have to know at once (ES8)."""

    triggers: tuple[str, ...]
    at: datetime


@dataclass(frozen=True)
class CommandAnswered:
    """A command found its work already done by intake's event; kept so that its repeat gets the same answer."""

    method: str
    at: datetime
