"""A new document is stored once; whoever comes second on a unique index is told."""

import pytest

from shared.documents import Clash
from shared.errors import NotFound
from shared.requests import RequestReused
from tests.integration.shared_core.conftest import Open
from tests.integration.shared_core.tallies import LostAnswers, Process, Tallies, request
from tests.unit.shared_core.sample import AGENT, MONDAY, AmountAdded, Person, TallyOpened

LI = Person("李雷", "13912340001")


def test_what_was_inserted_is_loaded(tallies: Tallies):
    inserted = tallies.insert("t1", [TallyOpened("GZ", LI), AmountAdded(3, "three")], AGENT, MONDAY)
    loaded = tallies.load("t1")
    assert loaded is not None
    assert loaded.state == inserted.state
    assert (loaded.state.branch, loaded.state.person, loaded.state.total) == ("GZ", LI, 3)
    assert (loaded.id, loaded.v, loaded.n) == ("t1", 1, 2)


def test_what_is_not_there_is_none_or_not_found(tallies: Tallies):
    assert tallies.load("t1") is None
    assert tallies.history("t1") == []
    assert tallies.recompute("t1") is None
    with pytest.raises(NotFound) as missing:
        tallies.get("t1")
    assert missing.value.details == {"id": "t1"}


def test_what_is_not_visible_is_not_there(tallies: Tallies, opened: Open):
    opened("t1", branch="GZ")
    assert tallies.load("t1", {"branch": "SZ"}) is None
    assert tallies.get("t1", {"branch": "GZ"}).state.branch == "GZ"
    with pytest.raises(NotFound):
        tallies.get("t1", {"branch": "SZ"})


def test_the_second_of_one_id_clashes(opened: Open):
    opened("t1")
    with pytest.raises(Clash) as clash:
        opened("t1")
    assert clash.value.fields == ("_id",)


def test_the_second_on_a_unique_index_clashes_and_says_on_which_fields(tallies: Tallies, opened: Open):
    opened("t1", person=LI)
    with pytest.raises(Clash) as clash:
        opened("t2", person=LI)
    assert clash.value.fields == ("number_ix", "branch")
    assert tallies.load("t2") is None


def test_a_partial_unique_index_lets_others_pass(opened: Open):
    opened("t1", person=LI)
    opened("t2", person=LI, branch="GZ")
    opened("t3")
    opened("t4")


def test_a_clash_tells_no_value(opened: Open):
    opened("t1", person=LI)
    with pytest.raises(Clash) as clash:
        opened("t2", person=LI)
    assert str(clash.value) == "already taken: number_ix, branch"


def test_a_first_answer_is_found_by_its_request(tallies: Tallies):
    asked = request("r1", target="", branch="SZ")
    inserted = tallies.insert(asked.id, [TallyOpened()], AGENT, MONDAY, asked)
    with pytest.raises(Clash):
        tallies.insert(asked.id, [TallyOpened()], AGENT, MONDAY, asked)
    assert tallies.answer_of(asked) == inserted
    assert tallies.answer_of(request("r2", target="", branch="SZ")) is None
    with pytest.raises(RequestReused):
        tallies.answer_of(request("r1", target="", branch="GZ"))


@pytest.mark.parametrize("reached", ["at once", "never"])
def test_F11_an_insert_whose_answer_was_lost_is_made_once_and_its_event_sent(
    process: Process, opened: Open, reached: str
):
    process.tallies.collection = LostAnswers(process.tallies.collection, reached=reached)  # type: ignore[assignment]
    assert opened("t1") == process.tallies.get("t1")
    assert process.broker.ids == ["tallies:t1:1"]


def test_an_insert_that_lands_late_is_recognised_by_its_request(tallies: Tallies):
    asked = request("r1", target="")
    tallies.collection = LostAnswers(tallies.collection, reached="late")  # type: ignore[assignment]
    with pytest.raises(Clash):
        tallies.insert(asked.id, [TallyOpened()], AGENT, MONDAY, asked)
    answer = tallies.answer_of(asked)
    assert answer is not None
    assert answer.id == asked.id
    assert tallies.collection.count_documents({}) == 1
