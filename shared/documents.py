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
from shared.errors import Conflict
from shared.patience import Patience
from shared.reading import Reading
from shared.requests import Request, RequestReused
from shared.sealing import KeyRing
from shared.stored import WITHOUT_HISTORY, Outbox, Saved, Step

log = logging.getLogger(__name__)

Decide = Callable[[Any, datetime], Sequence[Any]]


class Relay(Protocol):
    """Takes the events of a write that has been stored."""

    def send(self, document_id: str, outbox: Outbox) -> None: ...


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
            self._insert_once_or_again(step.write)
        except DuplicateKeyError as error:
            raise Clash(error) from error
        return self._sent(step)

    def _insert_once_or_again(self, document: dict[str, Any]) -> None:
        try:
            self.collection.insert_one(document)
        except AutoReconnect:  # if the first one landed, the second clashes, and the caller recognises its own
            self.collection.insert_one(document)

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
        patience = Patience(seconds=3)
        while True:
            saved = self.get(document_id, visible)
            if request and (done := saved.answered(request)):
                return self._as_of(document_id, done.n, done.v)
            now = self._clock.now()
            events = decide(saved.state, now)
            if not events:
                return saved
            if step := self._moved(saved, self._accepted(saved, events), by, now, request):
                return self._sent(step)
            patience.wait()

    def _moved(
        self, saved: Saved[State], events: Sequence[Any], by: Actor, now: datetime, request: Request | None
    ) -> Step[State] | None:
        step = self._form.next(saved, events, by, now, request)
        try:
            result = self.collection.update_one({"_id": saved.id, "v": saved.v}, step.write)
        except AutoReconnect:  # whether it landed shows when the document is read again
            return None
        except DuplicateKeyError as error:
            raise self._reused_or_clash(error, request) from error
        return step if result.matched_count else None

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
            log.exception("due work on %s failed", document["_id"])
            return None

    def _written(self, steps: list[Step[State]]) -> list[Step[State]]:
        writes = [UpdateOne({"_id": step.saved.id, "v": step.saved.v - 1}, step.write) for step in steps]
        try:
            if self.collection.bulk_write(writes, ordered=False).matched_count == len(steps):
                return steps
        except (BulkWriteError, AutoReconnect):
            log.warning("due work was written in part")
        heads = self.collection.find({"_id": {"$in": [step.saved.id for step in steps]}}, {"head": 1})
        stored = {document["_id"]: document["head"]["hash"] for document in heads}
        return [step for step in steps if stored.get(step.saved.id) == step.saved.head.hash]

    def _accepted(self, saved: Saved[State], events: Sequence[Any]) -> Sequence[Any]:
        full = saved.n + len(events) > self.kind.longest
        if full and not any(type(event) in self.kind.ending for event in events):
            raise HistoryFull(saved.id, self.kind.longest)
        return events

    def _sent(self, step: Step[State]) -> Saved[State]:
        if step.outbox:
            self._relay.send(step.saved.id, step.outbox)
        return step.saved

    @staticmethod
    def _reused_or_clash(error: DuplicateKeyError, request: Request | None) -> Exception:
        clash = Clash(error)
        return RequestReused(request.given) if request and "requests.id" in clash.fields else clash
