"""Every query of refund, with its indexes: the refunds, and copies of the complaints that intake and escalation own."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, ClassVar

from pymongo import IndexModel
from pymongo.collection import Collection
from pymongo.database import Database
from pymongo.errors import DuplicateKeyError

from services.refund import events
from services.refund.claim import Claim, Complaint, charge, same_service
from services.refund.course import REFUNDS
from services.refund.model import Refund
from services.rights import sees_branch
from shared.aggregate import Actor, Kind, Stamp
from shared.clock import Clock
from shared.documents import Documents, Relay
from shared.fields import after
from shared.sealing import KeyRing
from shared.stored import Saved

INDEXES = [
    # RF19: number, service and period are refunded once
    IndexModel(
        [("number_ix", 1), ("charge_ix", 1)],
        name="charge",
        unique=True,
        partialFilterExpression={"charge_ix": {"$exists": True}},
    ),
    # RF8: so many places for unverifiable refunds of one number and service
    IndexModel(
        [("number_ix", 1), ("goodwill_ix", 1), ("goodwill_slot", 1)],
        name="goodwill",
        unique=True,
        partialFilterExpression={"goodwill_ix": {"$exists": True}},
    ),
    IndexModel([("complaint_id", 1)], name="complaint", sparse=True),
    IndexModel([("number_ix", 1), ("requested_at", -1)], name="number"),
    IndexModel([("branch", 1), ("requested_at", -1), ("_id", -1)], name="branch"),
    IndexModel([("requested_at", -1), ("_id", -1)], name="newest"),
]
THE_CUSTOMERS_ACTS = ("registered_at", "reopened_at", "urged_at")
NEWEST_FIRST = [("requested_at", -1), ("_id", -1)]


def visible(by: Actor) -> dict[str, Any]:
    """The branch filter inside every query."""
    branch = sees_branch(by)
    return {} if branch is None else {"branch": branch}


class Refunds(Documents[Refund]):
    """The refunds, and beside them the copies of the complaints."""

    kind: ClassVar[Kind[Any]] = REFUNDS
    indexes = INDEXES
    schema = events.SCHEMA
    awaited = events.AWAITED

    def __init__(self, database: Database[Any], keys: KeyRing, clock: Clock, relay: Relay) -> None:
        super().__init__(database, keys, clock, relay)
        self.complaints = ComplaintCopies(database["complaints"], keys)

    def index(self, state: Refund) -> Mapping[str, Any]:
        claim = state.claim
        goodwill = state.holds_charge and state.goodwill_slot is not None
        return {
            "status": state.status,
            "branch": claim.branch,
            "hall": claim.hall,
            "complaint_id": claim.complaint_id,
            "requested_at": state.requested_at,
            "number_ix": self.keys.blind(claim.msisdn),
            "charge_ix": self._charge(claim) if state.holds_charge else None,
            "goodwill_ix": self._service(claim) if goodwill else None,
            "goodwill_slot": state.goodwill_slot if goodwill else None,
            "claimed_fen": state.total_fen if state.holds_charge else None,
            "wake_at": state.wake_at,
        }

    def publish(self, state: Refund, event: Any, stamp: Stamp) -> dict[str, Any] | None:
        return events.announced(state, event, stamp, self.keys)

    def _charge(self, claim: Claim) -> bytes:
        return self.keys.blind("\0".join(charge(claim)))

    def _service(self, claim: Claim) -> bytes:
        return self.keys.blind("\0".join((claim.msisdn, same_service(claim.service))))

    def holder(self, claim: Claim, besides: str) -> str | None:
        """The id of the refund that has the claim's charge (RF19)."""
        query = {"number_ix": self.keys.blind(claim.msisdn), "charge_ix": self._charge(claim), "_id": {"$ne": besides}}
        found = self.collection.find_one(query, {"_id": 1})
        return str(found["_id"]) if found else None

    def goodwill(self, claim: Claim, besides: str) -> frozenset[int]:
        """The places that other unverifiable refunds of this number and service take (RF8)."""
        place = {"number_ix": self.keys.blind(claim.msisdn), "goodwill_ix": self._service(claim)}
        query = {**place, "_id": {"$ne": besides}}
        return frozenset(each["goodwill_slot"] for each in self.collection.find(query, {"goodwill_slot": 1}))

    def pieces_fen(self, claim: Claim, besides: str, since: datetime) -> int:
        """The totals of the other claims of its complaint, and of its number since then (RF12), in fen."""
        of_number = {"number_ix": self.keys.blind(claim.msisdn), "requested_at": {"$gte": since}}
        either = [of_number, {"complaint_id": claim.complaint_id}] if claim.complaint_id else [of_number]
        match = {"$or": either, "_id": {"$ne": besides}, "claimed_fen": {"$exists": True}}
        claimed = self.collection.find(match, {"claimed_fen": 1})
        return sum(each["claimed_fen"] for each in claimed)

    def pulse(self) -> dict[str, Any]:
        """As for all documents; what is approved or on its way to BOSS is work too, however long its lease."""
        on_its_way = {"wake_at": {"$exists": True}, "status": {"$in": ["approved", "paying"]}}
        pulse = super().pulse()
        return pulse | {"waking": pulse["waking"] + self.collection.count_documents(on_its_way)}

    def search(self, filters: Mapping[str, Any], by: Actor) -> tuple[list[Saved[Refund]], str | None]:
        """One page, newest first, and the `after` of the next one."""
        query = [visible(by), *(self._condition(name, value) for name, value in filters.items())]
        found = self.find({"$and": query}, NEWEST_FIRST, filters["limit"] + 1)
        items = found[: filters["limit"]]
        last = items[-1] if len(found) > len(items) else None
        return items, after(last.state.requested_at, last.id) if last else None

    def _condition(self, name: str, value: Any) -> dict[str, Any]:
        match name:
            case "limit":
                return {}
            case "msisdn":
                return {"number_ix": self.keys.blind(value)}
            case "since":
                return {"requested_at": {"$gte": value}}
            case "until":
                return {"requested_at": {"$lt": value}}
            case "after":
                moment, refund_id = value
                return {"$or": [{"requested_at": {"$lt": moment}}, {"requested_at": moment, "_id": {"$lt": refund_id}}]}
            case _:
                return {name: value}


