"""When messages and customers' SMS may be erased (PR1): ended, and kept long enough. Pure."""

from datetime import datetime, timedelta

from services.erasing import must_be_over
from services.notify.inbound import Sms
from services.notify.message import Message
from shared.forgetting import Judge


def judge(kept_for: timedelta) -> Judge:
    """Raises for a message that is not to be erased yet; those of a complaint are kept as long as that, by intake."""

    def judged(message: Message, now: datetime) -> None:
        own = timedelta(0) if message.complaint_id else kept_for
        must_be_over(message.final or message.status == "submitted", message.created_at, now, own)

    return judged


def judge_sms(kept_for: timedelta) -> Judge:
    """Raises for a customer's SMS that is not to be erased yet."""

    def judged(sms: Sms, now: datetime) -> None:
        must_be_over(sms.received, sms.sent_at, now, kept_for)

    return judged
