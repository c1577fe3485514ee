"""Which duties a doubt that lasts is told to, soonest first, each once (policies/refunds.yml). Pure; business time."""

from datetime import datetime
from typing import Any

from services.doubts import risen
from services.refund.doubts.doubt import Doubt
from services.refund.doubts.happened import RefundDoubtRested, RefundDoubtRose
from services.refund.doubts.rules import DoubtRules
from services.refund.model import Refund


def rises(refund: Refund, now: datetime, rules: DoubtRules) -> list[Any]:
    """Every duty whose time has come, also several at once after an outage; nothing once it is settled.

    Where the policy names nobody further by now, the doubt rests with whom it was told to last."""
    return [*_risen(refund.doubt, now, rules, late=False), *_risen(refund.late, now, rules, late=True)]


def _risen(doubt: Doubt | None, now: datetime, rules: DoubtRules, late: bool) -> list[Any]:
    if doubt is None or doubt.rises_at is None or now < doubt.rises_at:
        return []
    due = risen(rules.rises, len(doubt.risen), doubt.since, doubt.rises_at, now)
    rose = [RefundDoubtRose(doubt.kind, rise.to, doubt.since, rise.next_at, late) for rise in due]
    return rose or [RefundDoubtRested(late)]


def owner(doubt: Doubt, rules: DoubtRules) -> str:
    """The duty that has to act: the last one told, in the beginning the policy's owner."""
    return doubt.risen[-1].to if doubt.risen else rules.owner
