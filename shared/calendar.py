"""Which days are worked in China, as days of Asia/Shanghai. Pure: library data under the calendar policy's own days."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo

from holidays.countries import China  # all countries at once, 8 MB and 0.1 s: at the start, not in a first event

SHANGHAI = ZoneInfo("Asia/Shanghai")
SATURDAY = 5


@dataclass(frozen=True)
class Calendar:
    """`official`: years with a notice, and its date; `days_off`, `working_days`: days above the library, and why."""

    official: Mapping[int, date] = field(default_factory=dict)
    days_off: Mapping[date, str] = field(default_factory=dict)
    working_days: Mapping[date, str] = field(default_factory=dict)

    def kind_of(self, day: date) -> str:
        """`working_day`, `make_up_day` (a worked weekend), `weekend` or `holiday`."""
        weekend = day.weekday() >= SATURDAY
        if day in self.days_off:
            return "holiday"
        festivals, made_up = _library(day.year)
        if day in self.working_days or (day in made_up and day not in festivals):
            return "make_up_day" if weekend else "working_day"
        if day in festivals:
            return "holiday"
        return "weekend" if weekend else "working_day"

    def is_working(self, day: date) -> bool:
        return self.kind_of(day) in ("working_day", "make_up_day")

    def complete_for(self, year: int) -> bool:
        """Whether the year's official notice is known; without it make-up days are missing (CL)."""
        return year in self.official

    def warnings(self, today: date) -> tuple[str, ...]:
        """What an operator should know: years that limits started today may reach, without a notice."""
        reached = sorted({today.year, (today + timedelta(days=60)).year})
        return tuple(
            f"calendar.yml: {year} has no official notice; its make-up days are unknown and working days are a guess"
            for year in reached
            if not self.complete_for(year)
        )


@cache
def _library(year: int) -> tuple[frozenset[date], frozenset[date]]:
    """Festival days and worked weekend days that the library knows for the year."""
    known = China(years=year)
    worked = frozenset(day for day in known.weekend_workdays if day.year == year)
    return frozenset(known), worked


def day_of(moment: datetime) -> date:
    """The day it is in Shanghai at this moment."""
    return moment.astimezone(SHANGHAI).date()


def start_of(day: date) -> datetime:
    """00:00 Shanghai of the day, in UTC; the end of a day is the start of the next."""
    return datetime.combine(day, time(), SHANGHAI).astimezone(UTC)


def days_after(day: date) -> Iterator[date]:
    """The days after this one, without end."""
    while True:
        day += timedelta(days=1)
        yield day
