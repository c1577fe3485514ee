"""A service's store without MongoDB: documents in a dictionary, written by the real stored form."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

import orjson
from pymongo.errors import DuplicateKeyError

from shared import chain
from shared.aggregate import Actor, Stamp
from shared.documents import Clash, Decide, Documents
from shared.requests import Request
from shared.sealing import KeyRing
from shared.stored import Saved, Step

KEYS = KeyRing({"rehearsal": b"m" * 32}, suite=b"s" * 32, index=b"i" * 32)


@dataclass(frozen=True)
class Told:
    """An event as it leaves a service."""

    service: str
    type: str
    body: bytes

    @property
    def event(self) -> dict[str, Any]:
        return cast("dict[str, Any]", orjson.loads(self.body))


@dataclass
class Hands:
    """A clock that stands where it was put."""

    at: datetime

    def now(self) -> datetime:
        return self.at


class _Nowhere(dict[str, None]):
    """In place of a database: what is asked of it all the same fails at once."""

    def __missing__(self, name: str) -> None:
        return None


class Memory(Documents[Any]):
    """`class Remembered(Memory, Complaints)` is the store; `told` is where its events go."""

    def __init__(self, service: str, clock: Hands, told: list[Told]) -> None:
        super().__init__(cast("Any", _Nowhere()), KEYS, clock, cast("Any", None))
        self._teller, self._events = service, told
        self.known: dict[str, Saved[Any]] = {}
        self._entries: dict[str, list[tuple[Any, Stamp]]] = {}
        self._lines: dict[str, list[dict[str, str]]] = {}

    def insert(
        self, document_id: str, events: Sequence[Any], by: Actor, at: datetime, request: Request | None = None
    ) -> Saved[Any]:
        step = self._form.first(document_id, events, by, at, request)
        if document_id in self.known:
            raise _clash(["_id"])
        return self._kept(step, events, by, at)

    def change(
        self,
        document_id: str,
        decide: Decide,
        by: Actor,
        request: Request | None = None,
        visible: Mapping[str, Any] | None = None,
        until_known: bool = False,  # noqa: ARG002  memory is never away
    ) -> Saved[Any]:
        saved, now = self.get(document_id, visible), self._clock.now()
        if request and saved.answered(request):
            return self.answer_of(request) or saved
        events = decide(saved.state, now)
        if not events:
            return saved
        return self._kept(self._form.next(saved, self._accepted(saved, events), by, now, request), events, by, now)

    def change_many(
        self,
        document_ids: Sequence[str],
        decide: Decide,
        by: Actor,
        until_known: bool = False,  # noqa: ARG002  memory is never away
    ) -> list[Saved[Any]]:
        before = {document_id: self.known[document_id].v for document_id in document_ids}
        changed = [self.change(document_id, decide, by) for document_id in document_ids]
        return [saved for saved in changed if saved.v > before[saved.id]]

    def load(self, document_id: str, visible: Mapping[str, Any] | None = None) -> Saved[Any] | None:
        saved = self.known.get(document_id)
        seen = saved and all(self._looked_up(saved).get(name) == value for name, value in (visible or {}).items())
        return saved if seen else None

    def answer_of(self, request: Request) -> Saved[Any] | None:
        for saved in self.known.values():
            if done := saved.answered(request):
                state = self.kind.fold(None, self._entries[saved.id][: done.n])
                return Saved(saved.id, done.v, state, saved.head, saved.key, saved.requests)
        return None

    def history(self, document_id: str) -> list[tuple[Any, Stamp]]:
        return list(self._entries[document_id])

    def flags(self, document_id: str) -> list[dict[str, Any]]:
        return chain.flags(self._lines[document_id])

    def due(self, limit: int = 100) -> list[str]:
        return self._come("due_at", self._clock.now(), limit)

    def waking(self, machine_now: datetime, limit: int = 100) -> list[str]:
        return self._come("wake_at", machine_now, limit)

    def next_due(self) -> datetime | None:
        """The earliest business time at which something here is due."""
        times = (self._looked_up(saved).get("due_at") for saved in self.known.values())
        return min((each for each in times if each), default=None)

    def _come(self, field: str, until: datetime, limit: int) -> list[str]:
        times = {saved.id: self._looked_up(saved).get(field) for saved in self.known.values()}
        return [document_id for document_id, at in times.items() if at and at <= until][:limit]

    def _looked_up(self, saved: Saved[Any]) -> Mapping[str, Any]:
        return self.index(saved.state)

    def _kept(self, step: Step[Any], events: Sequence[Any], by: Actor, at: datetime) -> Saved[Any]:
        """Puts the document away, unless a unique index has its place already."""
        saved = step.saved
        self._must_be_free(saved)
        first = saved.n - len(events) + 1
        stamped = [(event, Stamp(n, at, by)) for n, event in enumerate(events, first)]
        self._entries.setdefault(saved.id, []).extend(stamped)
        self.known[saved.id] = saved
        pushed = step.write.get("$push", {}).get("history", {}).get("$each")
        self._lines.setdefault(saved.id, []).extend(pushed or step.write["history"])
        self._events += [Told(self._teller, entry["type"], entry["body"].encode()) for entry in step.outbox]
        return saved

    def _must_be_free(self, saved: Saved[Any]) -> None:
        mine = self._looked_up(saved)
        others = [self._looked_up(other) for other in self.known.values() if other.id != saved.id]
        for index in (each.document for each in self.indexes if each.document.get("unique")):
            fields, partial = list(index["key"]), index.get("partialFilterExpression", {})
            if _covers(partial, fields, mine) and any(
                _covers(partial, fields, other) and all(mine[field] == other[field] for field in fields)
                for other in others
            ):
                raise _clash(fields)


def _covers(partial: Mapping[str, Any], fields: Iterable[str], looked_up: Mapping[str, Any]) -> bool:
    """Whether a unique index with this filter has the document."""
    if any(looked_up.get(field) is None for field in fields):
        return False
    exists = {"$exists": True}
    return all(looked_up.get(name) == value or value == exists for name, value in partial.items() if name not in fields)


def _clash(fields: Iterable[str]) -> Clash:
    return Clash(DuplicateKeyError("taken", details={"keyPattern": dict.fromkeys(fields, 1)}))
