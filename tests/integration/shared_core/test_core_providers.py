"""A service's store in its place: a real container, a real broker, a real mongod."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from kombu import Connection, Exchange, Queue
from pymongo import MongoClient
from pymongo.collection import Collection

from shared.bus.rpc import rpc
from shared.clock import BusinessClock, ClockFile
from shared.providers import Clock, Keys, Stored, key_ring
from shared.sealing import KeyRing
from shared.settings import Settings
from suite.waiting import wait_until
from tests.integration.shared_core.tallies import NoRelay, Tallies, add
from tests.unit.shared_core.sample import AGENT, MONDAY, TallyOpened

EXCHANGE = Exchange("tally.events", "topic", durable=True)


class TallyService:
    """The smallest service with a store."""

    name = "tally"
    tallies = Stored(Tallies)
    clock = Clock()
    keys = Keys()

    @rpc
    def open(self, document_id: str) -> dict[str, Any]:
        saved = self.tallies.insert(document_id, [TallyOpened()], AGENT, self.clock.now())
        return {"id": saved.id, "seq": saved.n}

    @rpc
    def add(self, document_id: str) -> dict[str, Any]:
        saved = self.tallies.change(document_id, add(), AGENT)
        return {"id": saved.id, "seq": saved.n, "at": saved.state.marks[-1].at.isoformat()}


@pytest.fixture(scope="module")
def settings(make_settings: Callable[..., Settings]) -> Settings:
    return make_settings()


@pytest.fixture(scope="module")
def tally(start_service: Any, make_client: Any, settings: Settings) -> Any:
    """A caller's view of the running service."""
    ClockFile(settings.run_dir / "clock.json").start(MONDAY)
    start_service(TallyService, settings)
    return make_client(settings, "E1001", "agent", "SZ").tally


@pytest.fixture
def collection(settings: Settings) -> Iterator[Collection[Any]]:
    with MongoClient[Any](settings.mongo_url, tz_aware=True) as client:
        yield client[f"{settings.database_prefix}_tally"][Tallies.kind.name]


@pytest.fixture
def heard(settings: Settings, tally: Any) -> Iterator[Callable[[], list[str]]]:
    """`heard()`: the message ids that a reader of all tally events has received so far, in order."""
    received: list[str] = []
    with Connection(settings.amqp_uri) as connection:
        queue = Queue("", EXCHANGE, routing_key="#", exclusive=True)(connection.channel())
        queue.declare()

        def look() -> list[str]:
            while message := queue.get(no_ack=True):
                received.append(message.properties["message_id"])
            return received

        yield look


def unsent(collection: Collection[Any], document_id: str) -> list[str]:
    document = collection.find_one({"_id": document_id}, {"outbox.id": 1})
    assert document is not None
    return [entry["id"] for entry in document["outbox"]]


def test_events_reach_their_readers_and_are_cleared(tally: Any, collection: Collection[Any], heard: Any):
    tally.open("a")
    tally.add("a")
    wait_until("both events are heard", lambda: heard() == ["tallies:a:1", "tallies:a:2"], within=10)
    wait_until("the outbox is empty", lambda: unsent(collection, "a") == [], within=10)


def test_an_event_that_somebody_reads_waits_for_its_queue(tally: Any, collection: Collection[Any], settings: Settings):
    tally.open("b")
    tally.add("b")
    wait_until("what nobody reads is cleared", lambda: unsent(collection, "b") == ["tallies:b:2"], within=10)
    with Connection(settings.amqp_uri) as connection:
        queue = Queue("late", EXCHANGE, routing_key="amount_added")(connection.channel())
        queue.declare()
        wait_until("the late reader has it", lambda: queue.get(no_ack=True), within=15)
        wait_until("the outbox is empty", lambda: unsent(collection, "b") == [], within=10)
        queue.delete()


def test_what_a_killed_process_left_behind_is_sent_by_a_running_one(
    tally: Any, collection: Collection[Any], heard: Any, settings: Settings
):
    killed = Tallies(collection.database, key_ring(settings), BusinessClock(), NoRelay())
    killed.insert("c", [TallyOpened()], AGENT, MONDAY)
    wait_until("the sweeper sends it", lambda: "tallies:c:1" in heard(), within=15)
    wait_until("the outbox is empty", lambda: unsent(collection, "c") == [], within=10)
    assert tally.add("c")["seq"] == 2


def test_business_time_is_the_development_clocks(tally: Any, settings: Settings):
    tally.open("d")
    assert tally.add("d")["at"].startswith("2026-03-02T01:")


def test_the_indexes_are_made_at_the_start(tally: Any, collection: Collection[Any]):
    assert {"requests", "outbox", "due", "wake", "one_open"} <= collection.index_information().keys()


def test_a_process_that_stops_leaves_no_confirmed_event_behind(
    make_settings: Callable[..., Settings], start_service: Any, make_client: Any
):
    settings = make_settings()
    container = start_service(TallyService, settings)
    tally = make_client(settings, "E1001", "agent", "SZ").tally
    with MongoClient[Any](settings.mongo_url) as client:
        for number in range(20):
            tally.open(f"t{number}")
        container.stop()
        left = client[f"{settings.database_prefix}_tally"][Tallies.kind.name]
        assert left.count_documents({}) == 20
        assert left.count_documents({"outbox.0": {"$exists": True}}) == 0


def test_the_key_ring_is_made_of_the_settings(settings: Settings):
    ring: KeyRing = key_ring(settings)
    assert ring.new_document_key("t1").stored["id"] == next(iter(settings.master_keys))
