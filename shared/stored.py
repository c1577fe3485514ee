"""The form of a document in MongoDB: open state, sealed part, chained history, outbox, requests.

{_id, v, key, state, sealed, head, history: [{entry, hash}], requests: [{id, digest, n, v}],
 outbox: [{id, type, body, at}], changed_at, due_at, wake_at, … whatever the store looks up}
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any, Generic

import orjson

from shared import chain
from shared.aggregate import Actor, Kind, Stamp, State, event_name
from shared.chain import Head
from shared.clock import machine_now
from shared.codec import joined, plain, restore, split
from shared.erasing import Erased, NoKey, filled
from shared.graver import Graver
from shared.requests import Answered, Request
from shared.sealing import DocumentKey, KeyRing

Outbox = list[dict[str, Any]]
WITHOUT_HISTORY = {"history": 0, "outbox": 0}


@dataclass(frozen=True)
class Saved(Generic[State]):
    """A document as it stands in the database: id, version, state, and what its next write needs.

    `graver` finds what is hidden in its texts from those who do not work on it (PR6)."""

    id: str
    v: int
    state: State
    head: Head
    key: DocumentKey
    requests: tuple[Answered, ...] = ()
    graver: Graver = field(default=Graver(), compare=False, repr=False)
    erased_at: datetime | None = None

    @property
    def n(self) -> int:
        """The number of its last history entry, which readers of its events call `seq`."""
        return self.head.n

    def answered(self, request: Request) -> Answered | None:
        """The earlier carrying out of this request, if there was one; Conflict if its id meant something else."""
        return next((done for done in self.requests if done.id == request.id and done.same_as(request)), None)


@dataclass(frozen=True)
class Step(Generic[State]):
    """One write: what to store, what the document will then be, and the events that ride in it."""

    saved: Saved[State]
    write: dict[str, Any]
    outbox: Outbox


class Form(Generic[State]):
    """Turns states and events into documents and back."""

    def __init__(
        self,
        kind: Kind[State],
        keys: KeyRing,
        index: Callable[[State], Mapping[str, Any]],
        publish: Callable[[State, Any, Stamp], dict[str, Any] | None],
        schema: int,
    ) -> None:
        self.kind, self.keys, self._index, self._publish, self._schema = kind, keys, index, publish, schema
        self.graver = Graver()

    def first(
        self, document_id: str, events: Sequence[Any], by: Actor, at: datetime, request: Request | None
    ) -> Step[State]:
        """A new document from its first events."""
        key = self.keys.new_document_key(document_id)
        stamped = [(event, Stamp(n, at, by)) for n, event in enumerate(events, 1)]
        state, outbox = self._folded(document_id, None, stamped)
        history, head = chain.extend(document_id, chain.beginning(document_id), stamped, key, self._counted(state))
        saved = Saved(document_id, 1, state, head, key, _with((), request, head.n, 1), self.graver)
        looked_up = {name: value for name, value in self._index(state).items() if value is not None}
        document = self._state_part(saved) | looked_up
        document |= {"_id": document_id, "v": 1, "key": dict(key.stored), "history": history, "outbox": outbox}
        if request:
            document["requests"] = [asdict(done) for done in saved.requests]
        return Step(saved, document, outbox)

    def next(
        self, saved: Saved[State], events: Sequence[Any], by: Actor, at: datetime, request: Request | None
    ) -> Step[State]:
        """The update that carries further events, guarded by the caller with the version it was decided on."""
        stamped = [(event, Stamp(n, at, by)) for n, event in enumerate(events, saved.n + 1)]
        state, outbox = self._folded(saved.id, saved.state, stamped)
        history, head = chain.extend(saved.id, saved.head, stamped, saved.key, self._counted(state))
        v = saved.v + 1
        requests = _with(saved.requests, request, head.n, v)
        after = Saved(saved.id, v, state, head, saved.key, requests, self.graver)
        looked_up = self._index(state)
        push: dict[str, Any] = {"history": {"$each": history}}
        if outbox:
            push["outbox"] = {"$each": outbox}
        if request:
            push["requests"] = asdict(after.requests[-1])
        write: dict[str, Any] = {
            "$set": self._state_part(after) | {name: value for name, value in looked_up.items() if value is not None},
            "$push": push,
            "$inc": {"v": 1},
        }
        if gone := {name: "" for name, value in looked_up.items() if value is None}:
            write["$unset"] = gone
        return Step(after, write, outbox)

    def read(self, document: Mapping[str, Any]) -> Saved[State]:
        """The document's state, opened."""
        document_id, key = document["_id"], self._key(document)
        values = joined(document["state"], key.open(document.get("sealed", b""), f"{document_id}:state"))
        requests = tuple(Answered(**done) for done in document.get("requests", ()))
        state = restore(filled(values, self.kind.state) if isinstance(key, NoKey) else values, self.kind.state)
        head, erased_at = Head(**document["head"]), document.get("erased_at")
        return Saved(document_id, document["v"], state, head, key, requests, self.graver, erased_at)

    def _key(self, document: Mapping[str, Any]) -> DocumentKey:
        return self.keys.document_key(document["_id"], document["key"]) if "key" in document else NoKey()

    def erased(
        self, saved: Saved[State], event: Erased, by: Actor, at: datetime, named: Sequence[str]
    ) -> dict[str, Any]:
        """The write that takes away the key, what was sealed, what names the customer and what makes it due work.

        Its entry ends the chain."""
        stamp = Stamp(saved.n + 1, at, by)
        history, head = chain.extend(saved.id, saved.head, [(event, stamp)], saved.key)
        return {
            "$set": {"head": asdict(head), "erased_at": at, "changed_at": machine_now()},
            "$unset": dict.fromkeys(("key", "sealed", "due_at", "wake_at", *named), ""),
            "$push": {"history": {"$each": history}},
            "$inc": {"v": 1},
        }

    def as_of(self, document: Mapping[str, Any], request: Answered) -> Saved[State]:
        """The document as the request left it, folded anew: its first answer again. Needs the history."""
        events, last = self.events(document)[: request.n], document["history"][request.n - 1]
        state = self.kind.fold(None, events)
        assert state is not None, "every request left at least one event"
        now = self.read(document)
        requests = tuple(done for done in now.requests if done.v <= request.v)
        return Saved(now.id, request.v, state, Head(request.n, last["hash"]), now.key, requests, self.graver)

    def events(self, document: Mapping[str, Any]) -> list[tuple[Any, Stamp]]:
        """The document's history, opened; ChainBroken where it was tampered with."""
        document_id, stored = document["_id"], document["history"]
        chain.check(document_id, stored, Head(**document["head"]))
        return chain.read(document_id, self.kind, stored, self._key(document))

    def told(self, document: Mapping[str, Any]) -> Outbox:
        """Every event that the document ever sent, made again from its history: with the same ids, sealed anew."""
        return self._folded(document["_id"], None, self.events(document))[1]

    def _counted(self, state: State) -> Callable[[Any], dict[str, int]]:
        return lambda apart: self.graver.counted(apart, beside=lambda: split(state)[1])

    def _state_part(self, saved: Saved[State]) -> dict[str, Any]:
        state, apart = split(saved.state)
        sealed = saved.key.seal(apart, f"{saved.id}:state")
        return {"state": state, "sealed": sealed, "head": asdict(saved.head), "changed_at": machine_now()}

    def _folded(
        self, document_id: str, state: State | None, stamped: Sequence[tuple[Any, Stamp]]
    ) -> tuple[State, Outbox]:
        outbox = []
        for event, stamp in stamped:
            state = self.kind.apply(state, event, stamp)
            if (data := self._publish(state, event, stamp)) is not None:
                outbox.append(self._entry(document_id, event, stamp, data))
        assert state is not None, "a document begins with at least one event"
        return state, outbox

    def _entry(self, document_id: str, event: object, stamp: Stamp, data: dict[str, Any]) -> dict[str, Any]:
        name = event_name(type(event))
        envelope = {
            "event_id": f"{self.kind.name}:{document_id}:{stamp.n}",  # a case has its complaint's id
            "type": name,
            "schema": self._schema,
            "at": plain(stamp.at),
            "seq": stamp.n,
            "actor": plain(stamp.by),
            "data": data,
        }
        if "complaint_id" in data:
            envelope["complaint_id"] = data["complaint_id"]
        body = orjson.dumps(envelope).decode()
        return {"id": envelope["event_id"], "type": name, "body": body, "at": machine_now()}


def _with(requests: tuple[Answered, ...], request: Request | None, n: int, v: int) -> tuple[Answered, ...]:
    return (*requests, Answered(request.id, request.digest, n, v)) if request else requests
