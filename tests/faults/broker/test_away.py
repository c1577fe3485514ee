"""The broker away, in each of its ways: every service stays up, callers hear so in time, and all goes on (F6, F7).

BROKER_AWAY_SECONDS=600 makes the outage ten minutes long.
"""

import os
import signal
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import psutil
import pytest

from services import SERVICES
from suite.processes import Process
from suite.running import Suite
from tests.faults.broker.hands import OPERATOR, Callers, soon
from tests.faults.broker.load import going_on, nothing_lost_nothing_doubled

AWAY = float(os.environ.get("BROKER_AWAY_SECONDS", "8"))
AT_WORK, UNSENT = 5.0, 30.0
# a plain Nameko client tries a broker that does not answer twice, five seconds each; that is in none of our hands
CALLERS_HEAR = {"killed": 5.0, "shut down": 5.0, "stopped": 20.0}
MEMORY, FILES, LINES = int(10e6 + 0.1e6 * AWAY), 12, 40
NAMES = [f"{service}-1" for service in SERVICES]

pytestmark = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # sockets of plain clients


@dataclass(frozen=True)
class Footprint:
    """What a service process takes of its machine."""

    pid: int
    memory: int
    files: int
    lines: int


def footprint(process: Process) -> Footprint:
    live = psutil.Process(process.pid)
    lines = process.log.read_bytes().count(b"\n")
    return Footprint(process.pid, live.memory_info().rss, live.num_fds(), lines)


def go(suite: Suite, how: str) -> None:
    if how == "stopped":
        suite.process("rabbitmq").signal(signal.SIGSTOP)
    elif how == "killed":
        suite.broker.kill_node()
    else:
        suite.broker.stop_node()


def come_back(suite: Suite, how: str) -> None:
    if how == "stopped":
        suite.process("rabbitmq").signal(signal.SIGCONT)
    else:
        suite.broker.start_node()
    soon(suite.broker.answers, within=90)


@pytest.mark.parametrize(
    "how",
    [
        pytest.param("shut down", id="F6-shut-down"),  # first: then queues are on disk
        pytest.param("killed", id="F6-killed"),
        pytest.param("stopped", id="F7-stopped"),
    ],
)
def test_F6_F7_without_its_broker_every_service_stays_up_and_nothing_acknowledged_is_lost(
    suite: Suite, callers: Callers, node: Process, how: str
) -> None:
    assert node.alive()
    before = {name: footprint(suite.process(name)) for name in NAMES}
    with going_on(callers) as load:
        soon(lambda: len(load.acknowledged) >= 5)
        go(suite, how)
        gone = time.monotonic()
        time.sleep(AWAY)
        coming = time.monotonic()
        outage = {name: footprint(suite.process(name)) for name in NAMES}
        come_back(suite, how)
        back = time.monotonic()
        at_work = seconds_until_each_is_at_work(callers, back)
        unsent = [callers.pulse(service)["outbox_age_s"] for service in SERVICES]
        soon(lambda: len(load.begun_between(back, time.monotonic())) >= 5)
    empty = seconds_until_all_is_sent(callers, back)
    heard = [each.seconds for each in load.underway_between(gone, coming)]
    print(f"\n{how} for {coming - gone:.0f} s: callers heard after {max(heard):.1f} s at most ({len(heard)} calls);")
    print(f"at work after {at_work}; oldest unsent then {max(unsent):.1f} s; all sent {empty:.1f} s after its return")
    print("\n".join(f"{name}: {before[name]} → {outage[name]}" for name in NAMES))

    assert max(heard) <= CALLERS_HEAR[how]
    assert max(at_work.values()) <= AT_WORK
    assert empty <= UNSENT
    nothing_lost_nothing_doubled(suite, callers, load)
    for name in NAMES:
        assert_no_more_than(before[name], outage[name])
        assert suite.process(name).alive()
        assert footprint(suite.process(name)).pid == before[name].pid


def seconds_until_each_is_at_work(callers: Callers, back: float) -> dict[str, float]:
    """How long after the broker's return each service answers: asked side by side, none waits for another."""

    def until_at_work(service: str) -> float:
        soon(lambda: callers.tried(OPERATOR, f"{service}.pulse")[0], within=30)
        return round(time.monotonic() - back, 1)

    with ThreadPoolExecutor(len(SERVICES)) as side_by_side:
        return dict(zip(SERVICES, side_by_side.map(until_at_work, SERVICES), strict=True))


def seconds_until_all_is_sent(callers: Callers, back: float) -> float:
    soon(lambda: not any(callers.pulse(service)["outbox"] for service in SERVICES), within=90)
    return time.monotonic() - back


def assert_no_more_than(before: Footprint, after: Footprint) -> None:
    """An outage, however long, takes no memory, no sockets, and does not fill the log."""
    assert after.memory - before.memory < MEMORY
    assert after.files - before.files < FILES
    assert after.lines - before.lines < LINES
