"""Due doubts: the duty is told, then the message's history says so. Any number of replicas may look.

The SMS comes first, under an id made of message and step: who dies in between writes the same one again, and no step
stands in a history without its SMS."""

import logging
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from services.notify.doubts.deciding import rises
from services.notify.doubts.happened import MessageDoubtRose
from services.notify.events import of_message
from services.notify.message import Message
from services.notify.outgoing import Outgoing
from services.notify.rules import NotifyPolicy
from services.notify.store import Messages
from services.notify.writing import SELF
from shared.aggregate import Stamp, event_name
from shared.bus.retries import PermanentFault
from shared.clock import Clock

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Watching:
    """One look at the doubts whose next rise is due."""

    messages: Messages
    outgoing: Outgoing
    clock: Clock
    policy: NotifyPolicy

    def round(self) -> None:
        """Each on its own: one that cannot be read or told keeps no other from rising."""
        self.messages.due_aside.each(self.messages.due_doubts(), self._look)

    def _look(self, message_id: str) -> None:
        message, now = self.messages.get(message_id).state, self.clock.now()
        decide = partial(self._risen, len(message.risen))
        for step, event in enumerate(decide(message, now), len(message.risen) + 1):
            if isinstance(event, MessageDoubtRose):
                self._tell(message, step, event, now)
        self.messages.change(message_id, decide, SELF)

    def _risen(self, known: int, message: Message, now: datetime) -> list[Any]:
        """Nothing where another replica was here in between: it has told what is told."""
        return rises(message, now, self.policy.doubts) if len(message.risen) == known else []

    def _tell(self, message: Message, step: int, event: MessageDoubtRose, now: datetime) -> None:
        data = of_message(message, event, Stamp(0, now, SELF))
        told = {"event_id": f"{message.message_id}:doubt:{step}", "type": event_name(MessageDoubtRose)}
        try:
            self.outgoing.tell("notify", told | {"at": now.isoformat(), "data": data}, now)
        except PermanentFault as fault:  # nobody answers for it: the list still shows it
            log.error("nobody could be told of message %s: %s", message.message_id, fault)
