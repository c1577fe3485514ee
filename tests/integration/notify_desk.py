"""Notify's parts on a real database, one process of it, without a broker: written, dispatched, received."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from pymongo import MongoClient
from pymongo.database import Database

from services.notify.dispatch import Carrier, Dispatch
from services.notify.expanding import Draft
from services.notify.mailbox import Mailbox
from services.notify.message import Message
from services.notify.outgoing import Order, Outgoing
from services.notify.receiving import Receipts
from services.notify.releasing import Releasing
from services.notify.store import Inbound, Messages
from shared.clock import machine_now
from shared.codec import plain
from shared.stored import Outbox
from suite.mongo import Mongo
from tests.unit.notify.makers import CUSTOMER, SERIAL, organisation, policy, shanghai, templates
from tests.unit.shared_core.sample import keys


class Relay:
    """Keeps what would have been published."""

    def __init__(self) -> None:
        self.sent: list[str] = []

    def send(self, _document_id: str, outbox: Outbox) -> None:
        self.sent += [entry["type"] for entry in outbox]


class MovedClock:
    """Business time that a test sets."""

    def __init__(self) -> None:
        self.at = shanghai("2026-11-23 09:00")

    def now(self) -> datetime:
        return self.at

    def passes(self, **span: float) -> None:
        self.at += timedelta(**span)


class Desk:
    """One process of notify."""

    def __init__(self, database: Database[Any], clock: MovedClock | None = None) -> None:
        self.clock, self.relay, self.keys = clock or MovedClock(), Relay(), keys()
        self.messages = Messages(database, self.keys, self.clock, self.relay)
        self.inbound = Inbound(database, self.keys, self.clock, self.relay)
        self.messages.prepare()
        self.inbound.prepare()
        self.receipts = Receipts(self.messages, policy().carrier)
        given = (policy(), templates(), organisation(), self.inbound.opted_out_at)
        self.outgoing = Outgoing(self.messages, *given)
        self.mailbox = Mailbox(self.inbound, self.messages, self.outgoing, self.clock)
        self.releasing = Releasing(self.messages, self.clock, policy(), templates())

    def dispatch(self, carrier: Carrier) -> Dispatch:
        return Dispatch(self.messages, carrier, policy(), self.inbound.opted_out_at)

    def write(self, template: str = "survey", to: str = CUSTOMER, **values: Any) -> str:
        """A message of its own, if queued ready to go; its id."""
        draft = Draft(template, "customer", to, values or {"serial_no": SERIAL}, "c1", "SZ")
        written = self.outgoing.write(Order(uuid4().hex, draft, "test"), self.clock.now())
        if (written.state.wake_at or machine_now()) > machine_now():
            self.awake(written.id, timedelta(minutes=1))
        return written.id

    def told(self, service: str, type: str, data: dict[str, Any], event_id: str = "e1") -> Sequence[Message]:
        """The messages that stand after an event was told."""
        now = self.clock.now()
        self.outgoing.tell(service, {"event_id": event_id, "type": type, "at": now.isoformat(), "data": data}, now)
        return self.all()

    def state(self, message_id: str) -> Message:
        return self.messages.get(message_id).state

    def all(self, **query: Any) -> list[Message]:
        return [saved.state for saved in self.messages.find(query, [("created_at", 1)], 200)]

    def awake(self, message_id: str, by: timedelta = timedelta(hours=1)) -> None:
        """Moves a message's machine times back, as if `by` had passed."""
        document = self.messages.collection.find_one({"_id": message_id})
        assert document is not None
        moved = document["wake_at"] - by
        both = {"wake_at": moved, "state.wake_at": plain(moved)}
        self.messages.collection.update_one({"_id": message_id}, {"$set": both})


@contextmanager
def desk_on(mongo: Mongo) -> Iterator[Desk]:
    """A desk with a database of its own, which goes with it."""
    with MongoClient[Any](mongo.mongo_url, retryWrites=False, tz_aware=True) as client:
        name = f"notify_{uuid4().hex[:12]}"
        yield Desk(client[name])
        client.drop_database(name)
