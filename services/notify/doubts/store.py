"""The queries on messages of which nobody knows what became; the index on status and time serves them."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from pymongo import ASCENDING

from services.notify.message import Message
from services.rights import seen_by
from shared.aggregate import Actor
from shared.documents import Documents
from shared.stored import Saved

RISING = ["queued", "submitting", "submitted", "unknown"]  # all that is not held and has not ended
RISES_AT_ONCE = 100
OLDEST_FIRST = [("created_at", ASCENDING), ("_id", ASCENDING)]


def _in_doubt(late: datetime) -> dict[str, Any]:
    """Without the carrier's answer, or submitted until `late` and without receipt."""
    return {"$or": [{"status": "unknown"}, {"status": "submitted", "submitted_at": {"$lte": late}}]}


class DoubtedMessages(Documents[Message]):
    """What the messages' store inherits."""

    def due_doubts(self) -> list[str]:
        """The messages without an outcome whose next rise is due, soonest first, a look's worth."""
        rising = {"status": {"$in": RISING}}
        return self._waiting("due_at", self._clock.now(), RISES_AT_ONCE, self.due_aside, rising)

    def in_doubt(
        self, filters: Mapping[str, Any], late: datetime, by: Actor
    ) -> tuple[list[Saved[Message]], str | None]:
        """One page, oldest first, and the `after` of the next one."""
        query = [_in_doubt(late), dict(seen_by(by)), *(_condition(*each) for each in filters.items())]
        return self.listed({"$and": query}, OLDEST_FIRST, filters["limit"])

    def doubts_in_short(self, late: datetime) -> tuple[int, datetime | None]:
        """How many there are, and when the oldest one was written."""
        oldest = self.collection.find_one(_in_doubt(late), {"created_at": 1}, sort=OLDEST_FIRST)
        count = self.collection.count_documents(_in_doubt(late)) if oldest else 0
        return count, oldest["created_at"] if oldest else None


def _condition(name: str, value: Any) -> dict[str, Any]:
    match name:
        case "after" if value:
            moment, message_id = value
            return {"$or": [{"created_at": {"$gt": moment}}, {"created_at": moment, "_id": {"$gt": message_id}}]}
        case "branch" | "status":
            return {name: value}
        case _:
            return {}
