"""Two replicas of a service, its broker and a reader, all of the project's own code but for the servers."""

from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import orjson
from pymongo.errors import AutoReconnect

from shared.documents import Clash, Documents
from shared.errors import Unavailable
from shared.outbox import OutboxRelay, Ticket
from shared.requests import Request
from tests.integration.shared_core.tallies import MovedClock, Tallies
from tests.unit.protocol.collection import InMemory
from tests.unit.protocol.stepping import Course, Steps
from tests.unit.shared_core.sample import AGENT, MONDAY, AmountAdded, TallyOpened, keys

DOCUMENT = "t1"
OLD = timedelta(seconds=3)


@dataclass(eq=False)
class Air:
    """What a process has sent: the wire of one replica. `confirmed` are the tickets that the broker has."""

    stop: Steps
    sent: list[tuple[Ticket, bytes]] = field(default_factory=list)
    confirmed: list[Ticket] = field(default_factory=list)

    def event(self, _exchange: str, _type: str, body: bytes, _id: str, token: Ticket, mandatory: bool = False) -> bool:
        self.stop()
        self.sent.append((token, body))
        return True


class Replica:
    """A process: what it has in memory is gone when it is killed."""

    def __init__(self, world: "World") -> None:
        self.world = world
        self.start()

    def start(self) -> None:
        self.air = Air(self.world.steps)
        self.relay = self.world.relay_class("tally.events", self.world.tallies, self.air)  # type: ignore[arg-type]
        self.store = Tallies(self.world.tallies, keys(), MovedClock(), self.relay)  # type: ignore[arg-type]
        self.courses: dict[str, Course] = {}

    def begin(self, lane: str, work: Any) -> None:
        """A round of its outbox or a command; what raises for want of an answer comes again."""

        def patiently() -> None:
            with suppress(AutoReconnect, Unavailable):
                work()

        if lane not in self.courses or self.courses[lane].over:
            self.courses[lane] = self.world.steps.begin(patiently)

    def running(self) -> list[Course]:
        return [course for course in self.courses.values() if not course.over]

    def kill(self) -> None:
        for course in self.running():
            course.kill()
        self.start()

    def command(self, number: int) -> None:
        """A request; its caller hears of it when it has been carried out."""
        known = self.world.knows_requests
        request = Request(f"r{number}", f"d{number}", f"r{number}") if known else None

        def work() -> None:
            self.store.change(DOCUMENT, lambda _tally, _now: [AmountAdded(10**number)], AGENT, request)
            self.world.answered.add(number)

        self.begin("command", work)


class Readings(Documents[Any]):
    """What a reader makes of an event: a document that is called after it."""

    kind = Tallies.kind


@dataclass(eq=False)
class Reader:
    world: "World"
    holding: bytes | None = None
    course: Course | None = None

    def take(self) -> None:
        if self.holding is None and self.world.queue:
            self.holding = self.world.queue.pop(0)
            self.course = self.world.steps.begin(self._handle)

    def _handle(self) -> None:
        assert self.holding is not None
        store = Readings(self.world.readings, keys(), MovedClock(), Silent())  # type: ignore[arg-type]
        try:
            store.insert(self.world.id_of(self.holding), [TallyOpened()], AGENT, MONDAY)
        except Clash:
            self.world.copies += 1
        self.world.steps()  # handled, not yet acknowledged
        self.holding = None

    def kill(self) -> None:
        if self.course:
            self.course.kill()
        if self.holding is not None:
            self.world.queue.append(self.holding)
        self.holding = self.course = None


class Silent:
    """A reading tells nobody."""

    def send(self, _document_id: str, _outbox: Any) -> bool:
        return True


class World:
    """`relay_class` and the switches take one mechanism away."""

    def __init__(
        self, relay_class: type[OutboxRelay] = OutboxRelay, checks_versions: bool = True, knows_requests: bool = True
    ) -> None:
        self.relay_class, self.knows_requests = relay_class, knows_requests
        self.steps = Steps()
        self.tallies, self.readings = InMemory(self.steps, checks_versions), InMemory(self.steps)
        self.queue: list[bytes] = []
        self.answered: set[int] = set()
        self.copies = 0
        self.replicas = [Replica(self), Replica(self)]
        self.readers = [Reader(self), Reader(self)]
        self.replicas[0].store.insert(DOCUMENT, [TallyOpened()], AGENT, MONDAY)

    def settle(self) -> None:
        """Everything so far has taken effect and is cleared."""
        self.come_to_rest()
        assert not self.outbox()

    @staticmethod
    def id_of(body: bytes) -> str:
        """The id of an event as it travels."""
        return str(orjson.loads(body)["event_id"])

    # -- the broker and time

    def land(self, replica: Replica) -> None:
        if replica.air.sent:
            ticket, body = replica.air.sent.pop(0)
            self.queue.append(body)
            replica.air.confirmed.append(ticket)

    def confirm(self, replica: Replica) -> None:
        if replica.air.confirmed:
            replica.relay.confirmed(replica.air.confirmed.pop(0))

    def disconnect(self, replica: Replica) -> None:
        """Nobody knows what of it has landed."""
        lost = [*[ticket for ticket, _ in replica.air.sent], *replica.air.confirmed]
        replica.air.sent, replica.air.confirmed = [], []
        for ticket in lost:
            replica.relay.lost(ticket)

    def time_passes(self) -> None:
        for document in self.tallies.kept.values():
            if "swept_at" in document:
                document["swept_at"] -= OLD
            for entry in document["outbox"]:
                entry["at"] -= OLD

    # -- what came of it

    @property
    def total(self) -> str:
        """One digit for each request: how often it was carried out."""
        return str(self.tallies.kept[DOCUMENT]["state"].get("total", 0))

    def stored(self) -> Counter[int]:
        return Counter({place: int(digit) for place, digit in enumerate(reversed(self.total)) if digit != "0"})

    def entries(self) -> set[str]:
        """The ids of the events in the document's history."""
        return {f"{Tallies.kind.name}:{DOCUMENT}:{n}" for n in range(1, self.tallies.kept[DOCUMENT]["head"]["n"] + 1)}

    def outbox(self) -> list[Any]:
        return list(self.tallies.kept[DOCUMENT]["outbox"])

    def come_to_rest(self) -> None:
        """No more faults: what runs ends, what is old is swept up, what lands is read."""
        for _ in range(8):
            for replica in self.replicas:
                self._end(replica.running())
                replica.begin("way out", replica.relay.sweep)
                self._end(replica.running())
                while replica.air.sent or replica.air.confirmed:
                    self.land(replica)
                    self.confirm(replica)
                replica.begin("way out", replica.relay.clear)
                self._end(replica.running())
            for reader in self.readers:
                while self.queue or reader.holding is not None:
                    reader.take()
                    self._end([reader.course] if reader.course else [])
            self.time_passes()

    def _end(self, courses: list[Course]) -> None:
        for course in courses:
            while not course.over:
                course.step()
