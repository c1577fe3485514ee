"""Where the money of a refund is: double entries made of its history, each from one account to another. Pure.

Accounts, in fen: `company:<kind>` what the company spends on lines of that kind, `claimed` and `approved` what it owes
but has not paid, `boss` what BOSS was told of and nobody knows yet, `customer` what has reached the customer. Together
they hold nothing.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from services.refund.course import apply
from services.refund.lines import Line, key_of
from services.refund.model import FREED, Refund
from shared.aggregate import Stamp, event_name

UNDECIDED = frozenset({"requested", "approving"})


@dataclass(frozen=True)
class Posting:
    """One line's money moved from `source` to `target` by event number `n`."""

    n: int
    at: datetime
    event: str
    key: str
    source: str
    target: str
    amount_fen: int


def postings(history: Iterable[tuple[Any, Stamp]]) -> Iterator[Posting]:
    """All movements, in order: wherever an event puts a line on another account."""
    refund: Refund | None = None
    for event, stamp in history:
        before, refund = refund, apply(refund, event, stamp)
        for line in refund.lines:
            source, target = _account_before(before, line), account_of(refund, line)
            if source != target:
                key = key_of(refund.refund_id, line)
                yield Posting(stamp.n, stamp.at, event_name(type(event)), key, source, target, line.amount_fen)


def account_of(refund: Refund, line: Line) -> str:
    """The account that a line's amount stands on now."""
    if line.state == "paid":
        return "customer"
    if line.state in ("paying", "unknown"):
        return "boss"
    if refund.status in FREED:
        return _companys(line)
    return "claimed" if refund.status in UNDECIDED else "approved"


def _companys(line: Line) -> str:
    return f"company:{line.kind}"


def _account_before(refund: Refund | None, line: Line) -> str:
    """A line that was not there before comes out of the company's account."""
    same = (each for each in refund.lines if (each.kind, each.part) == (line.kind, line.part)) if refund else iter(())
    known = next(same, None)
    return account_of(refund, known) if refund and known else _companys(line)


def balances(moved: Iterable[Posting]) -> dict[str, int]:
    """What each account holds, in fen; all together hold nothing."""
    held: Counter[str] = Counter()
    for posting in moved:
        held[posting.source] -= posting.amount_fen
        held[posting.target] += posting.amount_fen
    return {account: fen for account, fen in sorted(held.items()) if fen}
