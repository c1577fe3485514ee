"""Connections that break again and again under load: what runs twice has one effect (F10)."""

import time

import pytest

from suite.running import Suite
from tests.faults.broker.hands import Callers, soon
from tests.faults.broker.load import going_on, nothing_lost_nothing_doubled

EVERY, TIMES = 2.0, 4

pytestmark = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # sockets of plain clients


def test_F10_connections_closed_every_two_seconds_lose_and_double_nothing(suite: Suite, callers: Callers) -> None:
    with going_on(callers) as load:
        for _ in range(TIMES):
            time.sleep(EVERY)
            suite.broker.control("close_all_connections", "F10")
        closed = len(load.acknowledged)
        soon(lambda: len(load.acknowledged) >= closed + 3)
    nothing_lost_nothing_doubled(suite, callers, load)
