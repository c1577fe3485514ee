"""A process whose machine's clock jumps or drifts, alone and beside a true one: nothing early, nothing missed, nothing
twice, no storm (F17)."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import count
from typing import Any

import psutil
import pytest

from shared.clock import SKEW_BOUND, BusinessClock, ClockFile, monotonic
from suite.faketime import FakeTime
from suite.play.__main__ import MONDAY
from suite.play.callers import Callers
from suite.running import Suite
from suite.waiting import wait_until
from tests.faults.callers_meanwhile import registration
from tests.system.hands import AGENT, OPERATOR, PROVINCE

HOUR, DAY, MINUTE, SECOND = timedelta(hours=1), timedelta(days=1), timedelta(minutes=1), timedelta(seconds=1)
LOOKS = 1.5  # seconds in which three looks at what is due happen
NO_STORM = 0.6  # CPU seconds a second
Wrong = Callable[[FakeTime], None]
numbers = count(13_600_000_001)


@dataclass(frozen=True)
class Watched:
    """A suite whose first escalation has a clock of its own."""

    suite: Suite
    callers: Callers
    clock: FakeTime

    @property
    def business(self) -> ClockFile:
        return ClockFile(self.suite.folder.clock)

    def registered(self) -> tuple[str, datetime]:
        """A VIP's complaint, and when its handling limit breaks."""
        number = next(numbers)
        request = registration(number)
        answer = self.callers.call(AGENT, "intake", "register", request | {"customer": customer(number)})
        complaint_id: str = answer["complaint_id"]
        wait_until("it has its case", lambda: bool(self.clocks(complaint_id)), within=15)
        return complaint_id, datetime.fromisoformat(self.clocks(complaint_id)["handling"]["due_at"])

    def clocks(self, complaint_id: str) -> dict[str, Any]:
        found = self.callers.call(PROVINCE, "escalation", "due", {"state": "running", "limit": 200})["items"]
        if complaint_id not in {each["complaint_id"] for each in found}:
            return {}
        return {each["kind"]: each for each in self.case(complaint_id)["clocks"]}

    def case(self, complaint_id: str) -> dict[str, Any]:
        answer: dict[str, Any] = self.callers.call(PROVINCE, "escalation", "case", complaint_id)
        return answer

    def handling(self, complaint_id: str) -> str:
        states = [each["state"] for each in self.case(complaint_id)["clocks"] if each["kind"] == "handling"]
        return str(states[0])

    def moves_to(self, moment: datetime) -> None:
        """Business time, forwards."""
        self.business.advance(moment - BusinessClock(self.suite.folder.clock).now())

    def looks_three_times(self, *names: str) -> list[float]:
        """CPU seconds a second of each of these processes meanwhile."""
        processes = [psutil.Process(self.suite.process(name).pid) for name in names]
        spent, began = list(map(used, processes)), monotonic()
        time.sleep(LOOKS)  # machine time that has to pass
        seconds = monotonic() - began
        return [(used(process) - before) / seconds for process, before in zip(processes, spent, strict=True)]


def used(process: psutil.Process) -> float:
    """CPU seconds so far."""
    return float(sum(process.cpu_times()[:2]))


def customer(number: int) -> dict[str, str]:
    return {"msisdn": str(number), "name": "张三", "brand": "vip"}


@pytest.fixture(scope="module")
def watched(
    start_suite: Callable[..., Suite], call_suite: Callable[[Suite], Callers], tmp_path_factory: pytest.TempPathFactory
) -> Watched:
    clock = FakeTime(tmp_path_factory.mktemp("clock"))
    suite = start_suite(clock_origin=MONDAY, replicas={"escalation": 0})
    suite.start_process("escalation-1", **clock.variables)
    suite.await_service("escalation")
    return Watched(suite, call_suite(suite), clock)


@pytest.fixture(scope="module")
def beside(watched: Watched) -> str:
    """A second escalation, whose clock is true; from here on it stays."""
    watched.suite.start_process(name := "escalation-2")
    wait_until("both take requests", lambda: watched.suite.consumers("escalation") == 2, within=60)
    return name


def jumps(by: timedelta) -> Wrong:
    return lambda clock: clock.jump(by)


WRONG = {
    "an_hour_ahead": jumps(HOUR),
    "an_hour_back": jumps(-HOUR),
    "a_day_ahead": jumps(DAY),
    "a_day_back": jumps(-DAY),
    "fast": lambda clock: clock.drift(1.5),
}


@pytest.mark.parametrize("wrong", WRONG.values(), ids=WRONG)
def test_F17_a_clock_that_goes_wrong_breaks_nothing_early_misses_nothing_and_makes_no_storm(
    watched: Watched, wrong: Wrong
) -> None:
    breaks_once_in_time(watched, wrong, "escalation-1")


@pytest.mark.parametrize("wrong", WRONG.values(), ids=WRONG)
def test_F17_beside_a_true_one_a_clock_that_goes_wrong_breaks_nothing_early_nor_twice(
    watched: Watched, beside: str, wrong: Wrong
) -> None:
    breaks_once_in_time(watched, wrong, "escalation-1", beside)


def breaks_once_in_time(watched: Watched, wrong: Wrong, *processes: str) -> None:
    complaint_id, due_at = watched.registered()
    watched.moves_to(due_at - MINUTE)
    try:
        wrong(watched.clock)
        assert max(watched.looks_three_times(*processes)) < NO_STORM
        assert watched.handling(complaint_id) == "running"
        assert abs(skew(watched)) < SKEW_BOUND
        watched.moves_to(due_at + SECOND)
        wait_until("the clock breaks", lambda: watched.handling(complaint_id) == "broken", within=20)
        watched.looks_three_times(*processes)
    finally:
        watched.clock.jump(timedelta(0))
    assert rises(watched, complaint_id) == 1


def skew(watched: Watched) -> timedelta:
    pulse = watched.callers.call(OPERATOR, "escalation", "pulse")
    return timedelta(milliseconds=pulse["skew_ms"])


def rises(watched: Watched, complaint_id: str) -> int:
    """How often it rose from the agent."""
    steps = watched.case(complaint_id)["steps"]
    return sum(step["step"] == "escalated" and step["from_level"] == "agent" for step in steps)


def test_F17_a_process_whose_clock_is_off_by_an_hour_does_not_start(watched: Watched) -> None:
    watched.clock.jump(HOUR)
    wrong = watched.suite.start_process("escalation-3", **watched.clock.variables)
    wait_until("it gives up", lambda: not wrong.alive(), within=60)
    watched.clock.jump(timedelta(0))
    assert wrong.child is not None
    assert wrong.child.returncode != 0
    assert "off the database server's" in wrong.last_words()
