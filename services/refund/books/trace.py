"""What totals need of a refund, dated and never overwritten: so that it can be seen as it stood at any time. Pure.

An entry `[milliseconds, {what changed}]` follows each event that changes something counted; nothing personal is in it.
One string: a refund is loaded and stored without reading it."""

from collections import Counter
from dataclasses import replace
from typing import Any

import orjson

from services.refund.model import Refund, Trace
from shared.aggregate import Stamp
from shared.instants import day_number, milliseconds

PLANNED, PAID = "planned_", "paid_"


def counted(refund: Refund) -> dict[str, Any]:
    """What totals look at, as it stands: words, and fen by line kind, planned and paid."""
    claim = refund.claim
    words = {"status": refund.status, "sort": claim.sort, "ground": claim.ground, "dispute_type": claim.dispute_type}
    fen: Counter[str] = Counter()
    for line in refund.lines:
        fen[PLANNED + line.kind] += line.amount_fen
        if line.state == "paid":
            fen[PAID + line.kind] += line.amount_fen
    return {name: value for name, value in words.items() if value is not None} | fen


def traced(before: Refund | None, after: Refund, stamp: Stamp) -> Refund:
    """The refund with what this event changed in its trace. Time never runs backwards in it."""
    known, now = (counted(before) if before else {}), counted(after)
    changed = {name: value for name, value in now.items() if known.get(name) != value}
    if not changed:
        return after
    trace = after.trace
    at = max(milliseconds(stamp.at), trace.until)
    entry = orjson.dumps([at, changed]).decode()
    text = f"{trace.text},{entry}" if trace.text else entry
    days = {*trace.days, day_number(at)} if _counts(changed) else {*trace.days}
    return replace(after, trace=Trace(text, tuple(sorted(days)), at))


def _counts(changed: dict[str, Any]) -> bool:
    """Whether the event is one by whose time refunds are counted: the request, a payment."""
    return "sort" in changed or any(name.startswith(PAID) for name in changed)


def as_of(text: str, *ends: int) -> list[dict[str, Any]]:
    """What the trace says just before each of these moments (milliseconds, rising); `requested` is its first time."""
    found: list[dict[str, Any]] = []
    known: dict[str, Any] = {}
    entries = iter([*orjson.loads(f"[{text}]"), [None, {}]])
    at, changed = next(entries)
    for end in ends:
        while at is not None and at < end:
            known = {"requested": at} | known | changed
            at, changed = next(entries)
        found.append(known)
    return found
