"""The steps of a case as people read them: what, when, who, why (ES3). Pure."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from services.escalation import history as h
from services.escalation.clocks import Clock
from shared.aggregate import event_name


@dataclass(frozen=True)
class Step:
    """`step` is the event's name, `at` when it took effect, `by` who did it, `text` the reason or instruction given."""

    step: str
    at: datetime
    by: str
    clock_id: str | None = None
    kind: str | None = None
    from_level: str | None = None
    to_level: str | None = None
    cause: str | None = None
    who: str | None = None
    incident_id: str | None = None
    was: datetime | None = None
    due_at: datetime | None = None
    text: str = ""


UNTOLD = (
    h.FactsFollowed,
    h.FactsSeen,
    h.PreRefundFollowed,
    h.ClockStarted,
    h.ClockMet,
    h.AwaitingEnded,
    h.ReopeningTried,
    h.MarkingTried,
    h.CommandAnswered,
)
BY_PEOPLE = (
    h.ChainAcknowledged,
    h.ClockRecounted,
    h.ClockMoved,
    h.ClockCalledOff,
    h.DisturbanceRecorded,
    h.MediaRecorded,
    h.ClockExtended,
    h.CaseAccepted,
    h.HandedBack,
    h.ArbitrationOpened,
    h.MajorRevoked,
)
ITSELF = "service:escalation"
RENAMED = {"trigger": "cause", "outcome": "cause", "refusal": "cause", "reason": "text", "instruction": "text"}
TAKEN = {"clock_id", "kind", "from_level", "to_level", "cause", "who", "incident_id", "was", "due_at"} | RENAMED.keys()


def step_of(event: Any, clocks: tuple[Clock, ...], by: str) -> Step | None:
    """The step that an event makes in a case with these clocks; None for what is only book-keeping."""
    if isinstance(event, UNTOLD):
        return None
    said = {RENAMED.get(name, name): value for name, value in vars(event).items() if name in TAKEN}
    if isinstance(event, h.CaseAccepted):
        said["to_level"] = event.level
    if "clock_id" in said and "kind" not in said:
        said["kind"] = next(clock.kind for clock in clocks if clock.clock_id == event.clock_id)
    return Step(event_name(type(event)), event.at, _who(event, by), **said)


def _who(event: Any, by: str) -> str:
    """Who did it; what time itself or the rules brought is nobody's act, whoever's command made it noticed."""
    asked = isinstance(event, BY_PEOPLE) or (isinstance(event, h.Escalated) and event.cause == "asked")
    return getattr(event, "by", None) or (by if asked else ITSELF)
