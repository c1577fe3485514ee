"""How many events a process has taken and not yet done with: its broker shows them to nobody who looks at the queue."""

from typing import Any

from nameko.extensions import DependencyProvider

from shared.bus.inbox import Inbox


class EventsInHand(DependencyProvider):
    """`in_hand = EventsInHand()`: their number in this process as the call begins, for the service's pulse."""

    inbox = Inbox()

    def get_dependency(self, _context: Any) -> int:
        return self.inbox.in_hand
