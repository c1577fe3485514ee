"""When a case may be erased (PR1): its complaint ended, and kept long enough. Pure."""

from datetime import datetime, timedelta

from services.erasing import must_be_over
from services.escalation.model import Case
from shared.forgetting import Judge

ENDED = ("archived", "refused", "withdrawn")


def judge(kept_for: timedelta) -> Judge:
    """Raises for a case that is not to be erased yet."""

    def judged(case: Case, now: datetime) -> None:
        facts = case.facts
        ended_at = facts.archived_at or facts.withdrawn_at or facts.registered_at
        must_be_over(facts.status in ENDED and not case.in_hand, ended_at, now, kept_for)

    return judged
