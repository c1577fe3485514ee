"""Until when a sending may still reach BOSS: before that nobody can say that there is no entry. Pure; machine time.

A sending may leave as long as its lease ran, later where its process stood still, and BOSS may take `absent_after`."""

from datetime import datetime

from services.refund.doubts.errors import StillUnderWay
from services.refund.doubts.late import SENT_LATE
from services.refund.lines import Line
from services.refund.model import Refund
from services.refund.rules import BillingRules


def arrived_by(line: Line, rules: BillingRules) -> datetime | None:
    """From when on no sending of the line can arrive any more; None where none ever left."""
    left = line.gone_by or line.sent_at
    return left + rules.absent_after if left else None


def settled_from(refund: Refund, rules: BillingRules) -> datetime | None:
    """From when on a person can say that there is no entry, or none but one; None: at any time."""
    if refund.taken_by:
        return None
    if refund.doubt is None and refund.late:
        return refund.late.gone_by + rules.absent_after if refund.late.gone_by else None
    return max(filter(None, (arrived_by(line, rules) for line in refund.lines)), default=None)


def must_have_arrived(refund: Refund, outcome: str, now: datetime, rules: BillingRules) -> None:
    """Raises StillUnderWay where the time has not come. Who sees the one entry there can be may say so at once."""
    twice = refund.late if refund.doubt is None else refund.doubt.why == SENT_LATE
    since = settled_from(refund, rules)
    if since and now < since and (outcome == "not_paid" or twice):
        raise StillUnderWay(refund.refund_id, since)
