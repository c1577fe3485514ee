"""Failing work is left alone for a while that grows, and then tried again; it keeps nobody else from his turn."""

import logging

import pytest
from pymongo.errors import AutoReconnect

from shared import aside
from shared.aside import FIRST, LONGEST, MOST, Aside
from shared.errors import NotFound, Unavailable


@pytest.fixture
def at(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Monotonic time as a test sets it."""
    now = [1000.0]
    monkeypatch.setattr(aside, "monotonic", lambda: now[0])
    return now


class Work:
    """Done on every id; raises `fault` for the bad ones."""

    def __init__(self, fault: Exception, *bad: str) -> None:
        self.fault, self.bad = fault, bad
        self.did: list[str] = []

    def __call__(self, document_id: str) -> None:
        self.did.append(document_id)
        if document_id in self.bad:
            raise self.fault


def fails(left: Aside, at: list[float]) -> float:
    """Lets t1 fail once more as soon as it is back; for how long it is left alone then."""
    while "t1" in left.ids():
        at[0] += 1
    left.put("t1")
    began = at[0]
    while "t1" in left.ids():
        at[0] += 1
    return at[0] - began


def test_what_was_put_aside_comes_back_after_its_time(at: list[float]):
    left = Aside()
    left.put("t1")
    at[0] += FIRST / 2
    left.put("t2")
    assert left.ids() == ("t1", "t2")
    at[0] += FIRST / 2
    assert left.ids() == ("t2",)


def test_what_fails_again_is_left_alone_for_twice_as_long_but_never_longer_than_the_bound(at: list[float]):
    left = Aside()
    pauses = [fails(left, at) for _ in range(12)]
    assert pauses[:3] == [FIRST, 2 * FIRST, 4 * FIRST]
    assert pauses[-2:] == [LONGEST, LONGEST]


def test_what_was_done_once_begins_anew(at: list[float]):
    left = Aside()
    for _ in range(3):
        fails(left, at)
    left.on_its_own("t1", lambda _: None)
    assert fails(left, at) == FIRST


def test_what_has_been_well_for_long_begins_anew(at: list[float]):
    left = Aside()
    for _ in range(3):
        fails(left, at)
    at[0] += LONGEST
    assert fails(left, at) == FIRST


def test_there_is_a_most_and_the_oldest_give_way(at: list[float]):
    left = Aside()
    for number in range(MOST + 2):
        left.put(str(number))
    assert len(left.ids()) == MOST
    assert left.ids()[0] == "2"


@pytest.mark.parametrize("fault", [ValueError("not readable"), KeyError("field"), NotFound("gone")])
def test_one_that_fails_stops_none_of_its_neighbours(fault: Exception, caplog: pytest.LogCaptureFixture):
    left, work = Aside(), Work(fault, "t2")
    with caplog.at_level(logging.ERROR, "shared.aside"):
        left.each(["t1", "t2", "t3"], work)
    assert work.did == ["t1", "t2", "t3"]
    assert left.ids() == ("t2",)
    assert "work on t2 failed" in caplog.text


def test_a_database_that_is_away_ends_the_round_and_is_nobodys_fault():
    left, work = Aside(), Work(AutoReconnect("away"), "t1")
    with pytest.raises(AutoReconnect):
        left.each(["t1", "t2"], work)
    assert left.ids() == ()


def test_what_is_unavailable_ends_the_round_but_does_not_head_the_next_one():
    left, work = Aside(), Work(Unavailable("crowded"), "t1")
    with pytest.raises(Unavailable):
        left.each(["t1", "t2"], work)
    assert left.ids() == ("t1",)
