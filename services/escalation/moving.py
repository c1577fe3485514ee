"""How an event moves a case: the dispatcher, and what several moves share. Pure."""

from datetime import datetime
from functools import singledispatch
from typing import Any

from services.escalation import history as h
from services.escalation.clocks import Clock
from services.escalation.holding import moved
from services.escalation.model import Case
from shared.changing import changed as replace  # as moves.py


@singledispatch
def move(event: Any, _case: Case) -> Case:
    """The case as an event other than the first moves it."""
    raise TypeError(f"no case is moved by {type(event).__name__}")


def at_level(case: Case, level: str, at: datetime, awaited: bool = False) -> Case:
    """The case is at that level, which has yet to take it over (`awaited`) or has it in hand."""
    moves = moved(case.moves, level, at, awaited)
    return replace(case, level=level, awaiting=level if awaited else None, moves=moves, walk=None)


def recomputed(clock: Clock, event: h.ClockRecomputed) -> Clock:
    """What an event written before rules and calendars were named in it does not say, stays."""
    rule, calendar_version = event.rule or clock.rule, event.calendar_version or clock.calendar_version
    return replace(retimed(clock, event), known_at=event.at, rule=rule, calendar_version=calendar_version)


Retimed = h.ClockRecomputed | h.ClockRecounted | h.ClockExtended | h.ClockMoved


def retimed(clock: Clock, event: Retimed) -> Clock:
    """New times; it warns again where the new warning lies ahead. Whatever was moved before is over."""
    warned_at = clock.warned_at if event.warn_at <= event.at else None
    times = {"warn_at": event.warn_at, "due_at": event.due_at, "intervals": event.intervals}
    return replace(clock, **times, warned_at=warned_at, moved_from=None)
