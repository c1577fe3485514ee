"""Cases in MongoDB: every query of this service, and the indexes they use."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from typing import Any

from pymongo import ASCENDING, DESCENDING, IndexModel

from services.escalation import events
from services.escalation.clocks import next_break
from services.escalation.grouping import Sighting, waits_at
from services.escalation.listing import soonest
from services.escalation.model import Case
from services.escalation.moves import CASES
from services.escalation.recounting import counts_days
from services.escalation.rules import GroupPolicy
from services.escalation.simulating import Recorded, recorded_of
from services.rights import seen_by, sees_only_majors
from shared.aggregate import Actor, Stamp
from shared.documents import Documents
from shared.sealing import SealBroken
from shared.stored import Saved

# The lists that managers look at daily: what runs out next, what has run out; the rest is looked up seldom.
LISTED = ("running", "broken")
IS_LATE = {"soonest.late": {"$exists": True}}
INDEXES = [
    *(IndexModel([(f"soonest.{state}", ASCENDING), ("_id", ASCENDING)], name=f"soonest_{state}") for state in LISTED),
    *(
        IndexModel([("branch", ASCENDING), (f"soonest.{state}", ASCENDING), ("_id", ASCENDING)], name=f"branch_{state}")
        for state in LISTED
    ),
]
INDEXES += [
    IndexModel([*first, ("soonest.late", ASCENDING), ("_id", ASCENDING)], name=name, partialFilterExpression=IS_LATE)
    for name, first in (("soonest_late", []), ("branch_late", [("branch", ASCENDING)]))
]
INDEXES += [
    IndexModel(
        [(field, ASCENDING), ("registered_at", ASCENDING)],
        name=field,
        partialFilterExpression={field: {"$exists": True}},
    )
    for field in ("group_place", "incident_id")
]
COUNTING = {"counting": True}  # with running limits in working days
INDEXES.append(IndexModel([("counting", ASCENDING), ("_id", ASCENDING)], partialFilterExpression=COUNTING))
NEAR, PAGE, SHOWN_MEMBERS = 200, 100, 500
REPLAYED = ("state.facts.branch", "state.record", "state.level", "state.facts.brand", "state.facts.registered_at")
CLOCK_OUTCOME = ("state.clocks.clock_id", "state.clocks.kind", "state.clocks.state")
ASKED_AS_THEY_ARE = ("level", "branch", "hall")


def visible_to(actor: Actor) -> dict[str, Any]:
    """The condition that every query for this caller carries (PR4): own branch or hall, or majors only."""
    return seen_by(actor) | ({"major": True} if sees_only_majors(actor) else {})


class Cases(Documents[Case]):
    """One document a complaint: its clocks, its level, its steps."""

    kind = CASES
    indexes = INDEXES
    schema = events.SCHEMA
    awaited = events.AWAITED

    def index(self, state: Case) -> Mapping[str, Any]:
        """What is looked up. `due_at` is when time does something next, `wake_at` the next try to reopen."""
        return {
            "due_at": state.next_instant,
            "breaks_at": next_break(state.clocks),
            "wake_at": _wakes(state),
            "branch": state.facts.branch,
            "hall": state.facts.hall,
            "level": state.level,
            "major": True if state.major else None,
            "soonest": soonest(state),
            "counting": True if any(map(counts_days, state.clocks)) else None,
            "registered_at": state.facts.registered_at if state.facts.area else None,
            "group_place": waits_at(state),
            "incident_id": state.incident_id,
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

    def verifying(self, complaint_ids: Sequence[str]) -> list[str]:
        """Those of these cases that have, or had, a pre-refund's clock (CL5)."""
        query = {"_id": {"$in": list(complaint_ids)}, "state.clocks.moment": "pre_refunded"}
        return [document["_id"] for document in self.collection.find(query, {"_id": 1})]

    def waiting_near(self, place: str, at: datetime, policy: GroupPolicy) -> list[Sighting]:
        """Who counts at the place in no incident, as long before and after as a window can reach (MJ4)."""
        before = {"group_place": place, "registered_at": {"$gte": at - policy.within, "$lte": at}}
        after = {"group_place": place, "registered_at": {"$gt": at, "$lte": at + policy.within}}
        found = self.find(before, [("registered_at", DESCENDING)], NEAR)
        found += self.find(after, [("registered_at", ASCENDING)], NEAR)
        return [self._sighting(saved.state) for saved in found]

    def _sighting(self, case: Case) -> Sighting:
        """Whose number cannot be read (sealed under an earlier suite key) counts as a customer of his own."""
        customer = case.complaint_id
        with suppress(SealBroken, KeyError, ValueError):
            customer = self.keys.open_from_suite(case.facts.customer.sealed)["msisdn"]
        return Sighting(case.complaint_id, case.facts.registered_at, customer)

    def waiting_since(self, place: str, since: datetime) -> list[str]:
        """A page of those who count at the place in no incident; without those that just failed here."""
        query = {"group_place": place, "registered_at": {"$gte": since}, "_id": {"$nin": self.wake_aside.ids()}}
        return [document["_id"] for document in self.collection.find(query, {"_id": 1}).limit(PAGE)]

    def left_out(self, place: str, since: datetime) -> bool:
        """Whether somebody who just failed here counts at the place in no incident."""
        failed = {"_id": {"$in": self.wake_aside.ids()}}
        return self.collection.find_one({"group_place": place, "registered_at": {"$gte": since}, **failed}) is not None

    def members_of(self, incident_id: str) -> list[Saved[Case]]:
        """The oldest complaints of an incident."""
        return self.find({"incident_id": incident_id}, [("registered_at", ASCENDING)], SHOWN_MEMBERS)

    def count_members(self, incident_id: str) -> int:
        """How many complaints belong to the incident now."""
        return self.collection.count_documents({"incident_id": incident_id})

    def has_told(self, complaint_id: str, incident_id: str) -> bool:
        """Whether this case has told of the incident; nothing is unsealed."""
        query = {"_id": complaint_id, "state.alerted": incident_id}
        return self.collection.find_one(query, {"_id": 1}) is not None

    def recorded(self, after: str | None, limit: int) -> list[Recorded]:
        """One page of all cases in the order of their ids, as simulations need them; nothing is unsealed."""
        query = {"_id": {"$gt": after}} if after else {}
        found = self.collection.find(query, dict.fromkeys((*REPLAYED, *CLOCK_OUTCOME), 1)).sort("_id", 1).limit(limit)
        return [recorded_of(document["_id"], document["state"]) for document in found]

    def total(self) -> int:
        """How many cases there are, as the collection's own count says."""
        return int(self.collection.estimated_document_count())

    def counting_days(self, limit: int, after: str | None) -> tuple[list[Saved[Case]], str | None]:
        """One page of cases with running limits in working days, and the `after` of the next page."""
        query: dict[str, Any] = COUNTING | ({"_id": {"$gt": after}} if after else {})
        page = self.ids(query, limit + 1)
        found = self.find({"_id": {"$in": page[:limit]}}, [("_id", ASCENDING)], limit)
        return found, page[limit - 1] if len(page) > limit else None

    def firing_by(self, until: datetime, asked: Mapping[str, Any], by: Actor) -> tuple[list[Saved[Case]], str | None]:
        """One page of cases to which time does something by then, soonest first, and the `after` of the next page."""
        given = {name: asked[name] for name in ("branch",) if name in asked}
        come = {"due_at": {"$lte": until}}
        query = {"$and": [given, visible_to(by), come, *_beyond("due_at", asked.get("after"))]}
        return self.listed(query, [("due_at", ASCENDING), ("_id", ASCENDING)], asked["limit"])

    def due_list(self, asked: Mapping[str, Any], by: Actor) -> tuple[list[Saved[Case]], str | None]:
        """One page of cases with clocks in that state, soonest first, and the `after` of the next page."""
        earliest = f"soonest.{asked['state']}"
        given = {name: asked[name] for name in ASKED_AS_THEY_ARE if name in asked}
        times = [{earliest: {"$exists": True}}] + ([{earliest: {"$lt": asked["before"]}}] if "before" in asked else [])
        query = {"$and": [given, visible_to(by), *times, *_beyond(earliest, asked.get("after"))]}
        return self.listed(query, [(earliest, ASCENDING), ("_id", ASCENDING)], asked["limit"])


def _wakes(case: Case) -> datetime | None:
    """When intake is to be asked for something, in machine time."""
    return min((each.wake_at for each in (case.reopening, case.marking) if each), default=None)


def _beyond(soonest: str, end: tuple[datetime, str] | None) -> list[dict[str, Any]]:
    if end is None:
        return []
    moment, complaint_id = end
    return [{"$or": [{soonest: {"$gt": moment}}, {soonest: moment, "_id": {"$gt": complaint_id}}]}]
