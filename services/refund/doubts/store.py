"""The queries on refunds in doubt, with their index."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from pymongo import ASCENDING, IndexModel

from services.refund.model import Refund
from services.rights import seen_by
from shared.aggregate import Actor
from shared.documents import Documents
from shared.stored import Saved

IN_DOUBT = {"doubt_since": {"$exists": True}}
INDEXES = [
    IndexModel([("doubt_since", ASCENDING), ("_id", ASCENDING)], name="doubt", partialFilterExpression=IN_DOUBT),
]
OLDEST_FIRST = [("doubt_since", ASCENDING), ("_id", ASCENDING)]


def looked_up(refund: Refund) -> Mapping[str, Any]:
    """What only these queries look up; `due_at` is when the next duty is told."""
    rises = [each.rises_at for each in refund.doubts if each.rises_at]
    since = refund.doubts[0].since if refund.doubts else None
    return {"doubt_since": since, "due_at": min(rises, default=None)}


class DoubtedRefunds(Documents[Refund]):
    """What the refunds' store inherits."""

    def in_doubt(self, filters: Mapping[str, Any], by: Actor) -> tuple[list[Saved[Refund]], str | None]:
        """One page, oldest first, and the `after` of the next one."""
        query = {"$and": [IN_DOUBT, dict(seen_by(by)), *(_condition(*each) for each in filters.items())]}
        return self.listed(query, OLDEST_FIRST, filters["limit"])

    def doubts_in_short(self) -> tuple[int, datetime | None]:
        """How many refunds are in doubt, and since when the oldest one is."""
        oldest = self.collection.find_one(IN_DOUBT, {"doubt_since": 1}, sort=OLDEST_FIRST)
        return self.collection.count_documents(IN_DOUBT), oldest["doubt_since"] if oldest else None


def _condition(name: str, value: Any) -> dict[str, Any]:
    match name:
        case "limit":
            return {}
        case "waits_for":
            return {"wake_at": {"$exists": value == "boss"}}
        case "after":
            moment, refund_id = value
            later = {"doubt_since": {"$gt": moment}}
            return {"$or": [later, {"doubt_since": moment, "_id": {"$gt": refund_id}}]}
        case _:
            return {name: value}
