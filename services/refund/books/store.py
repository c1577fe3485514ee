"""The queries on refunds for the books, and the daily sheets: with their indexes."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

from pymongo import ASCENDING, IndexModel

from services.refund.books.reconciling import PaidLine
from services.refund.books.sheet import SHEETS, DailySheet, HallDay, Row
from services.refund.books.totals_answer import Scope
from services.refund.lines import Line, key_of
from services.refund.model import Refund
from shared.codec import restore
from shared.documents import Documents
from shared.fields import after
from shared.scanning import scan
from shared.stored import Saved

INDEXES = [
    # RF12, RF17: a hall's refunds of a day or month; those of no hall are on no sheet
    IndexModel(
        [("branch", ASCENDING), ("hall", ASCENDING), ("requested_at", ASCENDING), ("_id", ASCENDING)],
        name="hall",
        partialFilterExpression={"hall": {"$exists": True}},
    ),
    # RF13: what was paid in a time
    IndexModel([("paid_times", ASCENDING)], name="paid_times", sparse=True),
    # KP2: what was requested or paid on certain days
    IndexModel([("days", ASCENDING), ("branch", ASCENDING)], name="days"),
]
IN_ORDER = [("requested_at", ASCENDING), ("_id", ASCENDING)]
ROW = {"state.lines": 1, "state.requested_by": 1, "requested_at": 1}
LINES = {"state.lines": 1, "branch": 1, "hall": 1, "complaint_id": 1, "number_ix": 1}
TRACE = {"_id": 0, "days": 1, "state.trace.text": 1}
DAYS_OF_A_MONTH = 31


def looked_up(refund: Refund) -> Mapping[str, Any]:
    """What only these queries look up."""
    paid_times = sorted(line.paid_at for line in refund.lines if line.paid_at)
    return {"paid_times": paid_times or None, "days": list(refund.trace.days)}


class BookedRefunds(Documents[Refund]):
    """What the refunds' store inherits."""

    def of_hall(self, which: HallDay) -> list[Saved[Refund]]:
        """The refunds that were requested in the hall on that day, in order: all, as they are signed for together."""
        return self.whole(_in_hall(which.branch, which.hall, *which.span), IN_ORDER, 0)

    def rows(self, branch: str, hall: str, since: datetime, until: datetime) -> list[tuple[datetime, Row]]:
        """The rows of the hall's sheets in that time, each with when it was requested. Opens nothing sealed."""
        found = self.collection.find(_in_hall(branch, hall, since, until), ROW).sort(IN_ORDER)
        return [(each["requested_at"], _row(each)) for each in found]

    def of_month(
        self, branch: str, hall: str, span: tuple[datetime, datetime], page: Mapping[str, Any]
    ) -> tuple[list[Saved[Refund]], str | None]:
        """One page of the hall's refunds of a month, oldest first, whole; and the `after` of the next one."""
        query = {"$and": [_in_hall(branch, hall, *span), _beyond(page["after"])]}
        found = self.whole(query, IN_ORDER, page["limit"])
        last = found[-1] if len(found) == page["limit"] else None
        return found, after(last.state.requested_at, last.id) if last else None

    def lines_of(self, refund_ids: Iterable[str]) -> dict[str, PaidLine]:
        """All lines of these refunds by BOSS's key, paid or not. Opens nothing sealed."""
        found = self.collection.find({"_id": {"$in": list(refund_ids)}}, LINES)
        return {line.key: line for document in found for line in _lines(document)}

    def paid_between(self, since: datetime, until: datetime) -> list[PaidLine]:
        """The lines that were known to be paid in that time, oldest first."""
        found = scan(self.collection, {"paid_times": _from_until(since, until)}, LINES, "paid_times")
        paid = [(line.paid_at, line) for document in found for line in _lines(document) if line.paid_at]
        return [line for at, line in sorted(paid, key=lambda each: (each[0], each[1].key)) if since <= at < until]

    def traces(self, scope: Scope) -> Iterator[tuple[int, str]]:
        """The traces of what counts in these days and not before them in `since`: first such day, and trace."""
        query: dict[str, Any] = {"days": _days(scope.first_day, scope.last_day)} | scope.place
        if scope.since < scope.first_day:
            query["$nor"] = [{"days": _days(scope.since, scope.first_day - 1)}]
        for document in scan(self.collection, query, TRACE, "days"):
            days = [day for day in document["days"] if day >= scope.first_day]
            yield days[0], document["state"]["trace"]["text"]


def _in_hall(branch: str, hall: str, since: datetime, until: datetime) -> dict[str, Any]:
    return {"branch": branch, "hall": hall, "requested_at": {"$gte": since, "$lt": until}}


def _row(document: Mapping[str, Any]) -> Row:
    state = document["state"]
    amount_fen = sum(line["amount_fen"] for line in state["lines"])
    return Row(document["_id"], amount_fen, state["requested_by"]["sub"])


def _beyond(end: tuple[datetime, str] | None) -> dict[str, Any]:
    if end is None:
        return {}
    moment, refund_id = end
    return {"$or": [{"requested_at": {"$gt": moment}}, {"requested_at": moment, "_id": {"$gt": refund_id}}]}


def _lines(document: Mapping[str, Any]) -> Iterator[PaidLine]:
    refund_id, place = document["_id"], (document["branch"], document.get("hall"))
    for line in (restore(values, Line) for values in document["state"]["lines"]):
        yield PaidLine(
            key=key_of(refund_id, line),
            refund_id=refund_id,
            complaint_id=document.get("complaint_id"),
            place=place,
            kind=line.kind,
            amount_fen=line.amount_fen,
            state=line.state,
            boss_reference=line.boss_reference,
            paid_at=line.paid_at,
            number=bytes(document["number_ix"]) if "number_ix" in document else None,
        )


def _from_until(first: Any, until: Any) -> dict[str, Any]:
    return {"$elemMatch": {"$gte": first, "$lt": until}}


def _days(first: int, last: int) -> dict[str, Any]:
    return _from_until(first, last + 1)


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
        found = self.whole(query, [("day", ASCENDING)], DAYS_OF_A_MONTH)
        return {saved.state.day: saved.state for saved in found}
