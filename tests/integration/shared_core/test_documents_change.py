"""A change is one compare-and-set that carries state, history, head and events."""

from datetime import datetime, timedelta
from functools import partial
from typing import Any

import pytest
from pymongo.errors import AutoReconnect

from shared import together
from shared.aggregate import Stamp
from shared.documents import Clash, HistoryFull
from shared.errors import Conflict, NotFound, RuleRefused
from tests.integration.shared_core.conftest import Open
from tests.integration.shared_core.tallies import (
    LEADER,
    LostAnswers,
    MovedClock,
    Process,
    Tallies,
    add,
    close,
    set_times,
)
from tests.unit.shared_core.sample import AGENT, MONDAY, TALLIES, AmountAdded, Person, Tally, TallyClosed, TallyOpened

LI = Person("李雷", "13912340001")


def test_a_change_is_stored_with_who_and_when(tallies: Tallies, clock: MovedClock, opened: Open):
    opened("t1")
    clock.passes(hours=2)
    changed = tallies.change("t1", add(5, "five"), LEADER)
    assert (changed.v, changed.n, changed.state.total) == (2, 2, 5)
    assert tallies.get("t1") == changed
    assert tallies.history("t1") == [
        (TallyOpened(), Stamp(1, MONDAY, AGENT)),
        (AmountAdded(5, "five"), Stamp(2, MONDAY + timedelta(hours=2), LEADER)),
    ]


def test_several_events_are_one_change(tallies: Tallies, opened: Open):
    opened("t1")
    changed = tallies.change("t1", lambda _tally, _now: [AmountAdded(1), AmountAdded(2), TallyClosed()], AGENT)
    assert (changed.v, changed.n) == (2, 4)
    assert (changed.state.total, changed.state.status) == (3, "closed")
    assert [stamp.n for _, stamp in tallies.history("t1")] == [1, 2, 3, 4]


def test_decide_is_asked_with_the_state_and_business_time(tallies: Tallies, clock: MovedClock, opened: Open):
    opened("t1", branch="GZ")
    clock.passes(days=3)
    asked: list[tuple[Tally, datetime]] = []
    tallies.change("t1", lambda tally, now: asked.append((tally, now)) or [], AGENT)  # type: ignore[func-returns-value]
    assert asked == [(Tally("GZ"), MONDAY + timedelta(days=3))]


def test_without_events_nothing_is_written(tallies: Tallies, opened: Open):
    before = opened("t1")
    document = tallies.collection.find_one()
    assert tallies.change("t1", lambda _tally, _now: [], AGENT) == before
    assert tallies.collection.find_one() == document


def test_what_decide_refuses_changes_nothing(tallies: Tallies, opened: Open):
    def refuse(_tally: Tally, _now: datetime) -> list[Any]:
        raise RuleRefused("IN14", "not yet")

    opened("t1")
    document = tallies.collection.find_one()
    with pytest.raises(RuleRefused):
        tallies.change("t1", refuse, AGENT)
    assert tallies.collection.find_one() == document


def test_what_is_not_there_or_not_visible_cannot_be_changed(tallies: Tallies, opened: Open):
    opened("t1", branch="GZ")
    with pytest.raises(NotFound):
        tallies.change("t2", add(), AGENT)
    with pytest.raises(NotFound):
        tallies.change("t1", add(), AGENT, visible={"branch": "SZ"})
    assert tallies.change("t1", add(), AGENT, visible={"branch": "GZ"}).state.total == 1


def test_what_is_looked_up_follows_the_state_and_none_is_left_out(tallies: Tallies, opened: Open):
    opened("t1")
    tallies.change("t1", set_times(due_at=MONDAY), AGENT)
    document = tallies.collection.find_one()
    assert document is not None
    assert document["due_at"] == MONDAY
    assert "wake_at" not in document
    tallies.change("t1", close, AGENT)
    document = tallies.collection.find_one()
    assert document is not None
    assert "due_at" not in document
    assert document["status"] == "closed"