def last_act(facts: Mapping[str, Any]) -> datetime:
    """When the customer last asked (NT2)."""
    return max(datetime.fromisoformat(facts[name]) for name in THE_CUSTOMERS_ACTS if facts.get(name))


class ComplaintCopies:
    """What intake and escalation said last of each complaint. Late copies only refuse, they never allow."""

    def __init__(self, collection: Collection[Any], keys: KeyRing) -> None:
        self._collection, self._keys = collection, keys

    def keep_facts(self, facts: Mapping[str, Any]) -> None:
        """Takes over intake's facts, if they are newer than what is known."""
        kept = {name: facts[name] for name in ("branch", "status", "channel")}
        kept |= {"verified": facts["verified"], "sealed": facts["customer"]["sealed"]}
        kept |= {"acted_at": last_act(facts), "accused": facts["accused"]}
        self._keep(facts["complaint_id"], "seq", facts["seq"], kept)

    def keep_case(self, case: Mapping[str, Any]) -> None:
        """Takes over from escalation which kinds of clocks have broken, if it is newer than what is known."""
        broken = sorted({clock["kind"] for clock in case["clocks"] if clock["state"] == "broken"})
        self._keep(case["complaint_id"], "case_seq", case["seq"], {"broken": broken})

    def _keep(self, complaint_id: str, mark: str, seq: int, values: dict[str, Any]) -> None:
        older = {"_id": complaint_id, "$or": [{mark: {"$exists": False}}, {mark: {"$lt": seq}}]}
        newer = {"$set": {**values, mark: seq}}
        try:
            self._collection.update_one(older, newer, upsert=True)
        except DuplicateKeyError:  # it is there: newer than this, or made by somebody else in this moment
            self._collection.update_one(older, newer)

    def find(self, complaint_id: str) -> Complaint | None:
        """The complaint, once intake's facts are known."""
        copy = self._collection.find_one({"_id": complaint_id, "seq": {"$exists": True}})
        if copy is None:
            return None
        return Complaint(
            complaint_id=complaint_id,
            branch=copy["branch"],
            status=copy["status"],
            channel=copy["channel"],
            msisdn=self._keys.open_from_suite(copy["sealed"])["msisdn"],
            verified=copy["verified"],
            broken=frozenset(copy.get("broken", ())),
            acted_at=copy["acted_at"],
            accused=frozenset(copy.get("accused", ())),
        )
