"""Connections that break again and again under load: what runs twice has one effect (F10)."""

import pytest

from suite.running import Suite
from tests.faults.broker.hands import Callers, soon
from tests.faults.broker.load import going_on, nothing_lost_nothing_doubled

EVERY_SECONDS, TIMES = 2, 4
CLOSES = 'length([catch rabbit_networking:close_connection(Pid, "F10") || Pid <- rabbit_networking:connections()])'
AGAIN = f"[begin timer:sleep({EVERY_SECONDS}000), {CLOSES} end || _ <- lists:seq(1, {TIMES})]."

pytestmark = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # sockets of plain clients


def test_F10_connections_closed_every_two_seconds_lose_and_double_nothing(suite: Suite, callers: Callers) -> None:
    with going_on(callers) as load:
        closed = suite.broker.control("eval", AGAIN)  # within the node: rabbitmqctl takes seconds to start
        known = len(load.acknowledged)
        soon(lambda: len(load.acknowledged) >= known + 3)
    assert closed.count(",") == TIMES - 1
    assert all(int(each) > 0 for each in closed.strip().strip("[]").split(",")), closed
    nothing_lost_nothing_doubled(suite, callers, load)
