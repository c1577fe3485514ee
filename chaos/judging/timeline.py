"""Business time against machine time, as the clock lines of a run tell it: it runs at a rate and is moved. Pure."""

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from shared.clock import Setting


@dataclass(frozen=True)
class Timeline:
    """Settings with the machine time from which each held, oldest first."""

    settings: tuple[tuple[datetime, Setting], ...]

    @classmethod
    def of(cls, told: Sequence[Mapping[str, Any]]) -> "Timeline":
        """From the `clock` lines of a journal of callers."""
        lines = [line for line in told if line["what"] == "clock"]
        names = ("origin", "started", "rate", "offset")
        return cls(
            tuple((datetime.fromisoformat(line["machine"]), Setting(*(line[name] for name in names))) for line in lines)
        )

    @cached_property
    def _starts(self) -> list[datetime]:
        """Business time at the beginning of each setting; it never goes back."""
        return [setting.business(since) for since, setting in self.settings]

    def machine(self, business: datetime) -> datetime:
        """When this business time came: a time that was jumped over came with the jump."""
        if not self.settings:
            return business
        number = bisect_right(self._starts, business) - 1
        if number < 0:
            return self.settings[0][0]
        since, setting = self.settings[number]
        at = since + (business - self._starts[number]) / setting.rate
        following = self.settings[number + 1][0] if number + 1 < len(self.settings) else at
        return min(at, following)

    def seconds_between(self, earlier: datetime, later: datetime) -> float:
        """Machine seconds from one business time to another."""
        return (self.machine(later) - self.machine(earlier)).total_seconds()
