"""A group incident: many customers complain of one problem in one area (MJ4). Pure.

Its members are the cases that name it; it is written when raised, gathered and closed only, however many they are; and
where its founder cannot tell of it.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Literal

from services.escalation.errors import IncidentClosedAlready
from shared.aggregate import Actor, Kind, Stamp, private


@dataclass(frozen=True)
class Raised:
    """`since`: the first complaint of the window that raised it; `count` of them; `founder` tells of it."""

    incident_id: str
    place: str
    branch: str
    category: str
    category_name: str
    area: str
    founder: str
    count: int
    since: datetime
    at: datetime


@dataclass(frozen=True)
class Succeeded:
    """This member tells of it, since the case that was to tell cannot be written."""

    complaint_id: str
    at: datetime


@dataclass(frozen=True)
class Gathered:
    """Every complaint that waited at its place has joined; later ones join by themselves."""

    at: datetime


@dataclass(frozen=True)
class Closed:
    """Later complaints at its place count anew. `by` is a staff number."""

    by: str
    at: datetime
    reason: str = private("")


@dataclass(frozen=True)
class Incident:
    """`gathering` until all that waited have joined. `heir`: who tells of it instead of the founder."""

    incident_id: str
    place: str
    branch: str
    category: str
    category_name: str
    area: str
    founder: str
    count: int
    since: datetime
    raised_at: datetime
    state: Literal["open", "closed"] = "open"
    gathering: bool = True
    closed_at: datetime | None = None
    closed_by: str | None = None
    reason: str = private("")
    heir: str | None = None

    @property
    def teller(self) -> str:
        """The complaint whose case tells of it, once."""
        return self.heir or self.founder


def apply(incident: Incident | None, event: Any, _stamp: Stamp) -> Incident:
    """The incident after the event."""
    if isinstance(event, Raised):
        told = {name: value for name, value in vars(event).items() if name != "at"}
        return Incident(**told, raised_at=event.at)
    assert incident is not None, "an incident begins with Raised"
    if isinstance(event, Succeeded):
        return replace(incident, heir=event.complaint_id)
    if isinstance(event, Gathered):
        return replace(incident, gathering=False)
    return replace(incident, state="closed", closed_at=event.at, closed_by=event.by, reason=event.reason)


def succeeded(heir: str, _incident: Incident, now: datetime) -> list[Any]:
    """This member's case is the one that tells of it from now on."""
    return [Succeeded(heir, now)]


def gathered(incident: Incident, now: datetime) -> list[Any]:
    """Nobody waits any more."""
    return [Gathered(now)] if incident.gathering else []


def voided(incident: Incident, now: datetime) -> list[Any]:
    """Raised by a look that was overtaken: all it saw belong to an earlier incident, which is closed by now."""
    return [Gathered(now), Closed("", now)] if incident.gathering else []


def close(incident: Incident, reason: str, by: Actor, now: datetime) -> list[Any]:
    """The problem is solved. Raises IncidentClosedAlready."""
    if incident.state == "closed":
        raise IncidentClosedAlready(incident.incident_id)
    return [Closed(by.sub, now, reason)]


INCIDENTS = Kind("incidents", Incident, (Raised, Succeeded, Gathered, Closed), apply)
