"""Held messages whose time has come: into the queue; digests get their text first (ES4)."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from services.notify import history as h
from services.notify.deciding import care_slots, queued
from services.notify.leaving import in_another_month, kept_back
from services.notify.message import Message
from services.notify.rules import NotifyPolicy
from services.notify.segments import split
from services.notify.store import Messages
from services.notify.templates import Templates
from services.notify.writing import CARE_USED_UP, SELF
from shared.clock import Clock, machine_now
from shared.documents import Clash

DAY = timedelta(days=1)
SHOWN_SERIALS = 10


@dataclass(frozen=True)
class Releasing:
    """One look at what is due in business time."""

    messages: Messages
    clock: Clock
    policy: NotifyPolicy
    templates: Templates

    def round(self) -> int:
        """Releases what is due; how many that were."""
        due = self.messages.due_held()
        if not due:
            return 0
        released = {saved.id for saved in self.messages.change_many(due, self._released, SELF)}
        left, anew = self.messages.due_aside.ids(), list[bool]()
        others = [each for each in due if each not in released and each not in left]
        self.messages.due_aside.each(others, lambda each: anew.append(self._counted_anew(each)))
        return len(released) + sum(anew)

    def _released(self, message: Message, now: datetime) -> list[Any]:
        """Into the queue, or held on; a care message of another month first needs a place in this one."""
        if message.status != "held":
            return []
        held = kept_back(message, now, self.policy)
        if held and held.until > now:
            return [held]
        return [] if held else self._go(message)

    def _go(self, message: Message) -> list[Any]:
        go = queued(message.message_class, "its time has come", machine_now(), self.policy)
        return [go] if message.text else [self._digest(message), go]

    def _counted_anew(self, message_id: str) -> bool:
        """A care message that leaves in another month takes a place there, or is suppressed (NT1)."""
        for slot in (*care_slots(self.clock.now(), self.policy), None):
            try:
                before = self.messages.get(message_id).v
                return self.messages.change(message_id, partial(self._moved, slot), SELF).v > before
            except Clash:
                continue
        return False

    def _moved(self, slot: str | None, message: Message, now: datetime) -> list[Any]:
        if message.status != "held" or not in_another_month(message, now):
            return []
        return [h.CarePlaceTaken(slot), *self._go(message)] if slot else [h.MessageSuppressed(CARE_USED_UP)]

    def _digest(self, message: Message) -> h.DigestWritten:
        assert message.hold_until is not None, "a digest waits for its hour"
        rises = self.messages.rises(message.branch, message.hold_until - DAY, message.hold_until)
        serials = list(dict.fromkeys(rises))
        values = {"risen": len(serials), "rises": len(rises), "serials": "、".join(serials[:SHOWN_SERIALS])}
        text = self.templates.write(message.template, values)
        return h.DigestWritten(len(split(text, reference=0)), text)
