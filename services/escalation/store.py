"""Cases in MongoDB: every query of this service, and the indexes they use."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from pymongo import ASCENDING, IndexModel

from services.escalation import events
from services.escalation.clocks import next_break, next_instant
from services.escalation.model import Case
from services.escalation.moves import CASES
from services.rights import sees_branch, sees_only_majors
from shared.aggregate import Actor, Stamp
from shared.documents import Documents
from shared.fields import after
from shared.stored import Saved

# The lists that managers look at daily: what runs out next, what has run out; the rest is looked up seldom.
LISTED = ("running", "broken")
INDEXES = [
    *(IndexModel([(f"soonest.{state}", ASCENDING), ("_id", ASCENDING)], name=f"soonest_{state}") for state in LISTED),
    *(
        IndexModel([("branch", ASCENDING), (f"soonest.{state}", ASCENDING), ("_id", ASCENDING)], name=f"branch_{state}")
        for state in LISTED
    ),
]
ASKED_AS_THEY_ARE = ("level", "branch", "hall")


def visible_to(actor: Actor) -> dict[str, Any]:
    """The condition that every query for this caller carries (PR4): own branch, or majors only."""
    branch = sees_branch(actor)
    return ({"branch": branch} if branch else {}) | ({"major": True} if sees_only_majors(actor) else {})


class Cases(Documents[Case]):
    """One document a complaint: its clocks, its level, its steps."""

    kind = CASES
    indexes = INDEXES
    schema = events.SCHEMA
    awaited = events.AWAITED

    def index(self, state: Case) -> Mapping[str, Any]:
        """What is looked up. `due_at` is the next instant of any clock, `wake_at` the next try to reopen."""
        return {
            "due_at": next_instant(state.clocks),
            "breaks_at": next_break(state.clocks),
            "wake_at": state.reopening.wake_at if state.reopening else None,
            "branch": state.facts.branch,
            "hall": state.facts.hall,
            "level": state.level,
            "major": True if state.major else None,
            "soonest": _soonest(state),
        }

    def publish(self, state: Case, event: Any, stamp: Stamp) -> dict[str, Any] | None:
        """The event's `data` on the bus."""
        return events.told(state, event, stamp)

    def knows(self, complaint_id: str) -> bool:
        """Whether the complaint has its case already."""
        return self.collection.find_one({"_id": complaint_id}, {"_id": 1}) is not None

    def breaking(self, complaint_ids: Sequence[str]) -> list[str]:
        """Those of these cases of which a clock is about to break, not only to warn."""
        query = {"_id": {"$in": list(complaint_ids)}, "breaks_at": {"$lte": self._clock.now()}}
        return [document["_id"] for document in self.collection.find(query, {"_id": 1})]

    def due_list(self, asked: Mapping[str, Any], by: Actor) -> tuple[list[Saved[Case]], str | None]:
        """One page of cases with clocks in that state, soonest first, and the `after` of the next page."""
        soonest, limit = f"soonest.{asked['state']}", asked["limit"]
        given = {name: asked[name] for name in ASKED_AS_THEY_ARE if name in asked}
        times = [{soonest: {"$exists": True}}] + ([{soonest: {"$lt": asked["before"]}}] if "before" in asked else [])
        query = {"$and": [given, visible_to(by), *times, *_beyond(soonest, asked.get("after"))]}
        found = self.find(query, [(soonest, ASCENDING), ("_id", ASCENDING)], limit + 1)
        return found[:limit], _end(found[limit - 1], asked["state"]) if len(found) > limit else None


def _soonest(case: Case) -> dict[str, datetime]:
    """For each state the earliest due time of the clocks in it."""
    latest_first = sorted(case.clocks, key=lambda clock: clock.due_at, reverse=True)
    return {clock.state: clock.due_at for clock in latest_first}


def _beyond(soonest: str, end: tuple[datetime, str] | None) -> list[dict[str, Any]]:
    if end is None:
        return []
    moment, complaint_id = end
    return [{"$or": [{soonest: {"$gt": moment}}, {soonest: moment, "_id": {"$gt": complaint_id}}]}]


def _end(last: Saved[Case], state: str) -> str:
    return after(_soonest(last.state)[state], last.id)
