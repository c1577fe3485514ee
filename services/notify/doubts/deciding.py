"""What follows where a message's outcome stays unknown: duties are told, a person settles it. Pure; business time."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from services.notify.doubts.happened import MessageDoubtRose, MessageSettled, Settlement
from services.notify.doubts.rules import DoubtRules
from services.notify.errors import NotInDoubt
from services.notify.history import MessageDelivered, MessageFailed
from services.notify.message import Message

UNDELIVERED = "a person found that it was not delivered"


def rises(message: Message, now: datetime, rules: DoubtRules) -> list[Any]:
    """Every duty whose time has come, also several at once after an outage; nothing once its outcome is known."""
    return list(_risen(message, now, rules))


def _risen(message: Message, now: datetime, rules: DoubtRules) -> Iterator[MessageDoubtRose]:
    at, since, told = message.rises_at, message.doubt_since, len(message.risen)
    for number, rise in enumerate(rules.rises[told:], told + 1):
        if at is None or since is None or now < at:
            return
        following = rules.rises[number] if number < len(rules.rises) else None
        at = since + following.after if following else None
        yield MessageDoubtRose(rise.tell, since, at)


def settle(message: Message, outcome: Settlement, evidence: tuple[str, ...]) -> list[Any]:
    """A person says what became of it. Raises NotInDoubt where that is known, or it is still on its way."""
    if message.status not in ("unknown", "submitted"):
        raise NotInDoubt(message.message_id, message.status)
    ended = MessageDelivered() if outcome == "delivered" else MessageFailed(UNDELIVERED)
    return [MessageSettled(outcome, evidence), ended]
