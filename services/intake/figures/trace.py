"""What figures need of a complaint, dated and never overwritten: so that it can be seen as it stood at any time. Pure.

An entry `[milliseconds, {what changed}]` follows each event that changes something counted; no text, name or number
of anybody is in it. One string: a complaint is loaded and stored without reading it."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import orjson

from services.intake.model import Complaint
from services.intake.values import Trace
from shared.aggregate import Stamp
from shared.instants import DAY_MS, EPOCH, day_number, milliseconds

HOURS_48_MS = 2 * DAY_MS
AS_THEY_ARE = ("ticket_type", "channel", "branch", "hall", "status", "brand", "category", "cause_kind", "prohibition")
DUE = {"handling": "handling_due", "major_reply": "major_due", "opinion": "opinion_due"}


def day_shown(number: int | None) -> str | None:
    """The date of a day number."""
    return None if number is None else (EPOCH + timedelta(days=number)).date().isoformat()


def counted(complaint: Complaint) -> dict[str, Any]:
    """What figures look at, as it stands; times in milliseconds, nothing where there is nothing."""
    follow_up, opinion = complaint.follow_up, complaint.opinions.get("supervisor")
    values = {name: getattr(complaint, name) for name in AS_THEY_ARE}
    values |= {
        "direct": complaint.handling == "direct_reply" or None,
        "customer": _key_customer(complaint),
        "repeat": complaint.place.repeat_of is not None or None,
        "major": complaint.major is not None or None,
        "level": None if complaint.ladder.level == "agent" else complaint.ladder.level,
        "answered": complaint.answered_at,
        "replied": complaint.replied_at,
        "archived": complaint.archived_at,
        "rated": follow_up.at if follow_up else None,
        "rating": follow_up.satisfaction if follow_up else None,
        "opinion": opinion.at if opinion else None,
    }
    due_times = complaint.due_times
    values |= {name: due_times.get(kind) for kind, name in DUE.items()}
    return {name: _plain(value) for name, value in values.items() if value is not None}


def traced(before: Complaint | None, after: Complaint, stamp: Stamp) -> Complaint:
    """The complaint with what this event changed in its trace. Time never runs backwards in it."""
    known, now = (counted(before) if before else {}), counted(after)
    changed = {name: value for name, value in now.items() if known.get(name) != value}
    changed |= {name: None for name in known if name not in now}  # in one order everywhere, as no set is
    if not changed:
        return after
    trace = after.trace
    at = max(milliseconds(stamp.at), trace.until)
    entry = orjson.dumps([at, changed]).decode()
    text = f"{trace.text},{entry}" if trace.text else entry
    days = {day_number(at), *(day_number(due) for name in DUE.values() if (due := changed.get(name)))}
    if not trace.text:
        days.add(day_number(at + HOURS_48_MS))
    return replace(after, trace=Trace(text, tuple(sorted({*trace.days, *days})), at))


def entries(text: str) -> list[tuple[int, dict[str, Any]]]:
    """The trace's entries, oldest first."""
    found: list[tuple[int, dict[str, Any]]] = orjson.loads(f"[{text}]")
    return found


def _key_customer(complaint: Complaint) -> str | None:
    """Whose account manager hears of it (IN11, KP5)."""
    return "group" if complaint.group else "high_value" if complaint.high_value else None


def _plain(value: Any) -> Any:
    return milliseconds(value) if isinstance(value, datetime) else value
