"""Which published messages the broker has taken, refused, returned or said nothing about: one channel's bookkeeping."""

from collections.abc import Callable
from dataclasses import dataclass

Settle = Callable[[bool], None]


@dataclass(frozen=True)
class Flight:
    """One message on its way: its id, who wants to know how it ended, and since when (monotonic seconds)."""

    message_id: str
    settle: Settle
    since: float


class Confirms:
    """Numbers publishes as the broker counts them and settles each exactly once: True if the broker has it."""

    def __init__(self) -> None:
        self._number = 0
        self._flights: dict[int, Flight] = {}
        self._returned: set[str] = set()

    def __len__(self) -> int:
        return len(self._flights)

    def add(self, flight: Flight) -> None:
        """The next publish of the channel."""
        self._number += 1
        self._flights[self._number] = flight

    def returned(self, message_id: str) -> None:
        """No queue took it; the broker says so before it confirms."""
        self._returned.add(message_id)

    def settled(self, number: int, multiple: bool, taken: bool) -> None:
        """The broker's basic.ack (taken) or basic.nack."""
        numbers = [n for n in self._flights if n <= number] if multiple else [number]
        for flight in [self._flights.pop(n) for n in numbers if n in self._flights]:
            routed = flight.message_id not in self._returned
            self._returned.discard(flight.message_id)
            flight.settle(taken and routed)

    def silent_since(self) -> float | None:
        """When the oldest unsettled message was published."""
        return next((flight.since for flight in self._flights.values()), None)

    def lost(self) -> list[Flight]:
        """The connection is gone: hands back what was never settled."""
        flights, self._flights = list(self._flights.values()), {}
        return flights
