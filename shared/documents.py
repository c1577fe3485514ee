"""One thing, one document, one write: every change is a compare-and-set that carries its history and its events."""

import logging
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol

from pymongo import UpdateOne
from pymongo.database import Database
from pymongo.errors import AutoReconnect, BulkWriteError, DuplicateKeyError

from shared.aggregate import Actor, State
from shared.clock import Clock
from shared.erasing import Erased, RecordErased
from shared.errors import Conflict
from shared.patience import Patience
from shared.reading import Reading
from shared.requests import Request
from shared.sealing import KeyRing
from shared.stored import WITHOUT_HISTORY, Outbox, Saved, Step

log = logging.getLogger(__name__)

LETTERS = "dead_letters"
Judge = Callable[[Any, datetime], None]
Decide = Callable[[Any, datetime], Sequence[Any]]


class Relay(Protocol):
    """Takes the events of a write that has been stored."""

    def send(self, document_id: str, outbox: Outbox) -> object:
        """Must not fail: the write has happened."""
        ...


class Clash(Exception):
    """A unique index already holds this; `fields` are the index's fields."""

    def __init__(self, error: DuplicateKeyError) -> None:
        pattern = (error.details or {}).get("keyPattern", {})
        super().__init__(f"already taken: {', '.join(pattern)}")
        self.fields = tuple(pattern)


class HistoryFull(Conflict):
    """The document has reached its longest history; only what ends it is still accepted."""

    def __init__(self, document_id: str, longest: int) -> None:
        super().__init__("this history is full; only what ends it is accepted", id=document_id, longest=longest)


