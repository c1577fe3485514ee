"""The queries on refunds for the books, and the daily sheets: with their indexes."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from pymongo import ASCENDING, IndexModel

from services.refund.books.sheet import SHEETS, DailySheet, HallDay, Row
from services.refund.model import Refund
from shared.documents import Documents
from shared.stored import Saved

INDEXES = [
    # RF12, RF17: a hall's refunds of a day or month; those of no hall are on no sheet
    IndexModel(
        [("branch", ASCENDING), ("hall", ASCENDING), ("requested_at", ASCENDING), ("_id", ASCENDING)],
        name="hall",
        partialFilterExpression={"hall": {"$exists": True}},
    ),
]
IN_ORDER = [("requested_at", ASCENDING), ("_id", ASCENDING)]
ROW = {"state.lines": 1, "state.requested_by": 1, "requested_at": 1}
DAYS_OF_A_MONTH = 31


def looked_up(_refund: Refund) -> Mapping[str, Any]:
    """What only these queries look up."""
    return {}


class BookedRefunds(Documents[Refund]):
    """What the refunds' store inherits."""

    def of_hall(self, which: HallDay) -> list[Saved[Refund]]:
        """The refunds that were requested in the hall on that day, in order."""
        return self.find(_in_hall(which.branch, which.hall, *which.span), IN_ORDER, 0)

    def rows(self, branch: str, hall: str, since: datetime, until: datetime) -> list[tuple[datetime, Row]]:
        """The rows of the hall's sheets in that time, each with when it was requested. Opens nothing sealed."""
        found = self.collection.find(_in_hall(branch, hall, since, until), ROW).sort(IN_ORDER)
        return [(each["requested_at"], _row(each)) for each in found]


def _in_hall(branch: str, hall: str, since: datetime, until: datetime) -> dict[str, Any]:
    return {"branch": branch, "hall": hall, "requested_at": {"$gte": since, "$lt": until}}


def _row(document: Mapping[str, Any]) -> Row:
    state = document["state"]
    amount_fen = sum(line["amount_fen"] for line in state["lines"])
    return Row(document["_id"], amount_fen, state["requested_by"]["sub"])


class Sheets(Documents[DailySheet]):
    """The daily sheets. Nobody is told of them on the bus."""

    kind = SHEETS
    indexes = (IndexModel([("branch", ASCENDING), ("hall", ASCENDING), ("day", ASCENDING)], name="hall", unique=True),)

    def index(self, state: DailySheet) -> Mapping[str, Any]:
        return {"branch": state.branch, "hall": state.hall, "day": state.day}

    def of_month(self, branch: str, hall: str, month: str) -> dict[str, DailySheet]:
        """The hall's sheets of a month (YYYY-MM), by day."""
        days = {"$gte": f"{month}-01", "$lte": f"{month}-31"}
        query = {"branch": branch, "hall": hall, "day": days}
        found = self.find(query, [("day", ASCENDING)], DAYS_OF_A_MONTH)
        return {saved.state.day: saved.state for saved in found}
