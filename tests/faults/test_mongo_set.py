"""Three mongod as one replica set: its primary is killed, stepped down, made to stand still; and one that is alone."""

import signal
from collections.abc import Callable, Iterator
from functools import partial

import pymongo
import pytest

from suite.mongo_set import MongoSet
from suite.processes import Process
from suite.waiting import wait_until
from tests.faults.mongo_load import ANSWER_SECONDS, CROWD, Load

IMPATIENT, TRIES = 0.3, 5
FIRST_OF_ALL = CROWD * 20_000  # behind all numbers of the load; each CROWD of numbers shares a document


@pytest.fixture(scope="module")
def servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MongoSet]:
    with MongoSet(tmp_path_factory.mktemp("set"), {}) as three:
        yield three


@pytest.fixture
def load(servers: MongoSet, request: pytest.FixtureRequest) -> Iterator[Load]:
    servers.await_whole()
    writers = Load(servers.mongo_url, f"load_{abs(hash(request.node.name)) % 10**8}")
    yield writers
    writers.close()


def own_copies(servers: MongoSet, name: str, database: str) -> set[str]:
    """The requests that this node has, committed or not."""
    with servers.client(name) as client:
        found = list(client[database]["tallies"].find({}, {"requests.id": 1}))
    return {done["id"] for each in found for done in each.get("requests", ())}


def only_the_primary_has_it(servers: MongoSet, load: Load) -> tuple[str, list[Process], tuple[int, int]]:
    """Its name, its followers, who stand still, and the numbers of two requests that it alone has carried out: one adds
    to a document, one makes one. Anew, with other requests, where it stepped down before it had both."""
    for base in range(FIRST_OF_ALL, FIRST_OF_ALL + TRIES * CROWD, CROWD):
        numbers = (base + 2, base + 1)
        servers.await_whole()
        wait_until("there is a document that can be added to", partial(load.attempt, base + 4), within=20)
        old = servers.await_primary()
        followers = [servers.node(name) for name in servers.names if name != old]
        for follower in followers:
            follower.signal(signal.SIGSTOP)
        before = len(load.told.acknowledged)
        for number in numbers * 2:
            with pymongo.timeout(IMPATIENT):  # while it still takes itself for the primary
                assert not load.attempt(number), "its own copy was taken for a commit"
        assert len(load.told.acknowledged) == before
        if {load.asked(number)[1].id for number in numbers} <= own_copies(servers, old, load.name):
            return old, followers, numbers
        for follower in followers:
            follower.signal(signal.SIGCONT)
    raise AssertionError("it never had them: nothing was proved")


def goes_on(load: Load, what: str) -> None:
    """Returns once somebody is acknowledged again."""
    known = len(load.told.acknowledged)
    wait_until(f"writes go on after {what}", lambda: len(load.told.acknowledged) > known + 20, within=30)


def killed(servers: MongoSet, load: Load) -> None:
    name = servers.await_primary()
    servers.node(name).kill()
    assert servers.await_primary(besides=name) != name
    goes_on(load, "the primary was killed")
    servers.start_node(name)


def stepped_down(servers: MongoSet, load: Load) -> None:
    servers.step_down()
    servers.await_primary()
    goes_on(load, "the primary stepped down")


def standing_still(servers: MongoSet, load: Load) -> None:
    name = servers.await_primary()
    servers.node(name).signal(signal.SIGSTOP)
    servers.await_primary(besides=name)
    goes_on(load, "the primary stood still")
    servers.node(name).signal(signal.SIGCONT)
    goes_on(load, "the old primary came back")


@pytest.mark.parametrize("breaks", [killed, stepped_down, standing_still])
def test_F11_a_primary_that_is_lost_loses_and_doubles_nothing_that_was_acknowledged(
    servers: MongoSet, load: Load, breaks: Callable[[MongoSet, Load], None]
) -> None:
    with load.running() as told:
        goes_on(load, "the start")
        breaks(servers, load)
    assert load.count() == (0, 0)
    assert told.slowest < ANSWER_SECONDS
    print(
        f"\n{breaks.__name__}: {len(told.acknowledged)} acknowledged, {told.failed} failed and repeated, "
        f"slowest answer {told.slowest:.1f} s, longest gap {told.gap:.1f} s"
    )


def test_F11_what_only_the_primary_had_is_never_acknowledged(servers: MongoSet, load: Load) -> None:
    """Its followers stand still, it takes the write and dies: who repeats the request must not be told yes by it."""
    with load.running():
        goes_on(load, "the start")
    old, followers, numbers = only_the_primary_has_it(servers, load)
    servers.node(old).kill()
    for follower in followers:
        follower.signal(signal.SIGCONT)
    servers.await_primary(besides=old)
    for number in numbers:
        wait_until("the same requests are carried out", partial(load.attempt, number), within=20)
    servers.start_node(old)
    servers.await_whole()
    assert load.count() == (0, 0)