class Documents(Reading[State]):
    """A store that can be written: one compare-and-set a change, the events riding in it."""

    def __init__(self, database: Database[Any], keys: KeyRing, clock: Clock, relay: Relay) -> None:
        super().__init__(database, keys, clock)
        self._relay = relay

    def insert(
        self, document_id: str, events: Sequence[Any], by: Actor, at: datetime, request: Request | None = None
    ) -> Saved[State]:
        """Stores a new document as of `at` (business time); Clash where a unique index (its id's, too) has one."""
        step = self._form.first(document_id, events, by, at, request)
        try:
            self._insert_once_or_again(step)
        except DuplicateKeyError as error:
            raise Clash(error) from error
        return self._sent(step)

    def _insert_once_or_again(self, step: Step[State]) -> None:
        try:
            self.collection.insert_one(step.write)
        except AutoReconnect:
            if not self._landed([step]):  # should it land only now, the caller recognises its request in the Clash
                self.collection.insert_one(step.write)

    def change(
        self,
        document_id: str,
        decide: Decide,
        by: Actor,
        request: Request | None = None,
        visible: Mapping[str, Any] | None = None,
    ) -> Saved[State]:
        """Carries out `decide(state, now) -> events` by compare-and-set; with no events nothing is written.

        Raises NotFound, what decide raises, Conflict (request id reused), Unavailable (crowded for 3 s)."""
        patience, unsure = Patience(seconds=3), list[Step[State]]()
        while True:
            saved = self.get(document_id, visible)
            if landed := self._landed(unsure):
                return self._sent(landed[0])
            if request and (done := saved.answered(request)):
                return self._as_of(document_id, done)
            if saved.erased_at:
                raise RecordErased(document_id)
            now = self._clock.now()
            events = decide(saved.state, now)
            if not events:
                return saved
            step = self._form.next(saved, self._accepted(saved, events), by, now, request)
            try:
                if changed := self._swapped(step, request):
                    return changed
            except AutoReconnect:  # whether it landed shows in the history, once the document is read again
                unsure.append(step)
            patience.wait()

    def _swapped(self, step: Step[State], request: Request | None) -> Saved[State] | None:
        """The compare-and-set; None where somebody else was faster."""
        try:
            won = self.collection.update_one({"_id": step.saved.id, "v": step.saved.v - 1}, step.write).matched_count
        except DuplicateKeyError as error:
            clash = Clash(error)
            if request and "requests.id" in clash.fields:  # carried out on another document meanwhile, or misused
                return self.answer_of(request)
            raise clash from error
        return self._sent(step) if won else None

    def _landed(self, steps: Sequence[Step[State]]) -> list[Step[State]]:
        """Those of these writes that reached the server: the last entry of each is in its document's history."""
        if not steps:
            return []
        entries = {"hash": {"$in": [step.saved.head.hash for step in steps]}}
        query = {"_id": {"$in": [step.saved.id for step in steps]}, "history": {"$elemMatch": entries}}
        found = self.collection.find(query, {"history": {"$elemMatch": entries}})
        stored = {document["history"][0]["hash"] for document in found}
        return [step for step in steps if step.saved.head.hash in stored]

    def change_many(self, document_ids: Sequence[str], decide: Decide, by: Actor) -> list[Saved[State]]:
        """Due work: decides each and writes all at once. Who lost a race is left for the next look."""
        now = self._clock.now()
        documents = self.collection.find({"_id": {"$in": list(document_ids)}}, WITHOUT_HISTORY)
        steps = [step for document in documents if (step := self._decided(document, decide, by, now))]
        if not steps:
            return []
        return [self._sent(step) for step in self._written(steps)]

    def _decided(self, document: Mapping[str, Any], decide: Decide, by: Actor, now: datetime) -> Step[State] | None:
        try:
            saved = self._form.read(document)
            events = decide(saved.state, now)
            return self._form.next(saved, self._accepted(saved, events), by, now, None) if events else None
        except Exception:  # one document that cannot be decided must not stop its neighbours
            log.exception("due work on %s failed; set aside for a while", document["_id"])
            self._aside.put(document["_id"])
            return None

    def _written(self, steps: list[Step[State]]) -> list[Step[State]]:
        writes = [UpdateOne({"_id": step.saved.id, "v": step.saved.v - 1}, step.write) for step in steps]
        try:
            if self.collection.bulk_write(writes, ordered=False).matched_count == len(steps):
                return steps
        except AutoReconnect:
            log.warning("due work: the answer of the database was lost")
        except BulkWriteError as error:
            for refused in error.details["writeErrors"]:
                document_id = steps[refused["index"]].saved.id
                log.error("due work on %s was refused (%s); set aside for a while", document_id, refused["code"])
                self._aside.put(document_id)
        return self._landed(steps)

    def _accepted(self, saved: Saved[State], events: Sequence[Any]) -> Sequence[Any]:
        full = saved.n + len(events) > self.kind.longest
        if full and not any(type(event) in self.kind.ending for event in events):
            raise HistoryFull(saved.id, self.kind.longest)
        return events

    def erase(
        self, document_id: str, event: Erased, by: Actor, judge: Judge, visible: Mapping[str, Any] | None = None
    ) -> Saved[State]:
        """Deletes the document's data key and what names its customer, once `judge(state, now)` raises nothing.

        The history keeps every entry; the last one says who erased it and on what ground. Done before, it stays so."""
        patience = Patience(seconds=3)
        while True:
            saved = self.get(document_id, visible)
            if saved.erased_at:
                return saved
            now = self._clock.now()
            judge(saved.state, now)
            write = self._form.erased(saved, event, by, now, self.named_by)
            unsent = {"outbox.0": {"$exists": False}}  # an event that has yet to leave is sealed under another key
            if self.collection.update_one({"_id": document_id, "v": saved.v, **unsent}, write).matched_count:
                return self.get(document_id, visible)
            patience.wait()

    def forget_letters(self, document_id: str) -> None:
        """Takes the sealed bodies of dead letters about this document away."""
        about = {"_id": {"$gte": f"{document_id}:", "$lt": f"{document_id};"}}
        self.collection.database[LETTERS].update_many(about, {"$set": {"state": "erased"}, "$unset": {"sealed": ""}})

    def rewrap(self, after: str, limit: int) -> tuple[int, str | None]:
        """Wraps the data keys of a page of documents anew, under the current master key; what is sealed stays.

        Answers how many, and where the next page begins (None: no more). Safe to repeat, beside any other write."""
        page = list(
            self.collection.find({"_id": {"$gt": after}, **self._under_old}, {"key": 1}).sort("_id", 1).limit(limit)
        )
        fresh = [(each, self.keys.rewrapped(each["_id"], each["key"])) for each in page]
        writes = [UpdateOne({"_id": was["_id"], "key": was["key"]}, {"$set": {"key": key}}) for was, key in fresh]
        changed = self.collection.bulk_write(writes, ordered=False).modified_count if writes else 0
        return changed, page[-1]["_id"] if len(page) == limit else None

    def under_old_keys(self) -> int:
        """How many documents' data keys are still wrapped by another master key than the current one."""
        return self.collection.count_documents(self._under_old)

    @property
    def _under_old(self) -> dict[str, Any]:
        return {"key.id": {"$exists": True, "$ne": self.keys.current}}

    def _sent(self, step: Step[State]) -> Saved[State]:
        if step.outbox:
            self._relay.send(step.saved.id, step.outbox)
        return step.saved
