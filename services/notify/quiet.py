"""Quiet hours (NT1): when they end, seen from a moment within them. Pure."""

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta

from shared.calendar import SHANGHAI


@dataclass(frozen=True)
class QuietHours:
    """From `begins` to `ends`, Shanghai time, usually over midnight."""

    begins: time
    ends: time

    def end_from(self, moment: datetime) -> datetime | None:
        """When the quiet hours that hold at `moment` end (UTC); None outside them."""
        local = moment.astimezone(SHANGHAI)
        if not self._quiet(local.time()):
            return None
        end = datetime.combine(local.date(), self.ends, SHANGHAI)
        return (end if end > local else end + timedelta(days=1)).astimezone(UTC)

    def _quiet(self, at: time) -> bool:
        if self.begins <= self.ends:
            return self.begins <= at < self.ends
        return at >= self.begins or at < self.ends


def next_at(moment: datetime, of_day: time) -> datetime:
    """The next time it is `of_day` in Shanghai, strictly after `moment` (UTC)."""
    local = moment.astimezone(SHANGHAI)
    same_day = datetime.combine(local.date(), of_day, SHANGHAI)
    return (same_day if same_day > local else same_day + timedelta(days=1)).astimezone(UTC)
