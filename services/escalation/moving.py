"""How an event moves a case: the dispatcher, and what several moves share. Pure."""

from datetime import datetime
from functools import singledispatch
from typing import Any

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
