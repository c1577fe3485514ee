"""PR1: whoever reads the raw database sees no name, no number and no free text."""

import json
from typing import Any

import pytest
from bson import json_util
from pymongo.database import Database

from tests.integration.shared_core.tallies import Tallies, add, request
from tests.unit.shared_core.sample import AGENT, MONDAY, AmountAdded, Person, TallyClosed, TallyOpened

LI = Person("李雷雷", "13912340001")
SECRETS = ("李雷雷", "13912340001", "家里没有信号", "赔了很多钱", "再也不用了")


@pytest.fixture
def raw(tallies: Tallies, database: Database[Any]) -> str:
    """All that stands in the database after a tally's life, as one text."""
    asked = request("r1", text=SECRETS[2])
    tallies.insert("t1", [TallyOpened("SZ", LI), AmountAdded(1, SECRETS[2])], AGENT, MONDAY, asked)
    tallies.change("t1", add(2, SECRETS[3]), AGENT, request("r2", text=SECRETS[3]))
    tallies.change("t1", lambda _tally, _now: [TallyClosed(SECRETS[4])], AGENT)
    documents = [document for name in database.list_collection_names() for document in database[name].find()]
    assert len(documents) == 1
    return json.dumps(json.loads(json_util.dumps(documents)), ensure_ascii=False) + repr(documents)


@pytest.mark.parametrize("secret", SECRETS)
def test_PR1_a_raw_document_shows_no_private_value(raw: str, secret: str):
    assert secret not in raw
    assert secret.encode().hex() not in raw
    assert repr(secret.encode())[2:-1] not in raw


def test_PR1_what_is_open_can_be_found_the_same_way(raw: str):
    """So that the test above does not pass by looking wrongly."""
    assert "E1001" in raw
    assert "tally_opened" in raw


def test_PR1_a_number_is_looked_up_by_its_blind_index_alone(tallies: Tallies, raw: str):
    found = tallies.find({"number_ix": tallies.keys.blind(LI.number)}, [("_id", 1)], 10)
    assert [saved.id for saved in found] == ["t1"]
    assert found[0].state.person == LI


def test_PR1_equal_values_are_stored_as_different_bytes(tallies: Tallies):
    for document_id in ("t1", "t2"):
        tallies.insert(document_id, [TallyOpened(f"{document_id}", LI)], AGENT, MONDAY)
    one, other = tallies.collection.find({}, {"sealed": 1, "key": 1})
    assert one["sealed"] != other["sealed"]
    assert one["key"]["wrapped"] != other["key"]["wrapped"]
