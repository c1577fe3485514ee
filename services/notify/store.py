"""What notify asks its database about messages and customers' SMS."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, ClassVar

from pymongo import ASCENDING, DESCENDING, IndexModel

from services.notify import events
from services.notify.inbound import INBOUND, Sms, SmsReceived
from services.notify.message import Message
from services.notify.model import MESSAGES
from services.notify.order.store import OrderedMessages
from services.notify.receipts.store import EarlyReceipts
from services.notify.sorting import Reminder
from services.notify.unlinked.store import UNLINKED_INDEXES, UnlinkedMessages
from services.rights import seen_by
from shared.aggregate import Actor, Kind, Stamp
from shared.documents import Clash, Documents
from shared.requests import Request
from shared.stored import Saved

REMINDS_OF = ("service", "month", "fee")  # the variables of a fee reminder
MOST_RISES = 20_000
MOST_REMINDERS = 20
MOST_OF_AN_EVENT = 100
MOST_ALIKE = 5
DUE_AT_ONCE = 100
WENT_OUT = ["submitting", "submitted", "unknown", "delivered", "expired"]
NEWEST_FIRST = [("created_at", DESCENDING), ("_id", DESCENDING)]


def visible(by: Actor) -> dict[str, Any]:
    """The branch filter inside every query (PR4)."""
    return dict(seen_by(by))


class Messages(OrderedMessages, UnlinkedMessages, EarlyReceipts):
    """All messages, one document each."""

    kind: ClassVar[Kind[Any]] = MESSAGES
    named_by = ("number_ix", "care_place")
    schema = events.SCHEMA
    awaited = events.AWAITED
    indexes = (
        IndexModel("provider_ids", name="provider_ids", sparse=True),
        IndexModel("care_place", name="care_place", unique=True, sparse=True),
        IndexModel([("number_ix", ASCENDING), *NEWEST_FIRST], name="number"),
        IndexModel([("complaint_id", ASCENDING), *NEWEST_FIRST], name="complaint", sparse=True),
        IndexModel([("branch", ASCENDING), *NEWEST_FIRST], name="branch"),
        IndexModel([("status", ASCENDING), *NEWEST_FIRST], name="status"),
        IndexModel([("template", ASCENDING), *NEWEST_FIRST], name="template"),
        IndexModel(NEWEST_FIRST, name="created"),
        IndexModel(
            [("status", ASCENDING), ("due_at", ASCENDING)],
            name="status_due",
            partialFilterExpression={"due_at": {"$exists": True}},
        ),
        IndexModel("state.cause", name="cause"),
        *UNLINKED_INDEXES,
    )

    def index(self, message: Message) -> Mapping[str, Any]:
        number_ix = self.keys.blind(message.to)
        return {
            "due_at": message.hold_until or message.rises_at,
            "wake_at": message.wake_at,
            "provider_ids": list(message.provider_ids) or None,
            "care_place": number_ix + message.care_slot.encode() if message.care_slot else None,
            "number_ix": number_ix,
            "complaint_id": message.complaint_id,
            "branch": message.branch,
            "status": message.status,
            "template": message.template,
            "created_at": message.created_at,
            "submitted_at": message.submitted_at,
        }

    def publish(self, message: Message, event: Any, stamp: Stamp) -> dict[str, Any] | None:
        return events.of_message(message, event, stamp)

    def of_event(self, event_id: str) -> list[Saved[Message]]:
        """The messages that this event made, oldest first."""
        return self.find({"state.cause": event_id}, [("created_at", ASCENDING)], MOST_OF_AN_EVENT)

    def with_provider_id(self, provider_id: str) -> str | None:
        """The id of the message one of whose parts the carrier calls so."""
        found = self.collection.find_one({"provider_ids": provider_id}, {"_id": 1})
        return found["_id"] if found else None

    def due_held(self) -> list[str]:
        """The held messages whose time has come, soonest first, a look's worth."""
        return self._waiting("due_at", self._clock.now(), DUE_AT_ONCE, self.due_aside, {"status": "held"})

    def rises(self, branch: str | None, since: datetime, until: datetime) -> list[str]:
        """For each rise told in this time its complaint's serial number, oldest first (ES4's digest)."""
        query = {"template": "escalated", "branch": branch, "created_at": {"$gte": since, "$lt": until}}
        told = self.find(query, [("created_at", ASCENDING)], MOST_RISES)
        return [str(saved.state.variables.get("serial_no")) for saved in told]

    def reminders(self, msisdn: str, template: str, since: datetime) -> list[Reminder]:
        """The fee reminders that went out to this number since then, newest first (IN16)."""
        query = {"number_ix": self.keys.blind(msisdn), "created_at": {"$gte": since}}
        query |= {"template": template, "status": {"$in": WENT_OUT}}
        sent = (saved.state for saved in self.find(query, NEWEST_FIRST, MOST_REMINDERS))
        return [Reminder(each.message_id, *(each.variables[name] for name in REMINDS_OF)) for each in sent]

    def search(self, filters: Mapping[str, Any], by: Actor) -> tuple[list[Saved[Message]], str | None]:
        """One page, newest first, within what the caller sees; and where the next one begins."""
        query = {"$and": [visible(by), *(self._condition(name, value) for name, value in filters.items())]}
        return self.listed(query, NEWEST_FIRST, filters["limit"])

    def _condition(self, name: str, value: Any) -> dict[str, Any]:
        match name:
            case "msisdn":
                return {"number_ix": self.keys.blind(value)}
            case "since":
                return {"created_at": {"$gte": value}}
            case "until":
                return {"created_at": {"$lt": value}}
            case "after" if value:
                at, message_id = value
                return {"$or": [{"created_at": {"$lt": at}}, {"created_at": at, "_id": {"$lt": message_id}}]}
            case "complaint_id" | "status" | "template":
                return {name: value}
            case _:
                return {}


