"""What intake hears of others and makes tasks of: messages that did not arrive, and explanations asked for."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from typing import Any

from services.intake.course import Events, Occasion
from services.intake.lost_messages import message_lost
from services.intake.lost_messages_schema import lost_read
from services.intake.model import Complaint
from services.intake.rules import Rules
from services.intake.store import Complaints
from services.intake.tasks import to_explain
from shared.aggregate import Actor
from shared.clock import Clock
from shared.documents import HistoryFull
from shared.erasing import RecordErased
from shared.errors import NotFound

NOTIFY, ESCALATION = Actor("service:notify", "system"), Actor("service:escalation", "system")
Heard = Callable[[Complaint, Occasion], Events]


class Ears:
    """Told again, however late, nothing happens: each task knows the message or event that it was made from, and
    what made none is judged by when it happened, so that it makes none after the next reopening or reply either."""

    def __init__(self, complaints: Complaints, rules: Rules, clock: Clock) -> None:
        self._complaints, self._rules, self._clock = complaints, rules, clock

    def lost(self, event: dict[str, Any]) -> None:
        """An SMS that failed, expired or was suppressed; one that names no complaint of ours is nobody's task."""
        complaint_id, lost = lost_read(event)
        if complaint_id:
            self._heard(complaint_id, NOTIFY, lambda known, on: message_lost(known, lost, on))

    def explanation_asked(self, event: dict[str, Any]) -> None:
        """Escalation counts dissatisfied follow-ups (ES6) and says which of them is explained."""
        source, data = event["event_id"], event["data"]
        said_at = datetime.fromisoformat(data["change"]["at"])
        self._heard(data["complaint_id"], ESCALATION, lambda known, on: to_explain(known, source, said_at, on))

    def _heard(self, complaint_id: str, by: Actor, decide: Heard) -> None:
        on = Occasion(by, self._clock.now(), self._rules)
        with suppress(NotFound, HistoryFull, RecordErased):
            self._complaints.change(complaint_id, lambda known, now: decide(known, replace(on, now=now)), by)
