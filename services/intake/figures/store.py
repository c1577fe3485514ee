"""The queries on complaints for figures, lessons and key cases, and their indexes: a part of the complaints' store."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from pymongo import ASCENDING, DESCENDING, IndexModel

from services.intake.figures.scope import Scope
from services.intake.improving.searching import KeyCaseSearch, LessonSearch
from services.intake.model import Complaint
from shared.aggregate import Stamp
from shared.documents import Documents
from shared.fields import after
from shared.finding import readable
from shared.scanning import scan
from shared.stored import WITHOUT_HISTORY, Saved

ARCHIVED = {"archived_at": {"$exists": True}}
INDEXES = [
    IndexModel([("days", ASCENDING), ("branch", ASCENDING)], name="days"),
    IndexModel(
        [("days", ASCENDING), ("branch", ASCENDING)], name="key_days", partialFilterExpression={"key_case": True}
    ),
    IndexModel([("archived_at", DESCENDING), ("_id", DESCENDING)], name="archived", partialFilterExpression=ARCHIVED),
    IndexModel(
        [("category", ASCENDING), ("archived_at", DESCENDING), ("_id", DESCENDING)],
        name="leaf_archived",
        partialFilterExpression=ARCHIVED,
    ),
]
TRACE = {"_id": 0, "days": 1, "state.trace.text": 1}
Archived = tuple[Saved[Complaint], list[tuple[Any, Stamp]]]


def looked_up(complaint: Complaint) -> dict[str, Any]:
    """What these queries look up."""
    key = complaint.high_value or complaint.group or complaint.major is not None
    return {"days": list(complaint.trace.days), "key_case": True if key else None}


class CountedComplaints(Documents[Complaint]):
    """What the complaints' store inherits."""

    def traces(self, scope: Scope) -> Iterator[tuple[int, str]]:
        """The traces of what happened in these days and not before them in `since`: first such day, and trace."""
        query: dict[str, Any] = {"days": _between(scope.first_day, scope.last_day)} | scope.place
        if scope.since < scope.first_day:
            query["$nor"] = [{"days": _between(scope.since, scope.first_day - 1)}]
        for document in scan(self.collection, query, TRACE, "days"):
            days = [day for day in document["days"] if day >= scope.first_day]
            yield days[0], document["state"]["trace"]["text"]

    def lessons(self, asked: LessonSearch, place: Mapping[str, Any]) -> tuple[list[Archived], str | None]:
        """One page of archived complaints with their histories, newest first, and the cursor of the next one."""
        time = {"archived_at": {"$gte": asked.start, "$lt": asked.end}}
        leaf = {"category": asked.leaf} if asked.leaf else {}
        query = {"$and": [time, leaf, dict(place), _before(asked.after)]}
        newest = [("archived_at", DESCENDING), ("_id", DESCENDING)]
        found = self.collection.find(query).sort(newest).limit(asked.limit)
        found = found.hint("leaf_archived" if asked.leaf else "archived")
        page = list(found)
        last = page[-1] if len(page) == asked.limit else None
        lessons = readable(page, lambda each: (self._form.read(each), self._form.events(each)))
        return lessons, after(last["archived_at"], last["_id"]) if last else None

    def key_cases(self, asked: KeyCaseSearch, place: Mapping[str, Any]) -> tuple[list[Saved[Complaint]], str | None]:
        """One page of a week's key cases (KP5), by id, and the cursor of the next one.

        The week's own index is named, since the planner might walk through all ids instead."""
        beyond = {"_id": {"$gt": asked.after}} if asked.after else {}
        query = {"key_case": True, "days": _between(*asked.week.days), **place, **beyond}
        found = self.collection.find(query, WITHOUT_HISTORY).sort("_id", ASCENDING).limit(asked.limit).hint("key_days")
        page = list(found)
        return readable(page, self._form.read), page[-1]["_id"] if len(page) == asked.limit else None


def _between(first: int, last: int) -> dict[str, Any]:
    return {"$elemMatch": {"$gte": first, "$lte": last}}


def _before(end: tuple[datetime, str] | None) -> dict[str, Any]:
    """What comes after the end of a page, newest first."""
    if end is None:
        return {}
    moment, complaint_id = end
    return {"$or": [{"archived_at": {"$lt": moment}}, {"archived_at": moment, "_id": {"$lt": complaint_id}}]}
