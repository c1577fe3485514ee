"""How far time had struck before something came late, as a line of a case's record (record.py). Pure."""

from datetime import datetime
from typing import TYPE_CHECKING, Any

import orjson

from services.escalation import history as h

if TYPE_CHECKING:
    from services.escalation.model import Case


def strike_of(event: Any, case: "Case") -> datetime | None:
    """The instant of what time did, once nothing is left to do in it; `case` as it was before the event.

    A clock that breaks by a late act is that act's affair. Where the act came in the very instant in which the clock
    was made known, only what is left tells it from time, which does all of an instant at once."""
    instant = _instant(event, case)
    left = [each for each in case.running if instant and each.next_at <= instant and each.clock_id != event.clock_id]
    return None if left else instant


def _instant(event: Any, case: "Case") -> datetime | None:
    if isinstance(event, h.ClockWarned):
        return event.at
    if isinstance(event, h.ClockBroken) and case.clock(event.clock_id).breaks_at == event.noticed_at:
        return event.noticed_at
    return None


def is_news(record: str, instant: datetime) -> bool:
    """Whether the last line does not let time strike so far by itself."""
    word, *said = orjson.loads(record[record.rfind("\n") + 1 :])
    if word == "facts":
        return not said[1] or datetime.fromisoformat(said[1][-1][1]) <= instant
    if word == "pre_refund":
        return datetime.fromisoformat(said[3] or said[2]) <= instant
    return word != "struck" or datetime.fromisoformat(said[0]) < instant


def last_strike(record: str) -> datetime | None:
    """How far the last line lets time strike, where that is all it says."""
    last = record[record.rfind("\n") + 1 :]
    return datetime.fromisoformat(orjson.loads(last)[1]) if last.startswith('["struck"') else None


def without_strike(record: str) -> str:
    """The record less a last line that only lets time strike."""
    before, _, last = record.rpartition("\n")
    return before if last.startswith('["struck"') else record
