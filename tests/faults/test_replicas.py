"""A process that is killed is started again under its own name, while its neighbour goes on serving."""

import signal
from collections.abc import Callable

from suite.play.__main__ import MONDAY
from suite.play.callers import Callers
from suite.running import Suite
from tests.system.hands import OPERATOR


def test_a_killed_process_is_missed_by_nobody_and_comes_back_under_its_name(
    start_suite: Callable[..., Suite], call_suite: Callable[[Suite], Callers]
) -> None:
    suite = start_suite(clock_origin=MONDAY, replicas={"notify": 2})
    callers = call_suite(suite)
    killed = suite.process("notify-1")
    killed.signal(signal.SIGKILL)
    killed.await_end(within=5)
    assert killed.child is not None
    assert killed.child.returncode == -signal.SIGKILL
    assert callers.call(OPERATOR, "notify", "pulse")["service"] == "notify"
    again = suite.start_process("notify-1", LOG_LEVEL="WARNING")
    suite.await_service("notify")
    assert suite.process("notify-1") is again
    assert again.pid != killed.pid
    assert callers.call(OPERATOR, "notify", "pulse")["service"] == "notify"
