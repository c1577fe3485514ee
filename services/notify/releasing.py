"""Held messages whose time has come: into the queue; digests get their text first (ES4)."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from services.notify import history as h
from services.notify.deciding import held_again, queued
from services.notify.message import Message
from services.notify.outgoing import SELF
from services.notify.rules import NotifyPolicy
from services.notify.segments import split
from services.notify.store import Messages
from services.notify.templates import Templates
from shared.clock import machine_now

DAY = timedelta(days=1)
SHOWN_SERIALS = 10


@dataclass(frozen=True)
class Releasing:
    """One look at what is due in business time."""

    messages: Messages
    policy: NotifyPolicy
    templates: Templates

    def round(self) -> int:
        """Releases what is due; how many that were."""
        due = self.messages.due()
        return len(self.messages.change_many(due, self._released, SELF)) if due else 0

    def _released(self, message: Message, now: datetime) -> list[Any]:
        if message.status != "held":
            return []
        if until := held_again(message.message_class, now, self.policy):
            return [h.MessageHeld("quiet hours again", until)]
        go = queued(message.message_class, "its time has come", machine_now(), self.policy)
        return [go] if message.text else [self._digest(message), go]

    def _digest(self, message: Message) -> h.DigestWritten:
        assert message.hold_until is not None, "a digest waits for its hour"
        serials = self.messages.rises(message.branch, message.hold_until - DAY, message.hold_until)
        values = {"risen": len(serials), "serials": "、".join(serials[:SHOWN_SERIALS])}
        text = self.templates.write(message.template, values)
        return h.DigestWritten(len(split(text, reference=0)), text)
