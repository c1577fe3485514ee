"""ISO weeks and months of Shanghai, by name. Pure."""

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from shared.calendar import start_of

WEEK = re.compile(r"(20[0-9]{2})-W([0-5][0-9])")
MONTH = re.compile(r"(20[0-9]{2})-(0[1-9]|1[0-2])")
SEVEN_DAYS = timedelta(days=7)


@dataclass(frozen=True)
class Span:
    """From `start` until before `end`, in UTC."""

    name: str
    start: datetime
    end: datetime

    @property
    def times(self) -> tuple[datetime, datetime]:
        return self.start, self.end


def week_of(name: str) -> Span:
    """`2026-W48`: Monday to Sunday. ValueError for what is no week."""
    if not (found := WEEK.fullmatch(name)):
        raise ValueError(name)
    monday = date.fromisocalendar(int(found[1]), int(found[2]), 1)
    return Span(name, start_of(monday), start_of(monday + SEVEN_DAYS))


def month_of(name: str) -> Span:
    """`2026-11`. ValueError for what is no month."""
    if not (found := MONTH.fullmatch(name)):
        raise ValueError(name)
    year, month = int(found[1]), int(found[2])
    following = date(year + month // 12, month % 12 + 1, 1)
    return Span(name, start_of(date(year, month, 1)), start_of(following))
