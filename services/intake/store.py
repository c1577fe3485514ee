"""Complaints in MongoDB: every query of this service, and the indexes they use."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from pymongo import ASCENDING, DESCENDING, IndexModel

from services.intake import events
from services.intake.figures import store as counting
from services.intake.history import COMPLAINTS
from services.intake.model import Complaint
from services.intake.open_tasks import open_tasks
from services.intake.repeats import Standing
from services.intake.search_schema import Search
from services.intake.task_requests_schema import TaskSearch
from services.intake.values import Task
from services.intake.vocabulary import Status
from services.rights import seen_by, sees_only_majors
from shared.aggregate import Actor, Stamp
from shared.fields import after
from shared.stored import Saved

NEWEST_FIRST = [("registered_at", DESCENDING), ("_id", DESCENDING)]
# The number's blind index comes first, so that it can be the shard key later.
INDEXES = [
    IndexModel(
        [("number_ix", ASCENDING), ("category", ASCENDING), ("nth", ASCENDING)],
        name="nth",
        unique=True,
        partialFilterExpression={"nth": {"$exists": True}},
    ),
    IndexModel(
        [("number_ix", ASCENDING), ("category", ASCENDING)],
        name="one_live",
        unique=True,
        partialFilterExpression={"live": True},
    ),
    IndexModel("serial_no", name="serial_no", unique=True),
    IndexModel([("number_ix", ASCENDING), ("registered_at", DESCENDING)], name="number"),
    IndexModel([("branch", ASCENDING), ("registered_at", DESCENDING), ("_id", DESCENDING)], name="branch"),
    IndexModel([("registered_at", DESCENDING), ("_id", DESCENDING)], name="registered_at"),
    *counting.INDEXES,
]
MOST_OF_A_NUMBER = 50
# A department's queue; a hall's day (IN20); recharges (IN25).
INDEXES += [
    IndexModel([(first, ASCENDING), *NEWEST_FIRST], name=name, partialFilterExpression={first: {"$exists": True}})
    for first, name in (("department", "queue"), ("hall", "hall"), ("recharge", "recharge"))
]
# Task lists: by place, and each one's own.
INDEXES += [
    IndexModel(
        [(first, ASCENDING), (f"{tasks}.due_at", ASCENDING)],
        name=f"{tasks}_{first.partition('.')[0]}",
        partialFilterExpression={tasks: {"$exists": True}},
    )
    for tasks, first in (("open_tasks", "branch"), ("open_tasks", "open_tasks.for_whom"), ("done_tasks", "branch"))
]
STANDING = {"nth": 1, "live": 1, "archived_at": 1, "repeat_count": 1}
LISTED = ("task_id", "kind", "for_whom", "due_at")
Listed = tuple[Saved[Complaint], str]  # a complaint, and the id of one of its tasks
ASKED_AS_THEY_ARE = ("status", "branch", "hall", "handler", "category")


def visible_to(actor: Actor) -> dict[str, Any]:
    """The condition that every query for this caller carries (PR4): own branch or hall, or majors only."""
    return seen_by(actor) | ({"major": True} if sees_only_majors(actor) else {})


class Complaints(counting.CountedComplaints):
    """One document a complaint, with its history and its events."""

    kind = COMPLAINTS
    named_by = ("number_ix", "nth", "live")
    indexes = INDEXES
    schema = events.SCHEMA
    awaited = events.AWAITED

    def index(self, state: Complaint) -> Mapping[str, Any]:
        """What is looked up. `live` is set on the one open or replied complaint of its number and leaf (IN8)."""
        return {
            "number_ix": self.keys.blind(state.customer.msisdn),
            "category": state.category,
            "nth": state.place.nth,
            "live": True if state.live and state.place.nth else None,
            "repeat_count": state.place.repeat_count or None,
            "serial_no": state.serial_no,
            "status": state.status,
            "branch": state.branch,
            "hall": state.hall,
            "handler": state.handler,
            "department": state.department,
            "major": True if state.major else None,
            "recharge": True if state.recharge_leaf or state.recharge else None,
            "registered_at": state.registered_at,
            "archived_at": state.archived_at,
            **counting.looked_up(state),
            "open_tasks": _listed(state, open_tasks(state)),
            "done_tasks": _listed(state, [each for each in state.tasks if not each.open]),
        }

    def publish(self, state: Complaint, event: Any, _stamp: Stamp) -> dict[str, Any] | None:
        """The event's `data` on the bus."""
        return events.told(state, event, self.keys)

    def earlier(self, msisdn: str, category: str) -> list[Standing]:
        """All complaints that have a place on this number and leaf (IN8)."""
        query = {"number_ix": self.keys.blind(msisdn), "category": category, "nth": {"$exists": True}}
        return [_standing(document) for document in self.collection.find(query, STANDING)]

    def by_serial_no(self, serial_no: str, visible: Mapping[str, Any]) -> Saved[Complaint] | None:
        """The complaint with this serial number, if it is visible."""
        return self.first({"serial_no": serial_no, **visible}, [("_id", ASCENDING)])

    def tasks(self, asked: TaskSearch, visible: Mapping[str, Any]) -> tuple[list[Listed], str | None]:
        """One page of tasks, soonest first, and the cursor of the next one if there may be one."""
        found = list(self.collection.aggregate(task_page(asked, visible)))
        ids = list({each["_id"] for each in found}) or [""]
        saved = {each.id: each for each in self.find({"_id": {"$in": ids}}, [("_id", ASCENDING)], len(ids))}
        last = found[-1]["task"] if len(found) == asked.limit else None
        listed = [(saved[each["_id"]], each["task"]["task_id"]) for each in found if each["_id"] in saved]
        return listed, after(last["due_at"], last["key"]) if last else None

    def of_number(self, msisdn: str, *statuses: Status) -> list[Complaint]:
        """The tickets of this number in one of these states, newest first; at most some dozens."""
        query = {"number_ix": self.keys.blind(msisdn), "status": {"$in": statuses}}
        return [saved.state for saved in self.find(query, NEWEST_FIRST, MOST_OF_A_NUMBER)]

    def search(self, asked: Search, visible: Mapping[str, Any]) -> tuple[list[Saved[Complaint]], str | None]:
        """One page, newest first, and the cursor of the next one."""
        query = {"$and": [self._conditions(asked), dict(visible)]}
        return self.listed(query, NEWEST_FIRST, asked.limit)

    def _conditions(self, asked: Search) -> dict[str, Any]:
        given = {name: getattr(asked, name) for name in ASKED_AS_THEY_ARE}
        query: dict[str, Any] = {name: value for name, value in given.items() if value is not None}
        if asked.msisdn:
            query["number_ix"] = self.keys.blind(asked.msisdn)
        if asked.queue:
            query["department"] = asked.queue
        if asked.major is not None:
            query["major"] = True if asked.major else {"$exists": False}
        if asked.recharge:
            query["recharge"] = True
        between = {"$gte": asked.registered_from, "$lte": asked.registered_to}
        if known := {bound: moment for bound, moment in between.items() if moment}:
            query["registered_at"] = known
        return query | (_beyond(*asked.after) if asked.after else {})


