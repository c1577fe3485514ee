"""The documents of one kind in one collection, as they are read: by id, by query, by time, as they once were."""

from collections.abc import Container, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, ClassVar

import pymongo
from pymongo import IndexModel
from pymongo.cursor import Cursor
from pymongo.database import Database

from shared import chain
from shared.aggregate import Kind, Stamp, State
from shared.aside import Aside
from shared.clock import MACHINE, Clock, machine_now
from shared.errors import NotFound
from shared.finding import Finding
from shared.graver import Graver
from shared.presence import INDEXED_WITHIN
from shared.requests import Answered, Request
from shared.sealing import KeyRing
from shared.stored import WITHOUT_HISTORY, Form, Outbox, Saved

SOON = timedelta(seconds=3)
OUTBOX_INDEX = "outbox"
UNSENT = {"outbox.0": {"$exists": True}, "outbox.at": {"$exists": True}}  # both, or the index is not used
COMMON_INDEXES = [
    IndexModel("requests.id", name="requests", unique=True, partialFilterExpression={"requests.id": {"$exists": True}}),
    IndexModel("outbox.at", name=OUTBOX_INDEX, partialFilterExpression={"outbox.0": {"$exists": True}}),
    IndexModel("changed_at", name="changed"),
    IndexModel("due_at", name="due", sparse=True),
    IndexModel("wake_at", name="wake", sparse=True),
]


