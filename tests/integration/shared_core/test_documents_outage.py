"""A mongod that hangs or dies: callers get an error within a bound; once it is back all works without a restart."""

import signal
import time
from collections.abc import Iterator
from typing import Any

import pytest
from pymongo.errors import ConnectionFailure, ExecutionTimeout

from shared import documents, presence, together
from shared.errors import Unavailable
from shared.presence import connect
from suite.mongo import Mongo
from suite.processes import Process as Node
from suite.waiting import wait_until
from tests.integration.conftest import PRIVATE
from tests.integration.shared_core.tallies import MovedClock, Process, Tallies, add, request
from tests.unit.shared_core.sample import AGENT, MONDAY, TallyOpened

AWAY = (ConnectionFailure, ExecutionTimeout, Unavailable)
SHORTENED = 1.5  # seconds for an answer; that they are four in truth says a unit test
BOUND = SHORTENED + 2.5


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Mongo]:
    """A mongod of this module's own, to be hurt."""
    with Mongo(tmp_path_factory.mktemp("hurt"), PRIVATE) as node:
        yield node


@pytest.fixture
def node(server: Mongo) -> Iterator[Node]:
    """Its process, started again so that it can be signalled; running again afterwards."""
    server.kill_node()
    process = server.start_node()
    wait_until("mongod takes writes", server.takes_writes, process, within=30)
    yield process
    process.signal(signal.SIGCONT)


@pytest.fixture
def tallies(server: Mongo, node: Node) -> Iterator[Tallies]:
    with connect(server.mongo_url, workers=1) as client:
        client.drop_database("core")
        yield Process(client["core"], MovedClock()).tallies


@pytest.fixture
def hurried(server: Mongo, tallies: Tallies) -> Iterator[Tallies]:
    """The same tallies over a connection whose queries, too, end within SHORTENED."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(presence, "ANSWER_WITHIN", SHORTENED)
        client = connect(server.mongo_url, workers=1)
    with client:
        yield Process(client["core"], MovedClock()).tallies


def failing_within_bound(act: Any) -> None:
    with pytest.MonkeyPatch.context() as patch:
        for module in (documents, together):
            patch.setattr(module, "ANSWER_WITHIN", SHORTENED)
        began = time.monotonic()
        with pytest.raises(AWAY):
            act()
        assert time.monotonic() - began < BOUND


def test_F11_a_mongod_that_hangs_fails_callers_within_a_bound_and_then_serves_them(
    node: Node, tallies: Tallies, hurried: Tallies
):
    tallies.prepare()
    tallies.insert("t1", [TallyOpened()], AGENT, MONDAY)
    assert hurried.get("t1").state.total == 0, "it is connected before"
    node.signal(signal.SIGSTOP)
    failing_within_bound(lambda: hurried.change("t1", add(), AGENT, request("r1")))
    failing_within_bound(lambda: hurried.insert("t2", [TallyOpened()], AGENT, MONDAY))
    failing_within_bound(lambda: hurried.load("t1"))
    failing_within_bound(hurried.due)
    node.signal(signal.SIGCONT)
    assert hurried.change("t1", add(), AGENT, request("r1")).state.total == 1
    assert tallies.recompute("t1") == tallies.get("t1").state


def test_F11_a_mongod_that_is_killed_loses_nothing_that_was_acknowledged(server: Mongo, node: Node, tallies: Tallies):
    tallies.prepare()
    tallies.insert("t1", [TallyOpened()], AGENT, MONDAY)
    acknowledged = [tallies.change("t1", add(), AGENT, request(f"r{number}")).v for number in range(20)][-1]
    server.kill_node()
    failing_within_bound(lambda: tallies.change("t1", add(), AGENT, request("r20")))
    again = server.start_node()
    wait_until("mongod takes writes", server.takes_writes, again, within=30)
    assert tallies.get("t1").v == acknowledged
    assert tallies.change("t1", add(), AGENT, request("r20")).state.total == 21
    assert tallies.recompute("t1") == tallies.get("t1").state