def _listed(complaint: Complaint, tasks: Iterable[Task]) -> list[dict[str, Any]] | None:
    """What task lists look up, None for no tasks; `key` breaks ties between tasks of one due time."""
    return [
        {name: getattr(task, name) for name in LISTED} | {"key": f"{complaint.complaint_id}.{task.task_id}"}
        for task in tasks
    ] or None


def task_page(asked: TaskSearch, visible: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The complaints that have such a task (by index), their tasks one by one, the soonest of them."""
    listed = "open_tasks" if asked.open else "done_tasks"
    where = {name: value for name in ("branch", "hall") if (value := getattr(asked, name))}
    wanted: dict[str, Any] = {name: value for name in ("kind", "for_whom") if (value := getattr(asked, name))}
    if asked.before:
        wanted["due_at"] = {"$lt": asked.before}
    mine = {f"{listed}.for_whom": asked.for_whom} if asked.for_whom else {}
    some = {listed: {"$exists": True, "$elemMatch": wanted} if wanted else {"$exists": True}}
    of_page: list[dict[str, Any]] = [{f"task.{name}": value} for name, value in wanted.items()]
    if asked.after:
        due_at, key = asked.after
        of_page.append({"$or": [{"task.due_at": {"$gt": due_at}}, {"task.due_at": due_at, "task.key": {"$gt": key}}]})
    return [
        {"$match": {"$and": [{"branch": {"$gte": ""}}, where, mine, dict(visible), some]}},
        {"$project": {"task": f"${listed}"}},
        {"$unwind": "$task"},
        {"$match": {"$and": of_page} if of_page else {}},
        {"$sort": {"task.due_at": 1, "task.key": 1}},
        {"$limit": asked.limit},
    ]


def _beyond(registered_at: datetime, complaint_id: str) -> dict[str, Any]:
    same_time = {"registered_at": registered_at, "_id": {"$lt": complaint_id}}
    return {"$or": [{"registered_at": {"$lt": registered_at}}, same_time]}


def _standing(document: Mapping[str, Any]) -> Standing:
    return Standing(
        document["_id"],
        document["nth"],
        document.get("live", False),
        document.get("archived_at"),
        document.get("repeat_count", 0),
    )
