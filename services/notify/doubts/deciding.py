"""What follows where a message's outcome stays unknown: duties are told, a person settles it. Pure; business time."""

from datetime import datetime
from typing import Any

from services.doubts import risen
from services.notify.doubts.happened import MessageDoubtRested, MessageDoubtRose, MessageSettled, Settlement
from services.notify.doubts.rules import DoubtRules
from services.notify.errors import NotInDoubt
from services.notify.history import MessageDelivered, MessageFailed
from services.notify.message import Message

UNDELIVERED = "a person found that it was not delivered"


def rises(message: Message, now: datetime, rules: DoubtRules) -> list[Any]:
    """Every duty whose time has come, also several at once after an outage; nothing once its outcome is known.

    Where the policy names nobody further by now, the doubt rests with whom it was told to last."""
    since, at = message.doubt_since, message.rises_at
    if since is None or at is None or now < at:
        return []
    due = risen(rules.rises, len(message.risen), since, at, now)
    return [MessageDoubtRose(rise.to, since, rise.next_at) for rise in due] or [MessageDoubtRested()]


def settle(message: Message, outcome: Settlement, evidence: tuple[str, ...]) -> list[Any]:
    """A person says what became of it. Raises NotInDoubt where that is known, or it is still on its way."""
    if message.status not in ("unknown", "submitted"):
        raise NotInDoubt(message.message_id, message.status)
    ended = MessageDelivered() if outcome == "delivered" else MessageFailed(UNDELIVERED)
    return [MessageSettled(outcome, evidence), ended]
