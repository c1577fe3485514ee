"""The message centre down, throttling, or taking messages and never answering, before the whole suite (F23); then, on
the same suite, one of two processes killed and started again under its own name."""

import os
import signal
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import amqp
import pytest

from chaos.haste import SHORT, hurried
from shared.clock import ClockFile
from shared.settings import PROJECT
from suite.play.__main__ import MONDAY
from suite.play.callers import Callers
from suite.play.quiet import connect
from suite.running import Suite
from tests.faults.centre_hands import Centre, Writers, in_queues, numbers
from tests.system.hands import OPERATOR, eventually

VALID = 30.0  # seconds in which a message has to leave: as shipped 24 hours
CHANGES = {**SHORT, "notify.yml": {"carrier": {**SHORT["notify.yml"]["carrier"], "submitted_within": f"{VALID:.0f}s"}}}
WAITING = {"queued", "submitting", "unknown"}
LOOKED_AT = 3.0  # seconds of looks at the queues
MOST_SUBMITS = 60
SETTLED_WITHIN = 60.0


@pytest.fixture(scope="module")
def suite(start_suite: Callable[..., Suite], tmp_path_factory: pytest.TempPathFactory) -> Suite:
    policies: Path = tmp_path_factory.mktemp("centre") / "policies"
    hurried(PROJECT / "policies", policies, "both", CHANGES)
    environ = os.environ | {"TOUSU_POLICIES": str(policies)}
    return start_suite(clock_origin=MONDAY, replicas={"notify": 2}, environ=environ)


@pytest.fixture(scope="module")
def callers(suite: Suite, call_suite: Callable[[Suite], Callers]) -> Callers:
    return call_suite(suite)


@pytest.fixture(scope="module")
def writers(suite: Suite, callers: Callers) -> Writers:
    return Writers(suite, callers)


@pytest.fixture
def centre(suite: Suite) -> Centre:
    return Centre(suite)


@pytest.fixture
def broker(suite: Suite) -> Iterator[amqp.Connection]:
    with connect(suite.amqp_uri) as connection:
        yield connection


def an_hour_later(suite: Suite) -> None:
    ClockFile(suite.folder.clock).advance(timedelta(hours=1))


def written(writers: Writers, customers: list[str], many: int, what: str) -> dict[str, list[str]]:
    """So many messages to each customer, in turn; their ids by customer."""
    ids: dict[str, list[str]] = {number: [] for number in customers}
    for n in range(many):
        for number in customers:
            ids[number].append(writers.write(number, f"{what}{n}"))
    return ids


def in_order(texts: list[str], what: str, many: int) -> bool:
    """Whether each of them was shown, for the first time in the order of writing."""
    shown = [next(f"{what}{n}" for n in range(many) if f"{what}{n}" in text) for text in texts]
    return list(dict.fromkeys(shown)) == [f"{what}{n}" for n in range(many)]


def nothing_spins(broker: amqp.Connection) -> None:
    """All that came is in the database; nothing of it goes round in the broker."""
    eventually(lambda: in_queues(broker) == 0, 20)
    until = time.monotonic() + LOOKED_AT
    while time.monotonic() < until:
        assert in_queues(broker) == 0
        time.sleep(0.1)


@pytest.mark.parametrize(("how", "many"), [("throttling", 4), ("never answering", 2)])
def test_F23_messages_wait_in_the_database_in_order_while_refunds_go_on(
    suite: Suite, writers: Writers, centre: Centre, broker: amqp.Connection, how: str, many: int
) -> None:
    customers, before = [str(next(numbers)) for _ in range(3)], centre.submits()
    centre.goes(how)
    ids = written(writers, customers, many, "N")
    every = [each for mine in ids.values() for each in mine]
    refunds = [writers.pay_back() for _ in range(3)]
    eventually(lambda: all(map(writers.paid, refunds)), 20)
    an_hour_later(suite)
    nothing_spins(broker)
    kept = writers.stored(every)
    submits = centre.submits() - before
    print(f"\n{how}: {submits} submits for {len(every)} messages; {sorted(each['status'] for each in kept)}")
    assert {each["status"] for each in kept} <= WAITING
    assert all(each["wake_at"] for each in kept), "one waits that nobody looks at again"
    assert submits <= MOST_SUBMITS
    centre.comes_back(how)
    eventually(lambda: writers.statuses(every) == {"delivered"}, SETTLED_WITHIN)
    for number, mine in ids.items():
        assert in_order(centre.on_phone(number), "N", many), centre.on_phone(number)
        marked = sum(each["state"].get("may_be_repeated", False) for each in writers.stored(mine))
        assert len(centre.on_phone(number)) <= many + marked


def test_F23_what_waited_longer_than_it_is_valid_is_not_sent_and_what_is_valid_comes_in_order(
    suite: Suite, writers: Writers, centre: Centre, broker: amqp.Connection
) -> None:
    customers = [str(next(numbers)) for _ in range(3)]
    centre.goes("down")
    stale = [each for mine in written(writers, customers, 2, "S").values() for each in mine]
    assert writers.statuses(stale) == {"queued"}
    refunds = [writers.pay_back() for _ in range(3)]
    eventually(lambda: all(map(writers.paid, refunds)), 20)
    an_hour_later(suite)
    nothing_spins(broker)
    assert writers.statuses(stale) <= {"queued", "expired"}
    eventually(lambda: writers.statuses(stale) == {"expired"}, VALID * 3)
    fresh = written(writers, customers, 3, "N")
    centre.comes_back("down")
    every = [each for mine in fresh.values() for each in mine]
    eventually(lambda: writers.statuses(every) == {"delivered"}, SETTLED_WITHIN)
    assert writers.statuses(stale) == {"expired"}
    for number in customers:
        assert in_order(centre.on_phone(number), "N", 3), centre.on_phone(number)
        assert len(centre.on_phone(number)) == 3


def test_a_killed_process_is_missed_by_nobody_and_comes_back_under_its_name(suite: Suite, callers: Callers) -> None:
    killed = suite.process("notify-1")
    killed.signal(signal.SIGKILL)
    killed.await_end(within=5)
    assert killed.child is not None
    assert killed.child.returncode == -signal.SIGKILL
    eventually(lambda: suite.consumers("notify") == 1)  # the broker has noticed: it hands nothing to the dead one
    assert callers.call(OPERATOR, "notify", "pulse")["service"] == "notify"
    again = suite.start_process("notify-1", LOG_LEVEL="WARNING")
    suite.await_service("notify")
    assert suite.process("notify-1") is again
    assert again.pid != killed.pid
    assert callers.call(OPERATOR, "notify", "pulse")["service"] == "notify"
