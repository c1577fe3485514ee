"""What becomes of an event whose handler failed. Pure: the decision, and the headers that carry its count.

The count travels in our own headers: RabbitMQ 4 no longer counts a republished message in x-death.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Self

from shared.bus.topology import DELAYS

OUTAGES_END_AFTER = timedelta(hours=24)


class PermanentFault(Exception):
    """Raised by a handler for an event that no retry can help: it goes to the dead letters at once. The text is kept there."""


@dataclass(frozen=True)
class Travel:
    """How an event fared: where it came from, how often its handler failed, how often a server was away, and when."""

    source: str
    type: str
    attempts: int = 0
    outages: int = 0
    first_at: str = ""
    last_at: str = ""
    error: str = ""

    @classmethod
    def of(cls, headers: Mapping[str, Any], exchange: str, routing_key: str) -> Self:
        """From a message's headers; without ours it comes straight from its source's exchange."""
        texts = {name: str(headers.get(f"tousu-{name.replace('_', '-')}", "")) for name in ("first_at", "last_at", "error")}
        return cls(
            source=str(headers.get("tousu-source", exchange.removesuffix(".events"))),
            type=str(headers.get("tousu-type", routing_key)),
            attempts=_count(headers.get("tousu-attempts")),
            outages=_count(headers.get("tousu-outages")),
            **texts,
        )

    def headers(self) -> dict[str, Any]:
        return {f"tousu-{name.replace('_', '-')}": value for name, value in vars(self).items()}

    def failed(self, now: datetime, error: str, outage: bool) -> "Travel":
        """After one more run that did not end well; an outage is not a failed attempt."""
        at = now.isoformat(timespec="milliseconds")
        attempts, outages = (self.attempts, self.outages + 1) if outage else (self.attempts + 1, self.outages)
        return replace(
            self, attempts=attempts, outages=outages, first_at=self.first_at or at, last_at=at, error=error
        )

    def delay(self, now: datetime, outage: bool) -> int | None:
        """Seconds until the next run; None when there is none."""
        if outage:
            age = now - datetime.fromisoformat(self.first_at)
            return DELAYS[min(self.outages, len(DELAYS)) - 1] if age < OUTAGES_END_AFTER else None
        return DELAYS[self.attempts - 1] if self.attempts <= len(DELAYS) else None


def _count(value: Any) -> int:
    return value if isinstance(value, int) and value >= 0 else 0