class Reading(Finding[State]):
    """What a store can be asked. Subclasses name the kind, the indexes, what is looked up and what is published.

    schema: of its events. awaited: the types of events that some service reads, kept until a queue takes them."""

    kind: ClassVar[Kind[Any]]
    indexes: ClassVar[Sequence[IndexModel]] = ()
    schema: ClassVar[int] = 1
    named_by: ClassVar[Sequence[str]] = ("number_ix",)  # what is looked up and tells of whom it is: goes on erasure
    awaited: ClassVar[Container[str]] = ()

    def __init__(self, database: Database[Any], keys: KeyRing, clock: Clock) -> None:
        self.collection = database[self.kind.name]
        self.keys, self._clock = keys, clock
        self.due_aside, self.wake_aside = Aside(), Aside()  # who cannot be asked for may still be due
        self._form = Form(self.kind, keys, self.index, self.publish, self.schema)

    def look_for(self, graver: Graver) -> None:
        """What counts as graver data in the texts of new entries (PR6)."""
        self._form.graver = graver

    def index(self, _state: State) -> Mapping[str, Any]:
        """The top-level fields that queries use, the same names each time; None is left out of the document.

        `due_at` (business time) and `wake_at` (machine time) make it due work."""
        return {}

    def publish(self, _state: State, _event: Any, _stamp: Stamp) -> dict[str, Any] | None:
        """The `data` of the event on the bus, or None where nobody is told."""
        return None

    def prepare(self) -> None:
        """Makes the indexes; where there are many documents already, that takes its time."""
        with pymongo.timeout(INDEXED_WITHIN):
            self.collection.create_indexes([*COMMON_INDEXES, *self.indexes])

    def load(self, document_id: str, visible: Mapping[str, Any] | None = None) -> Saved[State] | None:
        """The document, if it is there and visible (a further condition, such as the branch)."""
        document = self.collection.find_one({"_id": document_id, **(visible or {})}, WITHOUT_HISTORY)
        return self._form.read(document) if document else None

    def get(self, document_id: str, visible: Mapping[str, Any] | None = None) -> Saved[State]:
        """As load, but NotFound where there is none."""
        if saved := self.load(document_id, visible):
            return saved
        raise NotFound("there is no such id, or it is not visible to you", id=document_id)

    def answer_of(self, request: Request) -> Saved[State] | None:
        """The first answer to this request, whichever document it changed; None if it is new."""
        document = self.collection.find_one({"requests.id": request.id}, WITHOUT_HISTORY)
        done = self._form.read(document).answered(request) if document else None
        return self._as_of(document["_id"], done) if document and done else None

    def due(self, limit: int = 100) -> list[str]:
        """The ids whose business time has come, soonest first; without those that just failed here."""
        return self._waiting("due_at", self._clock.now(), limit, self.due_aside)

    def waking(self, machine_now: datetime, limit: int = 100) -> list[str]:
        """The ids whose machine time has come (retries, leases that ran out), soonest first."""
        return self._waiting("wake_at", machine_now, limit, self.wake_aside)

    def _waiting(
        self, field: str, until: datetime, limit: int, aside: Aside, more: Mapping[str, Any] | None = None
    ) -> list[str]:
        """Nothing while this process's clock is off: what fires too early cannot be taken back."""
        if not MACHINE.trusted:
            return []
        come: dict[str, Any] = {field: {"$lte": until}, **(more or {})}
        if left := aside.ids():
            come["_id"] = {"$nin": left}
        found = self.collection.find(come, {"_id": 1}).sort(field, 1).limit(limit)
        return [document["_id"] for document in found]

    def _set_aside(self, document_id: str) -> None:
        """In both lists, since nobody knows in which it was found."""
        self.due_aside.put(document_id)
        self.wake_aside.put(document_id)

    def _went_well(self, document_ids: Iterable[str]) -> None:
        for document_id in document_ids:
            self.due_aside.done(document_id)
            self.wake_aside.done(document_id)

    def history(self, document_id: str) -> list[tuple[Any, Stamp]]:
        """All events with who and when; ChainBroken where an entry was tampered with."""
        document = self.collection.find_one({"_id": document_id})
        return self._form.events(document) if document else []

    def flags(self, document_id: str) -> list[dict[str, Any]]:
        """The entries with graver data in their free text, by kind and count (PR6). Needs no key."""
        document = self.collection.find_one({"_id": document_id}, {"history": 1})
        return chain.flags(document["history"]) if document else []

    def recompute(self, document_id: str) -> State | None:
        """The state folded anew from history alone."""
        return self.kind.fold(None, self.history(document_id))

    def both_states(self, document: Mapping[str, Any]) -> tuple[State | None, State]:
        """A whole document's state as its history makes it, and as it is stored; they are the same unless edited."""
        return self.kind.fold(None, self._form.events(document)), self._form.read(document).state

    def changed_since(self, since: datetime, limit: int) -> list[dict[str, Any]]:
        """The first `limit` whole documents that changed, or sent something late, after `since` (machine time).

        Those of one and the same instant stay together. Without what was erased, which can tell nothing any more."""
        page = list(self._changed_at({"$gt": since}).sort("changed_at", 1).limit(limit))
        if len(page) == limit:
            last = page[-1]["changed_at"]
            page = [*(each for each in page if each["changed_at"] < last), *self._changed_at(last)]
        return page

    def _changed_at(self, at: Any) -> Cursor[dict[str, Any]]:
        return self.collection.find({"changed_at": at, "key": {"$exists": True}})

    def told(self, document: Mapping[str, Any]) -> Outbox:
        """All events that a whole document ever sent; ChainBroken where it was tampered with."""
        return self._form.told(document)

    def pulse(self) -> dict[str, Any]:
        """What still waits here: unsent events, for how many seconds the oldest, what is due, what wakes within
        seconds; the next due time (business time) and the next waking (machine time)."""
        now = self._clock.now()
        oldest = self.collection.find_one(UNSENT, {"outbox.at": 1}, sort=[("outbox.at", 1)])
        return {
            "at": now,
            "outbox": self.collection.count_documents(UNSENT),
            "outbox_age_s": _age(entry["at"] for entry in oldest["outbox"]) if oldest else 0.0,
            "due": self.collection.count_documents({"due_at": {"$lte": now}}),
            "waking": self.collection.count_documents({"wake_at": {"$lte": machine_now() + SOON}}),
            "next_due_at": self._soonest("due_at"),
            "next_wake_at": self._soonest("wake_at"),
            "skew_ms": round(MACHINE.skew.total_seconds() * 1000),
        }

    def _soonest(self, field: str) -> datetime | None:
        found = self.collection.find_one({field: {"$exists": True}}, {field: 1}, sort=[(field, 1)])
        return found[field] if found else None

    def _as_of(self, document_id: str, request: Answered) -> Saved[State]:
        document = self.collection.find_one({"_id": document_id})
        assert document is not None, "nothing is ever deleted"
        return self._form.as_of(document, request)


def _age(times: Iterable[datetime]) -> float:
    """Seconds since the earliest of these machine times."""
    return max((machine_now() - min(times)).total_seconds(), 0.0)
