"""The store of the sample kind, and stand-ins for its neighbours: clock, broker and connections that tests govern."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from pymongo import IndexModel
from pymongo.collection import Collection
from pymongo.errors import AutoReconnect

from shared.aggregate import Actor, Stamp
from shared.documents import Documents
from shared.outbox import OutboxRelay, Ticket
from shared.requests import Request, request_of
from shared.stored import Outbox
from tests.unit.shared_core.sample import AGENT, MONDAY, TALLIES, AmountAdded, Tally, TallyClosed, TimesSet, keys

SYSTEM = Actor("service:tally", "system")
LEADER = Actor("E2002", "duty_manager", "SZ")


class Tallies(Documents[Tally]):
    """Tallies; one number has one open tally in a branch."""

    kind = TALLIES
    indexes = (
        IndexModel(
            [("number_ix", 1), ("branch", 1)],
            name="one_open",
            unique=True,
            partialFilterExpression={"number_ix": {"$exists": True}, "status": "open"},
        ),
    )
    schema = 3
    awaited = frozenset({"amount_added"})

    def index(self, state: Tally) -> Mapping[str, Any]:
        number = self.keys.blind(state.person.number) if state.person else None
        times = {"due_at": state.due_at, "wake_at": state.wake_at}
        return times | {"branch": state.branch, "status": state.status, "number_ix": number}

    def publish(self, state: Tally, event: Any, stamp: Stamp) -> dict[str, Any] | None:
        """Nobody is told when times are set."""
        if isinstance(event, TimesSet):
            return None
        return {"complaint_id": "c1", "total": state.total, "status": state.status}


class MovedClock:
    """Business time that a test sets."""

    def __init__(self) -> None:
        self.at = MONDAY

    def now(self) -> datetime:
        return self.at

    def passes(self, **span: float) -> None:
        self.at += timedelta(**span)


@dataclass(frozen=True)
class Published:
    """What a broker was given."""

    exchange: str
    type: str
    body: bytes
    message_id: str
    ticket: Ticket
    mandatory: bool


class Broker:
    """Takes events and confirms them when a test says so."""

    def __init__(self) -> None:
        self.published: list[Published] = []
        self.away = False

    def event(self, exchange: str, type: str, body: bytes, message_id: str, token: Ticket, mandatory: bool) -> bool:
        if not self.away:
            self.published.append(Published(exchange, type, body, message_id, token, mandatory))
        return not self.away

    @property
    def ids(self) -> list[str]:
        return [each.message_id for each in self.published]

    def confirms(self) -> None:
        """Confirms all it was given so far."""
        for each in self.published:
            each.ticket.outbox.confirmed(each.ticket)

    def loses(self) -> None:
        """Its connection breaks before any confirm."""
        for each in self.published:
            each.ticket.outbox.lost(each.ticket)


class NoRelay:
    """A process that is killed between its write and its publish."""

    def send(self, document_id: str, outbox: Outbox) -> None:
        pass


class Process:
    """One replica: its own store, relay and connection to the broker, on a shared collection."""

    def __init__(self, database: Any, clock: MovedClock, relay: bool = True) -> None:
        self.database, self.clock, self.broker = database, clock, Broker()
        self.outbox = OutboxRelay("tally.events", database[TALLIES.name], self.broker, Tallies.awaited)
        self.tallies = Tallies(database, keys(), clock, self.outbox if relay else NoRelay())


class LostAnswers:
    """A collection that breaks the connection at its next `lost` writes.

    reached: "at once", "late" (while the next write is on its way) or "never". meanwhile: what happens before the
    break is noticed. unread: how many reads after each of them fail, too."""

    def __init__(
        self,
        collection: Collection[Any],
        lost: int = 1,
        reached: str = "at once",
        meanwhile: Callable[[], object] = lambda: None,
        unread: int = 0,
    ) -> None:
        self._collection, self._lost, self._reached, self._meanwhile = collection, lost, reached, meanwhile
        self._held: list[Callable[[], object]] = []
        self._unread, self._fails = unread, 0

    def __getattr__(self, name: str) -> Any:
        return getattr(self._collection, name)

    def insert_one(self, *arguments: Any) -> Any:
        return self._written(partial(self._collection.insert_one, *arguments))

    def update_one(self, *arguments: Any) -> Any:
        return self._written(partial(self._collection.update_one, *arguments))

    def find(self, *arguments: Any, **more: Any) -> Any:
        return self._read(partial(self._collection.find, *arguments, **more))

    def find_one(self, *arguments: Any, **more: Any) -> Any:
        return self._read(partial(self._collection.find_one, *arguments, **more))

    def _read(self, read: Callable[[], Any]) -> Any:
        if not self._fails:
            return read()
        self._fails -= 1
        raise AutoReconnect("nobody answers")

    def update_many(self, *arguments: Any) -> Any:
        return self._written(partial(self._collection.update_many, *arguments))

    def bulk_write(self, *arguments: Any, **more: Any) -> Any:
        return self._written(partial(self._collection.bulk_write, *arguments, **more))

    def _written(self, write: Callable[[], object]) -> object:
        while self._held:
            self._held.pop()()
        if not self._lost:
            return write()
        self._lost -= 1
        if self._reached == "at once":
            write()
        elif self._reached == "late":
            self._held.append(write)
        self._meanwhile()
        self._fails = self._unread
        raise AutoReconnect("the answer was lost")


def request(request_id: str = "r1", by: Actor = AGENT, target: str = "t1", **content: Any) -> Request:
    """A request on a tally."""
    return request_of(keys(), "tally", by, "add", target, {"request_id": request_id, **content})


def add(amount: int = 1, note: str = "") -> Any:
    """decide: always one more."""
    return lambda _tally, _now: [AmountAdded(amount, note)]


def set_times(due_at: datetime | None = None, wake_at: datetime | None = None) -> Any:
    """decide: due or waking at these times."""
    return lambda _tally, _now: [TimesSet(due_at, wake_at)]


def fire(tally: Tally, now: datetime) -> list[Any]:
    """decide: what is due is added once and due no more."""
    return [AmountAdded(), TimesSet()] if tally.due_at and tally.due_at <= now else []


def close(_tally: Tally, _now: datetime) -> list[Any]:
    """decide: the end."""
    return [TallyClosed("done")]
