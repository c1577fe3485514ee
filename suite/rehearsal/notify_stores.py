"""Notify's stores in memory."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from services.notify.carriers.traffic import Receipt
from services.notify.inbound import Sms
from services.notify.message import Message
from services.notify.sorting import Reminder
from services.notify.store import REMINDS_OF, WENT_OUT, Inbound, Messages
from shared.aggregate import Actor
from shared.stored import Saved
from suite.rehearsal.memory import Memory


class RememberedMessages(Memory, Messages):
    def of_event(self, event_id: str) -> list[Saved[Message]]:
        return [saved for saved in self.known.values() if saved.state.cause == event_id]

    def with_provider_id(self, provider_id: str) -> str | None:
        found = (saved.id for saved in self.known.values() if provider_id in saved.state.provider_ids)
        return next(found, None)

    def due_held(self) -> list[str]:
        return [each for each in self.due() if self.known[each].state.status == "held"]

    def due_doubts(self) -> list[str]:
        return [each for each in self.due() if self.known[each].state.status != "held"]

    def early(self, _provider_ids: Sequence[str]) -> list[Receipt]:
        return []

    def forget_early(self, receipt: Receipt) -> None:
        """None is ever kept."""

    def in_doubt(self, _filters: Any, _late: datetime, _by: Actor) -> tuple[list[Saved[Message]], str | None]:
        return [saved for saved in self.known.values() if saved.state.status in ("unknown", "submitted")], None

    def next_to_leave(self, machine_now: datetime, room: int) -> list[str]:
        return self.waking(machine_now, room)

    def reminders(self, msisdn: str, template: str, since: datetime) -> list[Reminder]:
        sent = (saved.state for saved in reversed(self.known.values()))
        found = (each for each in sent if (each.to, each.template) == (msisdn, template))
        gone = (each for each in found if each.created_at >= since and each.status in WENT_OUT)
        return [Reminder(each.message_id, *(each.variables[name] for name in REMINDS_OF)) for each in gone]

    def rises(self, branch: str | None, since: datetime, until: datetime) -> list[str]:
        told = (saved.state for saved in self.known.values())
        risen = (each for each in told if (each.template, each.branch) == ("escalated", branch))
        return [str(each.variables["serial_no"]) for each in risen if since <= each.created_at < until]


class RememberedSms(Memory, Inbound):
    """Customers' SMS."""

    def alike(self, likeness: str) -> list[Sms]:
        states = (saved.state for saved in reversed(self.known.values()))
        return [state for state in states if state.likeness == likeness]

    def opted_out_at(self, msisdn: str) -> datetime | None:
        index = (self.index(saved.state) for saved in self.known.values() if saved.state.msisdn == msisdn)
        return max((at for each in index if (at := each["opted_out_at"])), default=None)

    def answered(self, message_ids: Sequence[str]) -> frozenset[str]:
        answers = (saved.state.understood.answers for saved in self.known.values())
        return frozenset(each for each in answers if each in message_ids)
