"""When a complaint may be erased (PR1): ended, and kept long enough. Pure."""

from datetime import datetime, timedelta

from services.erasing import must_be_over
from services.intake.model import Complaint
from shared.forgetting import Judge

ENDED = ("archived", "refused", "withdrawn")


def judge(kept_for: timedelta) -> Judge:
    """Raises for a complaint that is not to be erased yet."""

    def judged(complaint: Complaint, now: datetime) -> None:
        ended_at = complaint.archived_at or complaint.withdrawn_at or complaint.registered_at
        must_be_over(complaint.status in ENDED, ended_at, now, kept_for)

    return judged
