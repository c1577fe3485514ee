"""A document whose key is deleted is unreadable, its chain whole; keys are wrapped anew beside all else."""

import json
from typing import Any

import pytest
from bson import json_util
from pymongo.database import Database

from shared import chain
from shared.chain import ChainBroken, Head
from shared.documents import Documents
from shared.erasing import Erased, RecordErased
from shared.errors import RuleRefused, Unavailable
from tests.integration.shared_core.tallies import Tallies, add
from tests.unit.shared_core.sample import AGENT, MONDAY, AmountAdded, Person, TallyOpened, keys

LI = Person("李雷雷", "13912340001")
GROUND = Erased("holder_asked", "函-1")
OPERATOR_SAYS = "本人要求删除"


def anything_goes(*_: Any) -> None:
    """Nothing speaks against it."""


@pytest.fixture
def lived(tallies: Tallies) -> Tallies:
    """With one tally of a customer's, its events on their way."""
    tallies.insert("t1", [TallyOpened("SZ", LI), AmountAdded(1, "家里没有信号")], AGENT, MONDAY)
    tallies.collection.update_many({}, {"$set": {"outbox": []}})
    return tallies


def test_PR1_an_erased_document_shows_nobody_and_keeps_its_figures(lived: Tallies) -> None:
    before = lived.get("t1")

    erased = lived.erase("t1", GROUND, AGENT, anything_goes)

    assert erased.erased_at is not None
    assert (erased.state.branch, erased.state.total) == (before.state.branch, before.state.total)
    assert "李雷雷" not in repr(lived.history("t1"))
    assert [type(event).__name__ for event, _ in lived.history("t1")] == ["TallyOpened", "AmountAdded", "Erased"]


def test_PR1_without_the_key_not_even_all_keys_of_the_service_open_it(lived: Tallies, database: Database[Any]) -> None:
    wrapped = lived.collection.find_one({"_id": "t1"})["key"]["wrapped"]  # type: ignore[index]

    lived.erase("t1", GROUND, AGENT, anything_goes)

    everything = json_util.dumps([list(database[name].find()) for name in database.list_collection_names()])
    assert json.loads(json_util.dumps(wrapped))["$binary"]["base64"] not in everything
    assert '"sealed": {"$binary"' not in everything


def test_PR1_the_chain_of_an_erased_document_is_whole_and_its_last_entry_says_why(lived: Tallies) -> None:
    lived.erase("t1", GROUND, AGENT, anything_goes)
    document = lived.collection.find_one({"_id": "t1"})
    assert document is not None

    chain.check("t1", document["history"], Head(**document["head"]))

    assert json.loads(document["history"][-1]["entry"])["data"] == {"ground": "holder_asked", "reference": "函-1"}
    with pytest.raises(ChainBroken):
        chain.check("t1", document["history"][:-1], Head(**document["head"]))


def test_PR1_the_blind_index_goes_too_so_that_the_number_is_unknown(lived: Tallies) -> None:
    number = {"number_ix": lived.keys.blind(LI.number)}
    assert lived.find(number, [("_id", 1)], 1)

    lived.erase("t1", GROUND, AGENT, anything_goes)

    assert lived.find(number, [("_id", 1)], 1) == []
    lived.insert("t2", [TallyOpened("SZ", LI)], AGENT, MONDAY)  # its place is free


def test_PR1_nothing_more_happens_to_an_erased_document(lived: Tallies) -> None:
    lived.erase("t1", GROUND, AGENT, anything_goes)

    with pytest.raises(RecordErased) as refused:
        lived.change("t1", add(2, "又来"), AGENT)
    assert refused.value.details == {"id": "t1"}
    assert lived.erase("t1", GROUND, AGENT, anything_goes).n == 3


def test_PR1_what_speaks_against_it_is_judged_in_the_same_moment(lived: Tallies) -> None:
    def never(*_: Any) -> None:
        raise RuleRefused("PR1", "it is not finished")

    with pytest.raises(RuleRefused):
        lived.erase("t1", GROUND, AGENT, never)
    assert lived.get("t1").state.person == LI


def test_PR1_an_event_still_in_the_outbox_is_waited_for(tallies: Tallies) -> None:
    tallies.insert("t1", [TallyOpened("SZ", LI)], AGENT, MONDAY)

    with pytest.raises(Unavailable):
        tallies.erase("t1", GROUND, AGENT, anything_goes)
    assert tallies.get("t1").state.person == LI


def test_PR1_keys_are_wrapped_anew_page_by_page_and_both_masters_read_meanwhile(
    tallies: Tallies, database: Database[Any]
) -> None:
    for number in range(5):
        tallies.insert(f"t{number}", [TallyOpened(f"B{number}", LI)], AGENT, MONDAY)
    before = {each["_id"]: each for each in tallies.collection.find()}
    rotating: Documents[Any] = Tallies(database, keys("m2", "m1"), tallies._clock, tallies._relay)

    first, after = rotating.rewrap("", 3)
    assert (first, rotating.under_old_keys()) == (3, 2)
    assert all(rotating.get(f"t{number}").state.person == LI for number in range(5))
    assert rotating.rewrap(str(after), 3) == (2, None)

    assert rotating.under_old_keys() == 0
    only_new: Documents[Any] = Tallies(database, keys("m2"), tallies._clock, tallies._relay)
    for each in tallies.collection.find():
        assert only_new.get(each["_id"]).state.person == LI
        assert each | {"key": 0} == before[each["_id"]] | {"key": 0}
