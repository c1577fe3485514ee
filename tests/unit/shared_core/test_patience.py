"""A compare-and-set is tried again with jitter, a little later each time, and not beyond its bound."""

from collections import deque

import pytest

from shared import patience
from shared.errors import Unavailable
from shared.patience import Patience


class Time:
    """Monotonic time that only sleeping moves."""

    def __init__(self) -> None:
        self.now, self.slept = 1000.0, list[float]()

    def monotonic(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds


@pytest.fixture
def time(monkeypatch: pytest.MonkeyPatch) -> Time:
    fake = Time()
    monkeypatch.setattr(patience, "monotonic", fake.monotonic)
    monkeypatch.setattr(patience, "time", fake)
    return fake


def wait_in_vain(seconds: float) -> None:
    waiting = Patience(seconds)
    with pytest.raises(Unavailable):
        deque(iter(waiting.wait, "never"), maxlen=0)


def test_it_ends_at_its_bound(time: Time):
    wait_in_vain(seconds=3)
    assert 3 <= sum(time.slept) < 3.2


def test_no_time_means_no_wait(time: Time):
    wait_in_vain(seconds=0)
    assert not time.slept


def test_pauses_are_short_at_first_and_never_long(time: Time):
    wait_in_vain(seconds=30)
    assert max(time.slept[:2]) <= 0.01
    assert 0.1 < max(time.slept) <= 0.2


def test_pauses_of_two_contenders_differ(time: Time):
    wait_in_vain(seconds=3)
    first = list(time.slept)
    time.slept.clear()
    wait_in_vain(seconds=3)
    assert first != time.slept


def test_the_caller_is_told_to_repeat_the_same_request(time: Time):
    with pytest.raises(Unavailable, match="repeat the same request"):
        Patience(0).wait()
