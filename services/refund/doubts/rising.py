"""Which duties a doubt that lasts is told to, soonest first, each once (policies/refunds.yml). Pure; business time."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from services.doubts import risen
from services.refund.doubts.doubt import Doubt
from services.refund.doubts.happened import RefundDoubtRose
from services.refund.doubts.rules import DoubtRules
from services.refund.model import Refund


def rises(refund: Refund, now: datetime, rules: DoubtRules) -> list[Any]:
    """Every duty whose time has come, also several at once after an outage; nothing once it is settled."""
    line = list(_risen(refund.doubt, now, rules, late=False)) if refund.doubt else []
    late = list(_risen(refund.late, now, rules, late=True)) if refund.late else []
    return [*line, *late]


def _risen(doubt: Doubt, now: datetime, rules: DoubtRules, late: bool) -> Iterator[RefundDoubtRose]:
    for rise in risen(rules.rises, len(doubt.risen), doubt.since, doubt.rises_at, now):
        yield RefundDoubtRose(doubt.kind, rise.to, doubt.since, rise.next_at, late)


def owner(doubt: Doubt, rules: DoubtRules) -> str:
    """The duty that has to act: the last one told, in the beginning the policy's owner."""
    return doubt.risen[-1].to if doubt.risen else rules.owner
