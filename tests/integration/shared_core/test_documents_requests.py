"""The same request again gets the first answer again, whatever happened since; with other content it is a conflict."""

from datetime import datetime
from typing import Any

import pytest

from shared.codec import plain
from shared.errors import Conflict, RuleRefused
from shared.requests import RequestReused
from tests.integration.shared_core.conftest import Open
from tests.integration.shared_core.tallies import (
    LEADER,
    LostAnswers,
    MovedClock,
    Process,
    Tallies,
    add,
    close,
    request,
    set_times,
)
from tests.unit.shared_core.sample import AGENT, MONDAY, AmountAdded, Tally, TallyOpened


def never(_tally: Tally, _now: datetime) -> list[Any]:
    raise AssertionError("a request that was carried out is not decided again")


def test_the_same_request_is_carried_out_once(tallies: Tallies, opened: Open):
    opened("t1")
    first = tallies.change("t1", add(3), AGENT, request("r1"))
    assert tallies.change("t1", never, AGENT, request("r1")) == first
    assert tallies.get("t1").state.total == 3


def test_the_first_answer_is_rebuilt_after_later_changes(tallies: Tallies, clock: MovedClock, opened: Open):
    opened("t1")
    first = tallies.change("t1", add(3, "mine"), AGENT, request("r1"))
    clock.passes(days=1)
    tallies.change("t1", add(4, "theirs"), LEADER, request("r2", by=LEADER))
    tallies.change("t1", close, LEADER)
    again = tallies.change("t1", never, AGENT, request("r1"))
    assert again == first
    assert (again.v, again.n, again.state.total, again.state.notes) == (2, 2, 3, ("mine",))
    assert tallies.answer_of(request("r1")) == first


def test_the_first_answer_of_a_change_of_several_events_shows_them_all(tallies: Tallies, opened: Open):
    opened("t1")
    first = tallies.change("t1", lambda _tally, _now: [AmountAdded(1), AmountAdded(2)], AGENT, request("r1"))
    tallies.change("t1", add(5), AGENT)
    assert tallies.change("t1", never, AGENT, request("r1")) == first


def test_the_first_answer_of_a_new_document_is_rebuilt_too(tallies: Tallies):
    first = tallies.insert("t1", [TallyOpened("GZ")], AGENT, MONDAY, request("r1"))
    tallies.change("t1", add(), AGENT, request("r2"))
    assert tallies.answer_of(request("r1")) == first


def test_two_callers_may_use_the_same_request_id(tallies: Tallies, opened: Open):
    opened("t1")
    tallies.change("t1", add(), AGENT, request("r1"))
    tallies.change("t1", add(), LEADER, request("r1", by=LEADER))
    assert tallies.get("t1").state.total == 2


def test_other_content_under_the_same_id_is_a_conflict(tallies: Tallies, opened: Open):
    opened("t1")
    tallies.change("t1", add(), AGENT, request("r1", amount=1))
    with pytest.raises(Conflict) as conflict:
        tallies.change("t1", add(), AGENT, request("r1", amount=2))
    assert conflict.value.details == {"request_id": "r1"}
    assert tallies.get("t1").state.total == 1


def test_the_same_id_on_another_document_is_a_conflict(tallies: Tallies, opened: Open):
    opened("t1")
    before = opened("t2")
    tallies.change("t1", add(), AGENT, request("r1", target="t1"))
    with pytest.raises(RequestReused):
        tallies.change("t2", add(), AGENT, request("r1", target="t2"))
    assert tallies.get("t2") == before


def test_a_request_carried_out_on_another_document_meanwhile_gets_that_answer(tallies: Tallies, opened: Open):
    """As a registration that twice finds an open complaint to urge, but not the same one."""
    opened("t1")
    opened("t2")
    first = tallies.change("t1", add(), AGENT, request("r1", target=""))
    assert tallies.change("t2", add(), AGENT, request("r1", target="")) == first
    assert tallies.get("t2").state.total == 0


def test_a_refusal_is_not_remembered(tallies: Tallies, opened: Open):
    def refuse(_tally: Tally, _now: datetime) -> list[Any]:
        raise RuleRefused("IN14", "not yet")

    opened("t1")
    with pytest.raises(RuleRefused):
        tallies.change("t1", refuse, AGENT, request("r1"))
    assert tallies.change("t1", add(), AGENT, request("r1")).state.total == 1


@pytest.mark.parametrize("reached", ["at once", "late", "never"])
def test_F11_a_request_whose_answer_was_lost_is_carried_out_once(tallies: Tallies, opened: Open, reached: str):
    opened("t1")
    tallies.collection = LostAnswers(tallies.collection, reached=reached)  # type: ignore[assignment]
    first = tallies.change("t1", add(), AGENT, request("r1"))
    tallies.change("t1", add(), AGENT)
    assert tallies.change("t1", never, AGENT, request("r1")) == first
    assert first.state.total == 1


def test_a_request_survives_the_process_that_carried_it_out(process: Process, opened: Open):
    opened("t1")
    first = process.tallies.change("t1", add(2), AGENT, request("r1"))
    later = Process(process.database, process.clock).tallies
    assert later.change("t1", never, AGENT, request("r1")) == first


def test_a_time_finer_than_milliseconds_is_the_same_in_the_first_answer_again(tallies: Tallies, opened: Open):
    fine = datetime.fromisoformat("2026-03-09T09:00:00.123456+08:00")
    opened("t1")
    first = tallies.change("t1", set_times(due_at=fine), AGENT, request("r1"))
    again = tallies.change("t1", never, AGENT, request("r1"))
    assert first.state.due_at == fine
    assert plain(again.state) == plain(first.state)
