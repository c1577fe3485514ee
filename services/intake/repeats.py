"""Repeats on one number and leaf (IN8): which place a complaint takes among those before it. Pure."""

from calendar import monthrange
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from services.intake.values import Place
from shared.calendar import SHANGHAI

MONTHS = 3
FIRST = Place(nth=1)


@dataclass(frozen=True)
class Standing:
    """An earlier complaint on the same number and leaf."""

    complaint_id: str
    nth: int
    live: bool
    archived_at: datetime | None = None
    repeat_count: int = 0


def place_after(earlier: Sequence[Standing], at: datetime) -> Place:
    """The place of a complaint registered at `at`: the next number, and a repeat of what was archived last.

    The count never falls behind, also where several were archived in the same instant."""
    archived = [each for each in earlier if each.archived_at and at <= months_after(each.archived_at, MONTHS)]
    nth = max((each.nth for each in earlier), default=0) + 1
    if not archived:
        return Place(nth)
    last = max(archived, key=lambda each: (each.archived_at, each.nth))
    return Place(nth, last.complaint_id, max(each.repeat_count for each in archived) + 1)


def months_after(moment: datetime, months: int) -> datetime:
    """The same time of day in Shanghai so many calendar months later; in a shorter month on its last day."""
    local = moment.astimezone(SHANGHAI)
    years, month = divmod(local.month - 1 + months, 12)
    year, month = local.year + years, month + 1
    return local.replace(year=year, month=month, day=min(local.day, monthrange(year, month)[1]))
