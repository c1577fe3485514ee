"""Who answers for what is unknown, and who hears of it when it lasts: policies/refunds.yml as values. Pure."""

from dataclasses import dataclass
from datetime import timedelta

from services.doubts import Rise


@dataclass(frozen=True)
class DoubtRules:
    """`owner`: the duty that has to act from the beginning; each rise hands it on. Rises are told soonest first.

    slow_after: so long something may be approved and not paid before it is told, though nothing about it is unknown."""

    owner: str
    rises: tuple[Rise, ...] = ()
    slow_after: timedelta = timedelta(hours=1)

    @property
    def first_after_s(self) -> int | None:
        """Seconds from the beginning of a doubt to its first rise."""
        return int(self.rises[0].after.total_seconds()) if self.rises else None
