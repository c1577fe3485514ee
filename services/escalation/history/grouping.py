"""The complaint becomes one of many with the same problem, or leaves them (MJ4). Pure."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class IncidentJoined:
    """It belongs to a group incident. `marks`: it is to be declared major for that."""

    incident_id: str
    at: datetime
    marks: bool


@dataclass(frozen=True)
class IncidentLeft:
    """It counts there no longer: `cause` is withdrawn, refused or reclassified."""

    incident_id: str
    cause: str
    at: datetime


@dataclass(frozen=True)
class IncidentRaised:
    """So many customers complain of one problem in one area: one alert an incident, told by the one that raised it."""

    incident_id: str
    area: str
    count: int
    since: datetime
    at: datetime


@dataclass(frozen=True)
class MarkingTried:
    """Somebody asks intake to mark it major now; until `wake_at` (machine time) nobody else does."""

    wake_at: datetime


@dataclass(frozen=True)
class MarkingEnded:
    """`outcome`: marked, or the rule or error by which intake refused for good."""

    outcome: str
    at: datetime
