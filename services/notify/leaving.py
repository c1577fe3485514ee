"""A last look at a message that is about to leave: time has passed since it was written (NT1, NT2). Pure."""

from datetime import datetime

from services.notify.deciding import counts_in, hold_until
from services.notify.history import MessageHeld
from services.notify.message import Message
from services.notify.rules import NotifyPolicy

ANOTHER_MONTH = "NT1 it counts in the month in which it leaves"


def kept_back(message: Message, now: datetime, policy: NotifyPolicy) -> MessageHeld | None:
    """Why the message waits once more, None if it may leave at `now` (business time).

    After an outage of the carrier or of ours it may be night again, or another month than the one it counts in."""
    if message.begun:
        return None
    until, why = hold_until(message.message_class, now, message.acted_at, message.before, policy)
    if until:
        return MessageHeld(why, until)
    return MessageHeld(ANOTHER_MONTH, now) if in_another_month(message, now) else None


def in_another_month(message: Message, now: datetime) -> bool:
    """Whether a care message has its place in a month that is not this one."""
    return message.care_slot is not None and not counts_in(message.care_slot, now)
