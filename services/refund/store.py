"""Every query of refunds, with their indexes; the copies of complaints beside them have a store of their own."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, ClassVar

from pymongo import IndexModel
from pymongo.database import Database

from services.refund import events
from services.refund.books import store as books
from services.refund.claim import Claim, charge, same_service
from services.refund.copies.store import ComplaintCopies
from services.refund.course import REFUNDS
from services.refund.doubts import store as doubts
from services.refund.model import AT_ONCE, Refund
from services.refund.requesting import Pieces
from services.rights import seen_by
from shared.aggregate import Actor, Kind, Stamp
from shared.clock import Clock
from shared.documents import Relay
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
    # RF9, RF11, RF12: every claim is the n-th of its number and of its complaint, so that each counts all before it
    IndexModel(
        [("number_ix", 1), ("number_place", 1)],
        name="number_place",
        unique=True,
        partialFilterExpression={"number_place": {"$exists": True}},
    ),
    IndexModel(
        [("complaint_id", 1), ("complaint_place", 1)],
        name="complaint_place",
        unique=True,
        partialFilterExpression={"complaint_place": {"$exists": True}},
    ),
    IndexModel([("complaint_id", 1)], name="complaint", sparse=True),
    IndexModel([("number_ix", 1), ("requested_at", -1)], name="number"),
    IndexModel([("branch", 1), ("requested_at", -1), ("_id", -1)], name="branch"),
    IndexModel([("requested_at", -1), ("_id", -1)], name="newest"),
    *books.INDEXES,
    *doubts.INDEXES,
]
PIECES = ("claimed_fen", "extra_fen", "late_fee_fen")
NEWEST_FIRST = [("requested_at", -1), ("_id", -1)]


def visible(by: Actor) -> dict[str, Any]:
    """The branch and hall filter inside every query (PR4)."""
    return dict(seen_by(by))


class Refunds(doubts.DoubtedRefunds, books.BookedRefunds):
    """The refunds, and beside them the copies of the complaints."""

    kind: ClassVar[Kind[Any]] = REFUNDS
    named_by = ("number_ix", "number_place", "charge_ix", "goodwill_ix", "goodwill_slot")
    indexes = INDEXES
    schema = events.SCHEMA
    awaited = events.AWAITED

    def __init__(self, database: Database[Any], keys: KeyRing, clock: Clock, relay: Relay) -> None:
        super().__init__(database, keys, clock, relay)
        self.complaints = ComplaintCopies(database["complaints"], keys)

    def prepare(self) -> None:
        super().prepare()
        self.complaints.prepare()

    def index(self, state: Refund) -> Mapping[str, Any]:
        claim = state.claim
        goodwill = state.holds_charge and state.goodwill_slot is not None
        return {
            "status": state.status,
            "sort": claim.sort,
            "branch": claim.branch,
            "hall": claim.hall,
            "complaint_id": claim.complaint_id,
            "requested_at": state.requested_at,
            "number_ix": self.keys.blind(claim.msisdn),
            "charge_ix": self._charge(claim) if state.holds_charge else None,
            "goodwill_ix": self._service(claim) if goodwill else None,
            "goodwill_slot": state.goodwill_slot if goodwill else None,
            "number_place": state.number_place,
            "complaint_place": state.complaint_place,
            "claimed_fen": state.committed_fen if state.holds_charge else None,
            "extra_fen": claim.extra_fen or None if state.holds_charge else None,
            "late_fee_fen": claim.late_fee_fen or None if state.holds_charge else None,
            "wake_at": state.wake_at,
            **books.looked_up(state),
            **doubts.looked_up(state),
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

    def pieces(self, claim: Claim, besides: str, since: datetime) -> Pieces:
        """The other claims of its complaint, and of its number since then (RF12)."""
        of_number = {"number_ix": self.keys.blind(claim.msisdn), "requested_at": {"$gte": since}}
        either = [of_number, {"complaint_id": claim.complaint_id}] if claim.complaint_id else [of_number]
        match = {"$or": either, "_id": {"$ne": besides}, "claimed_fen": {"$exists": True}}
        claimed = list(self.collection.find(match, dict.fromkeys(PIECES, 1)))
        return Pieces(*(sum(each.get(name, 0) for each in claimed) for name in PIECES))

    def places(self, claim: Claim) -> tuple[int, int | None]:
        """The next free places in the row of its number's and its complaint's claims."""
        of_number = self._next_place("number_place", {"number_ix": self.keys.blind(claim.msisdn)})
        if claim.complaint_id is None:
            return of_number, None
        return of_number, self._next_place("complaint_place", {"complaint_id": claim.complaint_id})

    def _next_place(self, place: str, row: Mapping[str, Any]) -> int:
        last = self.collection.find_one({**row, place: {"$exists": True}}, {place: 1}, sort=[(place, -1)])
        return 1 + (last[place] if last else 0)

    def interrupted(self, machine_now: datetime, limit: int) -> list[str]:
        """The ids of refunds that were being sent when their lease ran out, soonest first."""
        sent = {"status": "paying", "wake_at": {"$gt": AT_ONCE, "$lte": machine_now}}
        return self._waiting("wake_at", machine_now, limit, self.wake_aside, sent)

    def pulse(self) -> dict[str, Any]:
        """As for all documents; what is approved or on its way to BOSS is work too, however long its lease."""
        on_its_way = {"wake_at": {"$exists": True}, "status": {"$in": ["approved", "paying"]}}
        pulse = super().pulse()
        return pulse | {"waking": pulse["waking"] + self.collection.count_documents(on_its_way)}

    def search(self, filters: Mapping[str, Any], by: Actor) -> tuple[list[Saved[Refund]], str | None]:
        """One page, newest first, and the `after` of the next one."""
        query = [visible(by), *(self._condition(name, value) for name, value in filters.items())]
        return self.listed({"$and": query}, NEWEST_FIRST, filters["limit"])

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
