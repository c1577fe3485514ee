"""History is the source of truth: the state can be recomputed from it, and an edit of either is found."""

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shared.chain import ChainBroken
from shared.sealing import SealBroken
from tests.integration.shared_core.conftest import Open
from tests.integration.shared_core.tallies import Process, Tallies, add, close, request
from tests.unit.shared_core.sample import AGENT, MONDAY, Person, keys
from tests.unit.shared_core.strategies import histories

LI = Person("李雷", "13912340001")


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(histories, st.integers(0, 2**64))
def test_the_state_recomputed_from_history_is_the_stored_state(tallies: Tallies, events: list[Any], number: int):
    document_id = f"t{number}"
    tallies.collection.delete_many({})
    tallies.insert(document_id, events[:1], AGENT, MONDAY)
    for event in events[1:]:
        tallies.change(document_id, lambda _tally, _now, event=event: [event], AGENT)
    assert tallies.recompute(document_id) == tallies.get(document_id).state
    assert [event for event, _ in tallies.history(document_id)] == events


def test_the_head_is_the_last_entry(tallies: Tallies, opened: Open):
    opened("t1")
    tallies.change("t1", lambda _tally, _now: [*add()(_tally, _now), *close(_tally, _now)], AGENT)
    document = tallies.collection.find_one()
    assert document is not None
    assert document["head"] == {"n": 3, "hash": document["history"][-1]["hash"]}
    assert (document["v"], len(document["history"])) == (2, 3)


def edit_entry(history: list[Any]) -> None:
    history[1]["entry"] = history[1]["entry"].replace('"amount":7', '"amount":8')


def remove_entry(history: list[Any]) -> None:
    del history[1]


def swap_entries(history: list[Any]) -> None:
    history[1], history[2] = history[2], history[1]


def cut_tail(history: list[Any]) -> None:
    del history[-1]


def lose_hash(history: list[Any]) -> None:
    del history[1]["hash"]


@pytest.mark.parametrize(
    ("tamper", "first"), [(edit_entry, 2), (remove_entry, 2), (swap_entries, 2), (cut_tail, 4), (lose_hash, 2)]
)
def test_tampering_with_history_is_found(tallies: Tallies, opened: Open, tamper: Callable[[Any], None], first: int):
    opened("t1")
    for amount in (7, 5, 3):
        tallies.change("t1", add(amount), AGENT)
    document = tallies.collection.find_one()
    assert document is not None
    history = document["history"]
    tamper(history)
    tallies.collection.update_one({"_id": "t1"}, {"$set": {"history": history}})
    for look in (tallies.history, tallies.recompute):
        with pytest.raises(ChainBroken) as broken:
            look("t1")
        assert (broken.value.document_id, broken.value.n) == ("t1", first)


def test_a_first_answer_is_not_rebuilt_from_a_tampered_history(tallies: Tallies, opened: Open):
    opened("t1")
    tallies.change("t1", add(7), AGENT, request("r1"))
    tallies.collection.update_one({"_id": "t1"}, {"$set": {"history.0.entry": "{}"}})
    with pytest.raises(ChainBroken):
        tallies.change("t1", add(7), AGENT, request("r1"))


def test_a_history_moved_to_another_document_is_found(tallies: Tallies, opened: Open):
    opened("t1", person=LI)
    opened("t2")
    one = tallies.collection.find_one({"_id": "t1"}, {"history": 1, "head": 1, "_id": 0})
    tallies.collection.update_one({"_id": "t2"}, {"$set": one})
    with pytest.raises(ChainBroken):
        tallies.history("t2")


def test_a_sealed_state_moved_to_another_document_does_not_open(tallies: Tallies, opened: Open):
    opened("t1", person=LI)
    opened("t2")
    one = tallies.collection.find_one({"_id": "t1"}, {"sealed": 1, "key": 1, "_id": 0})
    tallies.collection.update_one({"_id": "t2"}, {"$set": one})
    with pytest.raises(SealBroken):
        tallies.get("t2")


def test_an_edited_state_shows_against_its_recomputed_history(tallies: Tallies, opened: Open):
    opened("t1")
    tallies.change("t1", add(7), AGENT)
    tallies.collection.update_one({"_id": "t1"}, {"$set": {"state.total": 700}})
    assert tallies.recompute("t1") != tallies.get("t1").state


def test_a_history_from_before_a_rotation_is_read_and_carried_on(process: Process, opened: Open):
    opened("t1", person=LI)
    rotated = Tallies(process.database, keys("m2", "m1"), process.clock, process.outbox)
    assert rotated.change("t1", add(1, "after"), AGENT).state.person == LI
    assert rotated.recompute("t1") == rotated.get("t1").state
