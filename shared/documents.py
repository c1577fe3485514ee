"""One thing, one document, one write: every change is a compare-and-set that carries its history and its events."""

import logging
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Any, Protocol

import pymongo
from pymongo.database import Database
from pymongo.errors import DuplicateKeyError
from pymongo.read_concern import ReadConcern

from shared.aggregate import Actor, State
from shared.clock import Clock
from shared.erasing import RecordErased
from shared.errors import Conflict
from shared.forgetting import Forgetting
from shared.patience import Patience
from shared.presence import ANSWER_WITHIN, UNSURE, no_primary_is_away
from shared.requests import Request
from shared.sealing import KeyRing
from shared.stored import WITHOUT_HISTORY, Outbox, Saved, Step
from shared.together import Together, in_time

log = logging.getLogger(__name__)

LINEARIZABLE = ReadConcern("linearizable")
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


class Documents(Forgetting[State]):
    """A store that can be written: one compare-and-set a change, the events riding in it."""

    def __init__(self, database: Database[Any], keys: KeyRing, clock: Clock, relay: Relay) -> None:
        super().__init__(database, keys, clock)
        self._relay = relay

    def insert(
        self, document_id: str, events: Sequence[Any], by: Actor, at: datetime, request: Request | None = None
    ) -> Saved[State]:
        """Stores a new document as of `at` (business time); Clash where a unique index (its id's, too) has one."""
        step = self._form.first(document_id, events, by, at, request)
        with pymongo.timeout(ANSWER_WITHIN):
            try:
                self._insert_once_or_again(step)
            except DuplicateKeyError as error:
                raise self._clash(error) from error
        return self._sent(step)

    def _insert_once_or_again(self, step: Step[State]) -> None:
        try:
            with no_primary_is_away():
                self.collection.insert_one(step.write)
        except UNSURE:
            if not self._landed([step]):  # should it land only now, the caller recognises its request in the Clash
                self.collection.insert_one(step.write)

    def change(
        self,
        document_id: str,
        decide: Decide,
        by: Actor,
        request: Request | None = None,
        visible: Mapping[str, Any] | None = None,
        until_known: bool = False,
    ) -> Saved[State]:
        """Carries out `decide(state, now) -> events` by compare-and-set; with no events nothing is written.

        Raises NotFound, what decide raises, Conflict (request id reused), Unavailable (crowded for 3 s).
        until_known: where something was written and the answer lost, it goes on until it is found out (change_many)."""
        unsure = list[Step[State]]()
        changed = partial(self._changed, document_id, decide, by, request, visible, unsure)
        return in_time(changed, lambda: until_known and bool(unsure))

    def _changed(
        self,
        document_id: str,
        decide: Decide,
        by: Actor,
        request: Request | None,
        visible: Mapping[str, Any] | None,
        unsure: list[Step[State]],
    ) -> Saved[State]:
        patience = Patience(seconds=3)
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
            except UNSURE:  # whether it landed shows in the history, once the document is read again
                unsure.append(step)
            patience.wait()

    def _swapped(self, step: Step[State], request: Request | None) -> Saved[State] | None:
        """The compare-and-set; None where somebody else was faster."""
        unchanged = {"_id": step.saved.id, "v": step.saved.v - 1}
        try:
            with no_primary_is_away():
                won = self.collection.update_one(unchanged, step.write).matched_count
        except DuplicateKeyError as error:
            clash = self._clash(error)
            if request and "requests.id" in clash.fields:  # carried out on another document meanwhile, or misused
                return self.answer_of(request)
            raise clash from error
        return self._sent(step) if won else None

    def _clash(self, error: DuplicateKeyError) -> Clash:
        """What stands in the way, once a majority has it: whoever looks for it now finds it."""
        self.collection.with_options(read_concern=LINEARIZABLE).find_one({"_id": ""}, {"_id": 1})
        return Clash(error)

    def _landed(self, steps: Sequence[Step[State]]) -> list[Step[State]]:
        """Those of these writes that reached the server: the last entry of each is in its document's history."""
        if not steps:
            return []
        entries = {"hash": {"$in": [step.saved.head.hash for step in steps]}}
        query = {"_id": {"$in": [step.saved.id for step in steps]}, "history": {"$elemMatch": entries}}
        found = self.collection.find(query, {"history": {"$elemMatch": entries}})
        stored = {document["history"][0]["hash"] for document in found}
        return [step for step in steps if step.saved.head.hash in stored]

    def change_many(
        self, document_ids: Sequence[str], decide: Decide, by: Actor, until_known: bool = False
    ) -> list[Saved[State]]:
        """Due work: decides each and writes all at once. Who lost a race is left for the next look.

        until_known: returns only once the database has said which of them are stored. For what its writer alone can
        give back, as he alone knows what he has done with it."""
        now = self._clock.now()
        documents = self.collection.find({"_id": {"$in": list(document_ids)}}, WITHOUT_HISTORY)
        steps = [step for document in documents if (step := self._decided(document, decide, by, now))]
        if not steps:
            return []
        written = self._written(steps, until_known)
        self._went_well(step.saved.id for step in written)
        return [self._sent(step) for step in written]

    def _decided(self, document: Mapping[str, Any], decide: Decide, by: Actor, now: datetime) -> Step[State] | None:
        try:
            saved = self._form.read(document)
            events = decide(saved.state, now)
            return self._form.next(saved, self._accepted(saved, events), by, now, None) if events else None
        except Exception:  # one document that cannot be decided must not stop its neighbours
            log.exception("due work on %s failed; set aside for a while", document["_id"])
            self._set_aside(document["_id"])
            return None

    def _written(self, steps: list[Step[State]], until_known: bool) -> list[Step[State]]:
        return Together(self.collection, steps, self._landed, self._set_aside).written(until_known)

    def _accepted(self, saved: Saved[State], events: Sequence[Any]) -> Sequence[Any]:
        full = saved.n + len(events) > self.kind.longest
        if full and not any(type(event) in self.kind.ending for event in events):
            raise HistoryFull(saved.id, self.kind.longest)
        return events

    def _sent(self, step: Step[State]) -> Saved[State]:
        if step.outbox:
            self._relay.send(step.saved.id, step.outbox)
        return step.saved
