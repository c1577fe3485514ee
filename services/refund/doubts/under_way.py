"""Until when a sending may still reach BOSS: before that nobody can say that there is no entry. Pure; machine time.

A sending may leave as long as its lease ran, later where its process stood still, and BOSS may take `absent_after`."""

from datetime import datetime

from services.refund.doubts.errors import StillUnderWay
from services.refund.doubts.late import SENT_LATE
from services.refund.doubts.standing import Standing
from services.refund.lines import Line
from services.refund.model import Refund
from services.refund.rules import BillingRules


def arrived_by(line: Line, rules: BillingRules) -> datetime | None:
    """From when on no sending of the line can arrive any more; None where none ever left."""
    left = line.gone_by or line.sent_at
    return left + rules.absent_after if left else None


def settled_from(refund: Refund, case: Standing, rules: BillingRules) -> datetime | None:
    """From when on a person can say that BOSS has no entry of the line, or none but one; None: at any time."""
    if case.late:
        return case.doubt.gone_by + rules.absent_after if case.doubt.gone_by else None
    return None if refund.taken_by else arrived_by(case.line, rules)


def must_have_arrived(refund: Refund, case: Standing, outcome: str, now: datetime, rules: BillingRules) -> None:
    """Raises StillUnderWay where the time has not come. Who sees the one entry there can be may say so at once."""
    since = settled_from(refund, case, rules)
    if since and now < since and (outcome == "not_paid" or case.doubt.why == SENT_LATE):
        raise StillUnderWay(refund.refund_id, since)
