"""The database takes a claim and its answer is lost: the message is not lost with it, on a real mongod (F11)."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from pymongo.errors import AutoReconnect

from services.notify import dispatch
from services.notify.message import Message
from services.notify.receiving import Receipts
from shared import together
from shared.clock import machine_now
from suite.mongo import Mongo
from tests.integration.notify_carriers import FakeCarrier
from tests.integration.notify_desk import Desk, desk_on
from tests.integration.shared_core.tallies import LostAnswers


@pytest.fixture
def desk(mongo: Mongo, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    monkeypatch.setattr(together, "AGAIN_S", 0.01)
    with desk_on(mongo) as desk:
        yield desk


@pytest.fixture
def fake(desk: Desk) -> FakeCarrier:
    return FakeCarrier(desk)


@pytest.mark.parametrize("reached", ["at once", "late", "never"])
def test_F11_a_care_message_whose_claim_was_not_answered_is_submitted_once(
    desk: Desk, fake: FakeCarrier, reached: str
) -> None:
    message_id = desk.write("care")
    lossy = LostAnswers(desk.messages.collection, lost=2, reached=reached, unread=1)
    desk.messages.collection = lossy  # type: ignore[assignment]
    desk.dispatch(fake).run()
    seen = Desk(desk.messages.collection.database, desk.clock).state(message_id)
    assert (seen.status, seen.may_be_repeated, fake.submits) == ("submitted", False, len(seen.parts))


def test_F11_a_database_that_goes_away_behind_one_answer_ends_no_round_and_is_one_line(
    desk: Desk, fake: FakeCarrier, monkeypatch: pytest.MonkeyPatch, capfd: Any, caplog: Any
) -> None:
    ids, take_early = [desk.write("care", f"1390000000{n}") for n in range(2)], Receipts.take_early

    def away_for_the_first(receipts: Receipts, message: Message) -> None:
        if message.message_id == ids[0]:
            raise AutoReconnect
        take_early(receipts, message)

    monkeypatch.setattr(Receipts, "take_early", away_for_the_first)
    assert desk.dispatch(fake).round() == 2
    assert {desk.state(each).status for each in ids} == {"submitted"}
    assert "Traceback" not in capfd.readouterr().err
    assert len(caplog.records) == 1


@pytest.mark.parametrize("looked", [False, True], ids=["nobody looked", "another process looked first"])
def test_F11_a_care_message_whose_claim_outlasts_its_lease_so_is_given_back_and_leaves_later(
    desk: Desk, fake: FakeCarrier, looked: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    message_id, other = desk.write("care"), Desk(desk.messages.collection.database, desk.clock)

    def an_hour_passes() -> None:
        monkeypatch.setattr(dispatch, "machine_now", lambda: machine_now() + timedelta(hours=1))
        if looked:
            other.dispatch(fake).round()
            assert other.state(message_id).status == "unknown"

    desk.messages.collection = LostAnswers(desk.messages.collection, meanwhile=an_hour_passes)  # type: ignore[assignment]
    desk.dispatch(fake).round()
    assert (other.state(message_id).status, fake.submits) == ("queued", 0)

    other.awake(message_id)
    other.dispatch(fake).run()
    seen = other.state(message_id)
    assert (seen.status, seen.may_be_repeated, fake.submits) == ("submitted", False, len(seen.parts))
