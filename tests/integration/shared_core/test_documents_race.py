"""Many change one document at once and none is lost: compare-and-set with jitter."""

from typing import Any

import pytest
from eventlet import GreenPool

from shared.errors import Unavailable
from shared.patience import Patience
from shared.requests import RequestReused
from tests.integration.shared_core.conftest import Open
from tests.integration.shared_core.tallies import MovedClock, Process, Tallies, add, request
from tests.unit.shared_core.sample import AGENT, AmountAdded, TallyOpened

CONTENDERS = 30


@pytest.fixture
def several(database: Any, clock: MovedClock, process: Process) -> list[Tallies]:
    """Three replicas' stores."""
    return [process.tallies, *(Process(database, clock).tallies for _ in range(2))]


def test_thirty_at_once_lose_no_increment(several: list[Tallies], opened: Open):
    opened("t1")

    def add_one(contender: int) -> int:
        return several[contender % 3].change("t1", add(), AGENT).v

    versions = list(GreenPool(CONTENDERS).imap(add_one, range(CONTENDERS)))
    assert several[0].get("t1").state.total == CONTENDERS
    assert sorted(versions) == list(range(2, CONTENDERS + 2))
    assert several[0].recompute("t1") == several[0].get("t1").state


def test_one_request_sent_many_times_at_once_is_done_once(several: list[Tallies], opened: Open):
    opened("t1")

    def ask(contender: int) -> Any:
        return several[contender % 3].change("t1", add(7), AGENT, request("r1"))

    answers = list(GreenPool(12).imap(ask, range(12)))
    assert all(answer == answers[0] for answer in answers)
    assert [type(event) for event, _ in several[0].history("t1")] == [TallyOpened, AmountAdded]


def test_one_request_sent_to_two_documents_at_once_changes_one(several: list[Tallies], opened: Open):
    for number in range(10):
        opened(f"a{number}")
        opened(f"b{number}")

    def ask(place: tuple[int, str]) -> bool:
        number, side = place
        try:
            several[0].change(f"{side}{number}", add(), AGENT, request(f"r{number}", target=side))
        except RequestReused:
            return False
        return True

    places = [(number, side) for number in range(10) for side in "ab"]
    outcome = dict(zip(places, GreenPool(20).imap(ask, places), strict=True))
    for number in range(10):
        totals = sorted(several[0].get(f"{side}{number}").state.total for side in "ab")
        assert totals == [0, 1]
        assert sorted(outcome[number, side] for side in "ab") == [False, True]


def test_who_never_wins_is_told_to_repeat(monkeypatch: pytest.MonkeyPatch, several: list[Tallies], opened: Open):
    opened("t1")
    monkeypatch.setattr("shared.documents.Patience", lambda seconds: Patience(seconds / 30))

    def always_late(_tally: Any, _now: Any) -> list[Any]:
        several[1].change("t1", add(100), AGENT)
        return [AmountAdded()]

    with pytest.raises(Unavailable, match="repeat the same request"):
        several[0].change("t1", always_late, AGENT)
    assert several[0].get("t1").state.total % 100 == 0
