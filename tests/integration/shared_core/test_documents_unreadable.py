"""One document that cannot be read hides none of its neighbours: in lists, in decisions, and where keys are rotated."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from pymongo.database import Database

from shared.documents import Documents
from shared.fields import After
from shared.sealing import SealBroken
from shared.stored import Saved
from tests.integration.shared_core.tallies import Tallies
from tests.unit.shared_core.sample import AGENT, MONDAY, Person, Tally, TallyOpened, TimesSet, keys

LI = Person("李四", "13912340001")
SOONEST = [("due_at", 1), ("_id", 1)]
DAMAGES: list[dict[str, Any]] = [
    {"$set": {"sealed": b"0123456789abcdef0123456789abcdef"}},
    {"$set": {"key.wrapped": b"0123456789abcdef0123456789abcdef0123456789abcdef0123456789ab"}},
    {"$set": {"key.id": "lost"}},
    {"$set": {"state.total": "many"}},
    {"$unset": {"state": ""}},
]

Open = Callable[..., Saved[Tally]]


@pytest.fixture(params=DAMAGES, ids=lambda damage: str(next(iter(next(iter(damage.values()))))))
def damaged(request: pytest.FixtureRequest, tallies: Tallies) -> Tallies:
    """Five tallies, the third of which cannot be read."""
    for n in range(5):
        opened = [TallyOpened(f"B{n}", LI), TimesSet(due_at=MONDAY + timedelta(minutes=n))]
        tallies.insert(f"t{n}", opened, AGENT, MONDAY)
    tallies.collection.update_one({"_id": "t2"}, request.param)
    return tallies


def pages(tallies: Tallies, limit: int) -> list[list[str]]:
    """The ids of each page of all tallies."""
    found, query = list[list[str]](), dict[str, Any]()
    while True:
        page, after = tallies.listed(query, SOONEST, limit)
        found.append([saved.id for saved in page])
        if after is None:
            return found
        place: Any = After().deserialize(after)
        moment, last = place
        query = {"$or": [{"due_at": {"$gt": moment}}, {"due_at": moment, "_id": {"$gt": last}}]}


@pytest.mark.parametrize(
    ("limit", "shown"),
    [
        (1, [["t0"], ["t1"], [], ["t3"], ["t4"]]),
        (2, [["t0", "t1"], ["t3"], ["t4"]]),
        (3, [["t0", "t1"], ["t3", "t4"]]),
        (9, [["t0", "t1", "t3", "t4"]]),
    ],
)
def test_a_list_is_passed_from_page_to_page_whatever_cannot_be_read(
    damaged: Tallies, limit: int, shown: list[list[str]]
) -> None:
    assert pages(damaged, limit) == shown


def test_what_cannot_be_read_is_logged_by_its_id_alone(damaged: Tallies, caplog: pytest.LogCaptureFixture) -> None:
    found = damaged.find({}, SOONEST, 10)
    assert [saved.id for saved in found] == ["t0", "t1", "t3", "t4"]
    assert "t2 cannot be read" in caplog.text
    assert LI.number not in caplog.text


def test_where_a_sum_would_be_wrong_without_it_nothing_is_answered(damaged: Tallies) -> None:
    for found in (lambda: damaged.whole({}, SOONEST, 0), lambda: damaged.first({"_id": "t2"}, SOONEST)):
        with pytest.raises(Exception, match=r".+"):
            found()
    assert len(damaged.whole({"_id": {"$ne": "t2"}}, SOONEST, 0)) == 4


def test_keys_are_rotated_past_one_that_cannot_be_opened(tallies: Tallies, database: Database[Any]) -> None:
    for n in range(5):
        tallies.insert(f"t{n}", [TallyOpened(f"B{n}", LI)], AGENT, MONDAY)
    tallies.collection.update_one({"_id": "t2"}, {"$set": {"key.wrapped": b"0" * 60}})
    rotating: Documents[Any] = Tallies(database, keys("m2", "m1"), tallies._clock, tallies._relay)

    first, after = rotating.rewrap("", 3)
    assert (first, rotating.rewrap(str(after), 3)) == (2, (2, None))
    assert rotating.under_old_keys() == 1
    assert rotating.get("t4").state.person == LI
    with pytest.raises(SealBroken):
        rotating.get("t2")