def test_a_change_into_a_taken_place_clashes_and_changes_nothing(tallies: Tallies, opened: Open):
    opened("t1", person=LI)
    before = opened("t2")
    with pytest.raises(Clash) as clash:
        tallies.change("t2", lambda _tally, _now: [TallyOpened(person=LI)], AGENT)
    assert clash.value.fields == ("number_ix", "branch")
    assert tallies.get("t2") == before


@pytest.mark.parametrize("reached", ["at once", "late", "never"])
def test_F11_a_change_whose_answer_was_lost_is_made_once(tallies: Tallies, opened: Open, reached: str):
    opened("t1")
    tallies.collection = LostAnswers(tallies.collection, reached=reached)  # type: ignore[assignment]
    changed = tallies.change("t1", add(), AGENT)
    assert changed.state.total == 1
    assert tallies.get("t1") == changed


def test_F11_a_change_whose_answers_were_lost_again_and_again_is_made_once(tallies: Tallies, opened: Open):
    opened("t1")
    tallies.collection = LostAnswers(tallies.collection, lost=3, reached="late")  # type: ignore[assignment]
    tallies.change("t1", add(), AGENT)
    assert tallies.get("t1").state.total == 1


@pytest.mark.parametrize("reached", ["at once", "late", "never"])
def test_F11_a_change_that_its_maker_must_know_of_is_found_out_once_the_database_is_back(
    tallies: Tallies, opened: Open, reached: str, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(together, "AGAIN_S", 0.01)
    opened("t1")
    away = partial(LostAnswers, tallies.collection, lost=2, reached=reached, unread=3)
    tallies.collection = away()  # type: ignore[assignment]
    changed = tallies.change("t1", add(), AGENT, until_known=True)
    assert (changed.state.total, tallies.get("t1")) == (1, changed)
    tallies.collection = away()  # type: ignore[assignment]
    with pytest.raises(AutoReconnect):
        tallies.change("t1", add(), AGENT)


def test_a_lost_answers_change_is_recognised_behind_a_later_one(tallies: Tallies, process: Process, opened: Open):
    opened("t1")
    other = Process(process.database, process.clock).tallies
    lossy = LostAnswers(tallies.collection, meanwhile=lambda: other.change("t1", add(10), LEADER))
    tallies.collection = lossy  # type: ignore[assignment]
    assert tallies.change("t1", add(1), AGENT).state.total == 1
    assert tallies.get("t1").state.total == 11


def test_a_full_history_accepts_only_what_ends_it(tallies: Tallies):
    filling = [TallyOpened(), *(AmountAdded() for _ in range(TALLIES.longest - 1))]
    tallies.insert("t1", filling, AGENT, MONDAY)
    with pytest.raises(HistoryFull) as full:
        tallies.change("t1", add(), AGENT)
    assert isinstance(full.value, Conflict)
    assert full.value.details == {"id": "t1", "longest": TALLIES.longest}
    assert tallies.change("t1", close, AGENT).state.status == "closed"


def test_a_change_that_would_overfill_a_history_is_refused_whole(tallies: Tallies):
    tallies.insert("t1", [TallyOpened(), *(AmountAdded() for _ in range(TALLIES.longest - 2))], AGENT, MONDAY)
    with pytest.raises(HistoryFull):
        tallies.change("t1", lambda _tally, _now: [AmountAdded(), AmountAdded()], AGENT)
    assert tallies.change("t1", add(), AGENT).n == TALLIES.longest


def test_found_documents_come_in_order_and_number(tallies: Tallies, opened: Open):
    for number, branch in enumerate(["SZ", "GZ", "SZ", "SZ"]):
        opened(f"t{number}", branch=branch)
    found = tallies.find({"branch": "SZ"}, [("_id", -1)], limit=2)
    assert [saved.id for saved in found] == ["t3", "t2"]
