"""Weeks and months of Shanghai, as reports name them. Pure."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from shared.calendar import day_of, start_of

WEEK = timedelta(days=7)


@dataclass(frozen=True)
class Span:
    """A week `2026-W48` or a month `2026-11`: from its first day until before `end`."""

    name: str
    first: date
    end: date

    @property
    def asked(self) -> dict[str, str]:
        """As `figures` wants it."""
        return {"from": start_of(self.first).isoformat(), "to": start_of(self.end).isoformat()}

    @property
    def last(self) -> date:
        """Its last day."""
        return self.end - timedelta(days=1)

    @property
    def before(self) -> "Span":
        """The week or month before."""
        day = self.first - timedelta(days=1)
        return week_with(day) if "W" in self.name else month_with(day)


def week_with(day: date) -> Span:
    """The week of this day, Monday to Sunday."""
    monday = day - timedelta(days=day.weekday())
    return Span(f"{monday:%G-W%V}", monday, monday + WEEK)


def month_with(day: date) -> Span:
    """The month of this day."""
    first = day.replace(day=1)
    return Span(f"{first:%Y-%m}", first, (first + timedelta(days=32)).replace(day=1))


def week(name: str | None, now: datetime) -> Span:
    """The week of this name, or the last one that is over. ValueError for another form."""
    if name is None:
        return week_with(day_of(now)).before
    return week_with(datetime.strptime(f"{name}-1", "%G-W%V-%u").date())  # noqa: DTZ007  a day has no time zone


def month(name: str | None, now: datetime) -> Span:
    """The month of this name, or the last one that is over. ValueError for another form."""
    if name is None:
        return month_with(day_of(now)).before
    return month_with(datetime.strptime(name, "%Y-%m").date())  # noqa: DTZ007  a day has no time zone
