"""When a refund may be erased (PR1): settled, and kept long enough. Pure."""

from datetime import datetime, timedelta

from services.erasing import must_be_over
from services.refund.model import Refund
from shared.forgetting import Judge

SETTLED = ("paid", "failed", "rejected", "withdrawn", "closed")


def judge(kept_for: timedelta) -> Judge:
    """Raises for a refund that is not to be erased yet."""

    def judged(refund: Refund, now: datetime) -> None:
        must_be_over(
            refund.status in SETTLED and not refund.doubts, refund.paid_at or refund.requested_at, now, kept_for
        )

    return judged
