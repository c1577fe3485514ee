"""Every query of the copies of complaints, which intake and escalation own; all but one are by id."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import pymongo
from pymongo import ASCENDING, IndexModel
from pymongo.collection import Collection
from pymongo.errors import DuplicateKeyError

from services.refund.claim import Complaint
from shared.presence import INDEXED_WITHIN
from shared.sealing import KeyRing, SealBroken

# RF13: what was disputed in a week
INDEXES = [
    IndexModel([("registered_at", ASCENDING)], name="disputed", partialFilterExpression={"disputed_fen": {"$gt": 0}}),
]
UNDISPUTED = ("refused", "withdrawn")
THE_CUSTOMERS_ACTS = ("registered_at", "reopened_at", "urged_at")


def last_act(facts: Mapping[str, Any]) -> datetime:
    """When the customer last asked (NT2)."""
    return max(datetime.fromisoformat(facts[name]) for name in THE_CUSTOMERS_ACTS if facts.get(name))


def verify_by(case: Mapping[str, Any]) -> dict[str, datetime]:
    """Until when each pre-refund of the case has to be verified (CL5), by refund id."""
    clocks = (clock for clock in case["clocks"] if clock["kind"] == "verification")
    return {clock["clock_id"]: clock["due_at"] for clock in clocks if clock["due_at"]}


class ComplaintCopies:
    """What intake and escalation said last of each complaint. Late copies only refuse, they never allow."""

    def __init__(self, collection: Collection[Any], keys: KeyRing) -> None:
        self._collection, self._keys = collection, keys

    def prepare(self) -> None:
        """Makes the indexes."""
        with pymongo.timeout(INDEXED_WITHIN):
            self._collection.create_indexes(INDEXES)

    def keep_facts(self, facts: Mapping[str, Any], asked: bool = False) -> None:
        """Takes over intake's facts, if they are newer than what is known; what was asked for just now also if equal:
        the number is sealed under the key of today."""
        kept = {name: facts[name] for name in ("branch", "status", "channel", "ticket_type", "brand")}
        kept |= {"verified": facts["verified"], "sealed": facts["customer"]["sealed"]}
        kept |= {"acted_at": last_act(facts), "accused": facts["accused"]}
        kept |= {"hall": facts.get("hall"), "disputed_fen": facts.get("disputed_amount_fen")}
        kept |= {"registered_at": datetime.fromisoformat(facts["registered_at"])}
        again = {"seq": facts["seq"], "sealed": {"$exists": True}}  # where nothing is sealed, it was erased
        self._keep(facts["complaint_id"], "seq", facts["seq"], kept, [again] if asked else [])

    def keep_case(self, case: Mapping[str, Any]) -> None:
        """Takes over from escalation which kinds of clocks have broken, and until when pre-refunds have to be verified,
        if it is newer than what is known."""
        broken = sorted({clock["kind"] for clock in case["clocks"] if clock["state"] == "broken"})
        kept = {"broken": broken, "verify_by": verify_by(case)}
        self._keep(case["complaint_id"], "case_seq", case["seq"], kept)

    def _keep(
        self, complaint_id: str, mark: str, seq: int, values: dict[str, Any], also: Sequence[dict[str, Any]] = ()
    ) -> None:
        older = {"_id": complaint_id, "$or": [{mark: {"$exists": False}}, {mark: {"$lt": seq}}, *also]}
        newer = {"$set": {**values, mark: seq}}
        try:
            self._collection.update_one(older, newer, upsert=True)
        except DuplicateKeyError:  # it is there: newer than this, or made by somebody else in this moment
            self._collection.update_one(older, newer)

    def forget(self, complaint_id: str) -> None:
        """Takes the customer out of the copy (PR1)."""
        self._collection.update_one({"_id": complaint_id}, {"$unset": {"sealed": ""}})

    def accused(self, complaint_id: str) -> frozenset[str]:
        """Who is accused of a prohibition in it, as far as is known (IN15). Opens nothing sealed."""
        copy = self._collection.find_one({"_id": complaint_id}, {"accused": 1})
        return frozenset(copy.get("accused", ())) if copy else frozenset()

    def verify_by(self, complaint_id: str, refund_id: str) -> datetime | None:
        """Until when the pre-refund has to be verified, as far as is known (CL5). Opens nothing sealed."""
        copy = self._collection.find_one({"_id": complaint_id}, {"verify_by": 1})
        due_at: datetime | None = copy.get("verify_by", {}).get(refund_id) if copy else None
        return due_at

    def find(self, complaint_id: str) -> Complaint | None:
        """The complaint, once intake's facts are known; None where they are sealed under a key that was taken away."""
        copy = self._collection.find_one({"_id": complaint_id, "sealed": {"$exists": True}})
        if copy is None:
            return None
        try:
            msisdn = self._keys.open_from_suite(copy["sealed"])["msisdn"]
        except SealBroken:
            return None
        return Complaint(
            complaint_id=complaint_id,
            branch=copy["branch"],
            status=copy["status"],
            channel=copy["channel"],
            msisdn=msisdn,
            verified=copy["verified"],
            broken=frozenset(copy.get("broken", ())),
            acted_at=copy["acted_at"],
            accused=frozenset(copy.get("accused", ())),
            brand=copy.get("brand"),
            ticket_type=copy.get("ticket_type", "complaint"),
        )

    def disputed(self, since: datetime, until: datetime) -> dict[tuple[str | None, str | None], int]:
        """What customers disputed in complaints registered in that time, in fen by branch and hall (RF13); complaints
        that were refused or withdrawn do not count."""
        registered = {"registered_at": {"$gte": since, "$lt": until}, "disputed_fen": {"$gt": 0}}
        place = {"branch": "$branch", "hall": {"$ifNull": ["$hall", None]}}
        stages = [
            {"$match": registered | {"status": {"$nin": UNDISPUTED}}},
            {"$group": {"_id": place, "fen": {"$sum": "$disputed_fen"}}},
        ]
        return {
            (each["_id"]["branch"], each["_id"]["hall"]): each["fen"] for each in self._collection.aggregate(stages)
        }
