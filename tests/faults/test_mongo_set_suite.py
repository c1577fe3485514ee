"""Intake on a set of three mongod: what its callers hear when the primary stands still, request by request."""

import os
import signal
from collections.abc import Callable, Iterator

import pytest

from suite.mongo_set import MongoSet
from suite.play.__main__ import MONDAY
from suite.play.callers import Callers as Everybody
from suite.running import Suite
from suite.waiting import wait_until
from tests.faults.callers_afterwards import in_time, nothing_is_lost
from tests.faults.callers_meanwhile import Callers

FELT = 1.0  # seconds: so long nobody waits for a primary that moves
SOME, NOBODY_ELSE = 40, {"escalation": 0, "refund": 0, "notify": 0}


@pytest.fixture(scope="module")
def servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MongoSet]:
    with MongoSet(tmp_path_factory.mktemp("set"), {}) as three:
        yield three


@pytest.fixture(scope="module")
def suite(servers: MongoSet, start_suite: Callable[..., Suite]) -> Suite:
    return start_suite(clock_origin=MONDAY, replicas=NOBODY_ELSE, environ=os.environ | {"MONGO_URL": servers.mongo_url})


def go_on(callers: Callers, what: str) -> None:
    """Returns once SOME further complaints are registered."""
    known = len(callers.registered)
    wait_until(f"callers are answered after {what}", lambda: len(callers.registered) > known + SOME, within=60)


def test_F11_while_a_primary_stands_still_every_request_ends_within_five_seconds_however_many_operations_it_needs(
    servers: MongoSet, suite: Suite, call_suite: Callable[[Suite], Everybody]
) -> None:
    everybody, callers = call_suite(suite), Callers(suite, services=["intake"])
    with callers.calling():
        go_on(callers, "the start")
        name = servers.await_primary()
        servers.node(name).signal(signal.SIGSTOP)
        servers.await_primary(besides=name)
        go_on(callers, "the primary stood still")
        servers.node(name).signal(signal.SIGCONT)
        go_on(callers, "the old primary came back")
    slowest = max(each.took for each in callers.answers)
    refused = sum(each.how == "Unavailable" for each in callers.answers)
    print(f"\n{len(callers.answers)} requests, {refused} refused, the slowest answered after {slowest:.1f} s")
    assert {each.how for each in callers.answers} <= {"ok", "Unavailable"}
    assert refused or slowest > FELT, "nobody met the standstill: nothing is shown"
    in_time(callers.answers)
    nothing_is_lost(everybody, callers)
