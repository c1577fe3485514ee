"""What becomes of an event whose handler failed. Pure: the decision, and the headers that carry its count.

The count travels in headers of our own: RabbitMQ 4 does not go on counting in x-death when a message is sent again.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any, Self

from shared.bus.topology import DELAYS

OUTAGES_END_AFTER = timedelta(hours=24)
LARGEST_COUNT = 1_000_000
LONGEST_NAME, LONGEST_ERROR = 255, 500  # all headers of a message have to fit into one frame
PREFIX = "tousu."


class PermanentFault(Exception):
    """An event that no retry can help, also raised by handlers: it goes to the dead letters at once.

    The text is kept there and read by people: no personal data."""


@dataclass(frozen=True)
class Travel:
    """How an event fared: its source and type, failed runs, runs that met an outage, first and last fault (UTC).

    retold: its source tells it once more, as an inbox was lost; nobody knows whether it was handled, however old."""

    source: str
    type: str
    attempts: int = 0
    outages: int = 0
    first_at: str = ""
    last_at: str = ""
    error: str = ""
    retold: bool = False

    @classmethod
    def of(cls, headers: Mapping[str, Any], exchange: str, routing_key: str) -> Self:
        """From a message's headers; without ours it comes straight from its source's exchange.

        Headers may be anybody's: what is kept of them is bounded, and can be sent and stored."""
        ours = {name.removeprefix(PREFIX): value for name, value in headers.items() if name.startswith(PREFIX)}
        return cls(
            source=sayable(ours.get("source", exchange.removesuffix(".events")), LONGEST_NAME),
            type=sayable(ours.get("type", routing_key), LONGEST_NAME),
            attempts=_count(ours.get("attempts")),
            outages=_count(ours.get("outages")),
            first_at=_moment(ours.get("first_at")),
            last_at=_moment(ours.get("last_at")),
            error=sayable(ours.get("error", ""), LONGEST_ERROR),
            retold=ours.get("retold") is True,
        )

    def headers(self) -> dict[str, Any]:
        return {PREFIX + name: value for name, value in vars(self).items()}

    def marked(self, event: dict[str, Any]) -> dict[str, Any]:
        """The event as its reader gets it: with `retold` where it is told once more."""
        return event | {"retold": True} if self.retold else event

    def again(self) -> "Travel":
        """From the beginning: what a replay sends."""
        return Travel(self.source, self.type)

    def failed(self, now: datetime, error: str, outage: bool) -> "Travel":
        """After one more run that did not end well; an outage is not a failed attempt."""
        at = now.isoformat(timespec="milliseconds")
        travel = replace(self, first_at=self.first_at or at, last_at=at, error=error[:LONGEST_ERROR])
        return replace(travel, outages=self.outages + 1) if outage else replace(travel, attempts=self.attempts + 1)

    def delay(self, now: datetime, outage: bool) -> int | None:
        """Seconds until the next run; None when there is none and it goes to the dead letters."""
        if outage:
            lasting = now - datetime.fromisoformat(self.first_at)
            return DELAYS[min(self.outages, len(DELAYS)) - 1] if lasting < OUTAGES_END_AFTER else None
        return DELAYS[self.attempts - 1] if self.attempts <= len(DELAYS) else None


def _count(value: Any) -> int:
    return value if type(value) is int and 0 <= value <= LARGEST_COUNT else 0


def _moment(value: Any) -> str:
    """A time that came over the wire, or nothing."""
    try:
        moment = datetime.fromisoformat(str(value))
        return moment.astimezone(UTC).isoformat(timespec="milliseconds") if moment.tzinfo else ""
    except (ValueError, OverflowError):
        return ""


def sayable(value: Any, longest: int) -> str:
    """What came over the wire as text that any JSON can hold, at most `longest` characters of it."""
    return str(value)[:longest].encode(errors="replace").decode()
