"""A person has BOSS asked now: a question and nothing else, no money leaves for it. Pure; times are machine time."""

from datetime import datetime
from typing import Any

from services.refund.doubts.errors import AskedOften, CannotBeAsked, SecondEntryPossible
from services.refund.doubts.happened import RefundAskAnswered, RefundAskWanted
from services.refund.doubts.late import SENT_LATE
from services.refund.errors import NotNow
from services.refund.history import RefundAsking
from services.refund.lines import key_of
from services.refund.model import Refund
from services.refund.outcomes import Absent, NoAnswer
from services.refund.rules import BillingRules

MOST_ASKS = 20  # of one refund: three history entries each, so that they cannot fill it


def want(refund: Refund, reason: str, rules: BillingRules) -> list[Any]:
    """Asked at once by whichever process looks next; wanted twice it is still one question.

    Raises NotNow where nothing is unknown or a sending is under way; CannotBeAsked, SecondEntryPossible and AskedOften
    where a person has to find out."""
    if refund.status != "unknown" or refund.doubt is None:
        raise NotNow(refund.refund_id, refund.status, "asked for")
    if not rules.can_be_asked:
        raise CannotBeAsked(refund.refund_id)
    if refund.doubt.why == SENT_LATE:
        raise SecondEntryPossible(refund.refund_id)
    if refund.doubt.wanted:
        return []
    if refund.asked_by_hand >= MOST_ASKS:
        raise AskedOften(refund.refund_id, MOST_ASKS)
    return [RefundAskWanted(refund.present_line.kind, reason)]


def wanted(refund: Refund) -> bool:
    """Whether the next question is one that a person wants."""
    return refund.status == "unknown" and refund.doubt is not None and refund.doubt.wanted is not None


def taken(refund: Refund, now: datetime, rules: BillingRules) -> list[Any]:
    """The question, however many went before."""
    line = refund.present_line
    return [RefundAsking(line.kind, key_of(refund.refund_id, line), now + rules.lease)]


def answered(refund: Refund, outcome: Absent | NoAnswer) -> list[Any]:
    """No entry, or no answer: it goes on as if nobody had wanted it, at the time at which it would have."""
    assert refund.doubt is not None, "only a doubt is asked for"
    assert refund.doubt.wanted is not None, "and only if somebody wanted it"
    kind, wake_at = refund.present_line.kind, refund.doubt.wanted.wake_at
    if isinstance(outcome, NoAnswer):
        return [RefundAskAnswered(kind, "no_answer", outcome.why, wake_at)]
    return [RefundAskAnswered(kind, "absent", wake_at=wake_at)]
