"""Which messages come to something without the carrier; two small indexes serve it, however many wait for the link."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from pymongo import ASCENDING, IndexModel

from services.notify.message import Message
from services.notify.templates import MessageClass
from shared.codec import plain
from shared.documents import Documents

LEFT_BY_THE_CARRIER = ["submitting", "submitted", "unknown"]
UNLINKED_INDEXES = (
    IndexModel(
        [("status", ASCENDING), ("wake_at", ASCENDING)],
        name="status_wake",
        partialFilterExpression={"wake_at": {"$exists": True}},
    ),
    IndexModel("state.valid_until", name="queued_until", partialFilterExpression={"status": "queued"}),
)


class UnlinkedMessages(Documents[Message]):
    """What the messages' store inherits."""

    def ending_unlinked(self, machine_now: datetime, resends: Mapping[MessageClass, int], most: int) -> list[str]:
        """Of those awake who need no link: whose process died, who gets no receipt any more, who is valid no longer.

        `resends`: how often each class is submitted again. Who only waits to be submitted is left out."""
        left: dict[str, Any] = {"status": {"$in": LEFT_BY_THE_CARRIER}}
        if again := [_to_be_repeated(*each) for each in resends.items() if each[1]]:
            left["$nor"] = again
        over = {"status": "queued", "state.valid_until": {"$lte": plain(machine_now)}}
        looks = (self._waiting("wake_at", machine_now, most, self.wake_aside, each) for each in (left, over))
        return [message_id for look in looks for message_id in look][:most]


def _to_be_repeated(message_class: str, resends: int) -> dict[str, Any]:
    """Unknown, and submitted again once there is a link; a count of none is not stored."""
    fewer = {"$not": {"$gte": resends}}
    return {"status": "unknown", "state.message_class": message_class, "state.resends": fewer}
