"""Business time against machine time, as the clock lines of a run tell it: it runs at a rate and is moved. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
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

    @property
    def fastest(self) -> float:
        """Business seconds in a machine second, at most."""
        return max((setting.rate for _, setting in self.settings), default=1.0)

    def machine(self, business: datetime) -> datetime:
        """When this business time came: a time that was jumped over came with the jump."""
        if not self.settings:
            return business
        for number, (since, setting) in enumerate(self.settings):
            if business <= setting.business(since):
                return since
            following = self.settings[number + 1][0] if number + 1 < len(self.settings) else None
            if following is None or business <= setting.business(following):
                break
        return since + (business - setting.business(since)) / setting.rate

    def seconds_between(self, earlier: datetime, later: datetime) -> float:
        """Machine seconds from one business time to another."""
        return (self.machine(later) - self.machine(earlier)).total_seconds()
