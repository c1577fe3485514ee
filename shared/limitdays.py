"""The days that decide a limit in working days: each with its kind and why it is of that kind. Pure."""

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from typing import Any

from holidays.countries import China

from shared.calendar import Calendar, day_of
from shared.timelimit import DAY_KINDS, MILLISECOND, Interval

COUNTING = frozenset({"working_day", "make_up_day"})


@dataclass(frozen=True)
class Day:
    """`kind` as in Interval.why; the reason is empty for an ordinary working day or weekend."""

    day: date
    kind: str
    reason_zh: str = ""
    reason_en: str = ""

    def to_wire(self) -> dict[str, Any]:
        """As `explain` shows it."""
        said = {"day": self.day.isoformat(), "kind": self.kind, "counts": self.kind in COUNTING}
        return said | {"reason_zh": self.reason_zh, "reason_en": self.reason_en}


def decisive_days(intervals: tuple[Interval, ...], calendar: Calendar) -> tuple[Day, ...]:
    """Every day after the starting day up to the due time, in order; none for a limit in natural time."""
    return tuple(
        Day(day, each.why, *reason_of(day, calendar))
        for each in intervals
        if each.why in DAY_KINDS
        for day in _days(each)
    )


def reasons(interval: Interval, calendar: Calendar) -> tuple[tuple[str, str], ...]:
    """The different reasons of an interval's days, Chinese and English, in order."""
    found = (reason_of(day, calendar) for day in _days(interval)) if interval.why in DAY_KINDS else ()
    return tuple(dict.fromkeys(each for each in found if each[0]))


def reason_of(day: date, calendar: Calendar) -> tuple[str, str]:
    """Why a day is no ordinary one, in Chinese and English: the calendar policy's words, else the festival's names."""
    written = calendar.days_off.get(day) or calendar.working_days.get(day)
    if written:
        return written, written
    zh, en = _names(day.year)
    return zh.get(day, ""), en.get(day, "")


def _days(interval: Interval) -> tuple[date, ...]:
    first, last = day_of(interval.from_), day_of(interval.to - MILLISECOND)
    return tuple(first + timedelta(days=number) for number in range((last - first).days + 1))


@cache
def _names(year: int) -> tuple[dict[date, str], dict[date, str]]:
    zh, en = (dict(China(years=year, language=each)) for each in ("zh_CN", "en_US"))
    return zh, en
