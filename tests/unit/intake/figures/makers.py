"""Complaints with a past, for counting: each step at its hour after Monday 09:00 in Shanghai."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from services.intake import commands as c
from services.intake.climbing import follow_ladder
from services.intake.figures.counting import Tally
from services.intake.figures.scope import Asked, Scope, scope_of
from services.intake.history import apply
from services.intake.methods import METHODS
from services.intake.model import Complaint
from services.intake.repeats import FIRST
from services.intake.values import Place
from shared.aggregate import Actor, Stamp
from shared.errors import TousuError
from tests.unit.intake.makers import AGENT, COLLEAGUE, MONDAY, first_events, on, request

PROVINCE = Actor("P1001", "province")
DAY = timedelta(days=1)
MIDNIGHT = MONDAY - timedelta(hours=9)  # Monday 00:00 in Shanghai
Step = tuple[float, str, Any]
REPLY, ARCHIVE = c.Reply("核对话单", "已更正", "satisfied"), c.Archive("计费系统差错", ("账单",), "教训")
AGAIN = c.Reason("又来电")


def at(hour: float) -> datetime:
    """So many hours after Monday 09:00 in Shanghai."""
    return MONDAY + timedelta(hours=hour)


def ladder(seq: int, level: Any, **limits: datetime) -> c.LadderTold:
    """What escalation tells."""
    return c.LadderTold(seq, level, None, limits)


def lived(*steps: Step, hour: float = 0, place: Place = FIRST, **fields: Any) -> list[tuple[Any, Stamp]]:
    """The history of a complaint registered at the hour; what is refused leaves nothing."""
    history: list[tuple[Any, Stamp]] = []
    known: Complaint | None = None
    for when, method, command in [(hour, "register", None), *steps]:
        occasion = on(at(when), COLLEAGUE if method == "follow_up" else AGENT)
        for event in _decided(known, method, command, occasion, place, fields):
            stamp = Stamp(len(history) + 1, occasion.now, occasion.by)
            known = apply(known, event, stamp)
            history.append((event, stamp))
    return history


def _decided(known: Complaint | None, method: str, command: Any, occasion: Any, place: Place, fields: Any) -> list[Any]:
    if known is None:
        return first_events(request(**fields), occasion, place)
    try:
        if method == "ladder":
            return follow_ladder(known, command)
        return METHODS[method].decide(known, command, occasion)
    except TousuError:
        return []


def folded(history: Iterable[tuple[Any, Stamp]]) -> Complaint | None:
    """The complaint after this history."""
    known: Complaint | None = None
    for event, stamp in history:
        known = apply(known, event, stamp)
    return known


def complaint(*steps: Step, **more: Any) -> Complaint:
    """A complaint that has lived."""
    known = folded(lived(*steps, **more))
    assert known is not None
    return known


def scope(start: datetime = MIDNIGHT, end: datetime = MIDNIGHT + 7 * DAY, by: Actor = PROVINCE, **place: Any) -> Scope:
    """A period long over, of this week unless told."""
    return scope_of(Asked(start, end, **place), by, end + 365 * DAY)


def tally(*complaints: Complaint, of: Scope | None = None, majors_only: bool = False) -> Tally:
    """These complaints counted, those that the scope's days touch: as the store finds them."""
    wanted = of or scope()
    found = Tally(wanted.period, majors_only)
    for each in complaints:
        if any(wanted.since <= day <= wanted.last_day for day in each.trace.days):
            found.add(each.trace.text)
    return found


def share(found: Tally, name: str) -> tuple[int, int]:
    """A rate's numerator and denominator."""
    return found.rates[name].numerator, found.rates[name].denominator
