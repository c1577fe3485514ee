"""Failing due work is left alone for a while and then tried again."""

import pytest

from shared import aside
from shared.aside import MOST, SECONDS, Aside


@pytest.fixture
def at(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Monotonic time as a test sets it."""
    now = [1000.0]
    monkeypatch.setattr(aside, "monotonic", lambda: now[0])
    return now


def test_what_was_put_aside_comes_back_after_its_time(at: list[float]):
    left = Aside()
    left.put("t1")
    at[0] += SECONDS - 1
    left.put("t2")
    assert left.ids() == ("t1", "t2")
    at[0] += 1
    assert left.ids() == ("t2",)


def test_what_fails_again_waits_again(at: list[float]):
    left = Aside()
    left.put("t1")
    at[0] += SECONDS / 2
    left.put("t1")
    at[0] += SECONDS / 2
    assert left.ids() == ("t1",)


def test_there_is_a_most_and_the_oldest_give_way(at: list[float]):
    left = Aside()
    for number in range(MOST + 2):
        left.put(str(number))
    assert len(left.ids()) == MOST
    assert left.ids()[0] == "2"
