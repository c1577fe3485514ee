"""Who answers for what is unknown, and who hears of it when it lasts: policies/refunds.yml as values. Pure."""

from dataclasses import dataclass

from services.doubts import Rise


@dataclass(frozen=True)
class DoubtRules:
    """`owner`: the duty that has to act from the beginning; each rise hands it on. Rises are told soonest first."""

    owner: str
    rises: tuple[Rise, ...] = ()

    @property
    def first_after_s(self) -> int | None:
        """Seconds from the beginning of a doubt to its first rise."""
        return int(self.rises[0].after.total_seconds()) if self.rises else None
