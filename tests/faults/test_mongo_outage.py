"""MongoDB is away: services stay up, callers hear of it within five seconds, and within five of its return all works.

OUTAGE_SECONDS: how long it is away (12); with 600 it is the ten minutes that operators are promised."""

import os
import re
import signal
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import psutil
import pytest

from services import SERVICES
from shared.clock import monotonic
from suite.play.__main__ import MONDAY
from suite.play.callers import Callers as Everybody
from suite.play.callers import Refused
from suite.running import Suite
from suite.waiting import wait_until
from tests.faults.callers_afterwards import ERROR_WITHIN, in_time, nothing_is_lost, the_backlog_is_worked_off
from tests.faults.callers_meanwhile import Answered, Callers
from tests.system.hands import OPERATOR

AWAY_SECONDS = float(os.environ.get("OUTAGE_SECONDS", "12"))
BACK_WITHIN = 5.0
SAYS, STOPS_WITHIN = "nothing is taken before it is there", 30.0
LINK_UP = "carrier_link_up"
LINES_A_SECOND = 2.0  # of one process, on the average of an outage
ENTRY = re.compile(r"^(?:\{|Traceback)", re.MULTILINE)  # a traceback is one, however deep
MORE_MEGABYTES, MORE_THREADS, MORE_FILES = 10 + 0.1 * AWAY_SECONDS, 4, 20


@dataclass(frozen=True)
class Size:
    """What one process holds, and how much it has said."""

    megabytes: float
    threads: int
    files: int
    lines: int


def size_of(suite: Suite, name: str) -> Size:
    process = suite.process(name)
    seen = psutil.Process(process.pid)
    lines = len(ENTRY.findall(process.log.read_text())) if process.log.exists() else 0
    return Size(seen.memory_info().rss / 1e6, seen.num_threads(), seen.num_fds(), lines)


@pytest.fixture(scope="module")
def suite(start_suite: Callable[..., Suite]) -> Iterator[Suite]:
    return start_suite(clock_origin=MONDAY)


def killed(suite: Suite) -> Callable[[], None]:
    suite.mongo.kill_node()
    return lambda: void(suite.mongo.start_node())


def standing_still(suite: Suite) -> Callable[[], None]:
    node = suite.process("mongod")
    node.signal(signal.SIGSTOP)
    return lambda: node.signal(signal.SIGCONT)


def void(_: object) -> None:
    """What was answered does not matter."""


@pytest.mark.parametrize("goes_away", [standing_still, killed])
def test_F11_with_mongodb_away_callers_hear_it_in_five_seconds_and_five_after_its_return_all_work(
    suite: Suite, call_suite: Callable[[Suite], Everybody], goes_away: Callable[[Suite], Callable[[], None]]
) -> None:
    everybody, callers = call_suite(suite), Callers(suite, pause=min(AWAY_SECONDS / 240, 1.0))
    names = [f"{service}-1" for service in SERVICES]
    pids = [suite.process(name).pid for name in names]
    with callers.calling():
        wait_until("callers are answered", lambda: len(callers.registered) > 20, within=30)
        before = {name: size_of(suite, name) for name in names}
        gone = monotonic()
        comes_back = goes_away(suite)
        time.sleep(AWAY_SECONDS)  # machine time that has to pass
        comes_back()
        wait_until("MongoDB takes writes", suite.mongo.takes_writes, within=60)
        back = monotonic()
        wait_until("all services work", lambda: all_work(everybody), within=BACK_WITHIN)
        returned = monotonic() - back
        wait_until("callers are answered", lambda: len(callers.registered) > 60, within=30)
    after = {name: size_of(suite, name) for name in names}
    print(told(goes_away.__name__, callers.between(gone, back), returned, before, after))
    in_time(callers.answers)
    assert {each.how for each in callers.between(gone + ERROR_WITHIN, back - BACK_WITHIN)} == {"Unavailable"}
    assert [suite.process(name).pid for name in names if suite.process(name).alive()] == pids
    nothing_is_lost(everybody, callers)
    for name in names:
        stays_small(before[name], after[name])
    the_backlog_is_worked_off(everybody, callers)


def all_work(everybody: Everybody) -> bool:
    """Whether each service answers what needs its database."""
    return all(answers(everybody, service) for service in SERVICES)


def answers(everybody: Everybody, service: str) -> bool:
    try:
        return bool(everybody.call(OPERATOR, service, "pulse"))
    except Refused as refused:
        if refused.name != "Unavailable":
            raise
        return False


def stays_small(before: Size, after: Size) -> None:
    assert after.megabytes < before.megabytes + MORE_MEGABYTES
    assert after.threads <= before.threads + MORE_THREADS
    assert after.files <= before.files + MORE_FILES
    assert after.lines - before.lines < 100 + LINES_A_SECOND * AWAY_SECONDS


def told(what: str, answers: list[Answered], back: float, before: dict[str, Size], after: dict[str, Size]) -> str:
    took = sorted(each.took for each in answers)
    found = [
        f"\nMongoDB {what} for {AWAY_SECONDS:.0f} s: {len(took)} calls, slowest {took[-1]:.2f} s, back in {back:.2f} s"
    ]
    for name, was in before.items():
        now = after[name]
        found.append(
            f"  {name}: {was.megabytes:.0f} -> {now.megabytes:.0f} MB, {was.threads} -> {now.threads} threads, "
            f"{was.files} -> {now.files} files, {now.lines - was.lines} lines of log"
        )
    return "\n".join(found)


def test_F11_a_process_that_is_started_while_mongodb_is_away_waits_and_can_be_told_to_stop(suite: Suite) -> None:
    suite.mongo.kill_node()
    waiting, stopped = suite.start_process("refund-2"), suite.start_process("notify-2")
    for each in (waiting, stopped):
        wait_until("it says what it waits for", lambda: SAYS in each.last_words(), each, within=60)  # noqa: B023
    assert LINK_UP not in stopped.log.read_text(), "what the carrier brings could not be stored"
    assert LINK_UP in suite.process("notify-1").log.read_text()
    stopped.signal(signal.SIGTERM)
    wait_until("it ends", lambda: not stopped.alive(), within=STOPS_WITHIN)
    suite.mongo.start_node()
    wait_until("MongoDB takes writes", suite.mongo.takes_writes, within=60)
    suite.await_service("refund")
    assert waiting.alive()
