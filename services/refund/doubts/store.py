"""The queries on refunds in doubt, and on those that should be paid by now, with their indexes."""

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
PAYABLE = {"payable_since": {"$exists": True}}
INDEXES = [
    IndexModel([("doubt_since", ASCENDING), ("_id", ASCENDING)], name="doubt", partialFilterExpression=IN_DOUBT),
    IndexModel([("payable_since", ASCENDING)], name="payable", partialFilterExpression=PAYABLE),
]
# beside what is on its way of itself a line may stand that was sent too late: that waits for a person
OF_A_PERSON = {"$or": [{"wake_at": {"$exists": False}}, {"state.late": {"$exists": True}}]}
OLDEST_FIRST = [("doubt_since", ASCENDING), ("_id", ASCENDING)]


def looked_up(refund: Refund) -> Mapping[str, Any]:
    """What only these queries look up; `due_at` is when the next duty is told."""
    rises = [each.rises_at for each in refund.doubts if each.rises_at]
    since = refund.doubts[0].since if refund.doubts else None
    return {"doubt_since": since, "due_at": min(rises, default=None), "payable_since": refund.on_its_way_since}


class DoubtedRefunds(Documents[Refund]):
    """What the refunds' store inherits."""

    def in_doubt(self, filters: Mapping[str, Any], by: Actor) -> tuple[list[Saved[Refund]], str | None]:
        """One page, oldest first, and the `after` of the next one."""
        query = {"$and": [IN_DOUBT, dict(seen_by(by)), *(_condition(*each) for each in filters.items())]}
        return self.listed(query, OLDEST_FIRST, filters["limit"])

    def doubts_in_short(self) -> tuple[int, datetime | None]:
        """How many refunds are in doubt, and since when the oldest one is."""
        return self._in_short("doubt_since", IN_DOUBT)

    def slow(self, before: datetime, by: Actor) -> tuple[int, datetime | None]:
        """How many could have been paid since before then and are not, and since when the oldest one could."""
        return self._in_short("payable_since", {"payable_since": {"$lt": before}, **seen_by(by)})

    def _in_short(self, since: str, query: Mapping[str, Any]) -> tuple[int, datetime | None]:
        oldest = self.collection.find_one(query, {since: 1}, sort=[(since, ASCENDING)])
        return self.collection.count_documents(query), oldest[since] if oldest else None


def _condition(name: str, value: Any) -> dict[str, Any]:
    match name:
        case "limit":
            return {}
        case "waits_for":
            return {"wake_at": {"$exists": True}} if value == "boss" else OF_A_PERSON
        case "after":
            moment, refund_id = value
            later = {"doubt_since": {"$gt": moment}}
            return {"$or": [later, {"doubt_since": moment, "_id": {"$gt": refund_id}}]}
        case _:
            return {name: value}