class Inbound(Documents[Sms]):
    """Customers' SMS, one document each."""

    kind: ClassVar[Kind[Any]] = INBOUND
    named_by = ("number_ix", "likeness")
    schema = events.SCHEMA
    awaited = events.AWAITED
    indexes = (
        # IN16: a fee reminder is answered once
        IndexModel("answers", name="answers", unique=True, sparse=True),
        IndexModel([("likeness", ASCENDING), ("came_at", DESCENDING)], name="likeness", sparse=True),
        # NT4: the numbers that want no more messages of some classes
        IndexModel(
            [("number_ix", ASCENDING), ("opted_out_at", DESCENDING)],
            name="opted_out",
            partialFilterExpression={"opted_out_at": {"$exists": True}},
        ),
    )

    def index(self, sms: Sms) -> Mapping[str, Any]:
        return {
            "wake_at": sms.wake_at,
            "number_ix": self.keys.blind(sms.msisdn),
            "sent_at": sms.sent_at,
            "came_at": sms.came_at,
            "likeness": sms.likeness or None,
            "answers": sms.understood.answers,
            "opted_out_at": sms.received_at if sms.understood.sort == "opt_out" else None,
        }

    def put(self, request: Request, came: SmsReceived, by: Actor) -> Saved[Sms]:
        """An SMS that a caller brings; the first answer again where it came before."""
        try:
            return self.insert(request.id, (came,), by, self._clock.now(), request)
        except Clash as clash:
            if answered := self.answer_of(request):
                return answered
            if "answers" in clash.fields:
                raise
            return self.get(request.id)

    def alike(self, likeness: str) -> list[Sms]:
        """The newest SMS of this likeness, newest first."""
        found = self.find({"likeness": likeness}, [("came_at", DESCENDING)], MOST_ALIKE)
        return [saved.state for saved in found]

    def opted_out_at(self, msisdn: str) -> datetime | None:
        """When this number last asked for no more messages (NT4); None if it never did."""
        query = {"number_ix": self.keys.blind(msisdn), "opted_out_at": {"$exists": True}}
        found = self.collection.find_one(query, {"opted_out_at": 1}, sort=[("opted_out_at", DESCENDING)])
        return found["opted_out_at"] if found else None

    def answered(self, message_ids: Sequence[str]) -> frozenset[str]:
        """Those of these fee reminders that an SMS has answered."""
        found = self.collection.find({"answers": {"$in": list(message_ids)}}, {"answers": 1}) if message_ids else ()
        return frozenset(document["answers"] for document in found)

    def publish(self, sms: Sms, event: Any, stamp: Stamp) -> dict[str, Any] | None:
        return events.of_sms(sms, event, stamp, self.keys.seal_for_suite({"msisdn": sms.msisdn, "text": sms.text}))
