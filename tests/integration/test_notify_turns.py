"""What cannot be read or decided, or waits for good, keeps nothing that stands behind it from its turn."""

import logging
from collections.abc import Iterator
from datetime import timedelta

import pytest

from services.notify import receiving
from services.notify.carriers.traffic import Receipt
from services.notify.dispatch import LOOKED_AT_WITHOUT_LINK
from services.notify.receipts import store as receipts
from services.notify.receiving import Receipts
from services.notify.submitting import Moment, woken
from services.notify.writing import SELF
from shared.clock import machine_now
from shared.codec import plain
from suite.mongo import Mongo
from tests.integration.notify_carriers import FakeCarrier
from tests.integration.notify_desk import Desk, desk_on
from tests.integration.notify_station import soon
from tests.unit.notify.makers import CUSTOMER, policy

UNREADABLE = {"$set": {"sealed": b"sealed under a key that is gone"}}


@pytest.fixture
def desk(mongo: Mongo) -> Iterator[Desk]:
    with desk_on(mongo) as opened:
        yield opened


def written(desk: Desk, count: int) -> list[str]:
    """Replies to one customer, one after the other."""
    ids = []
    for nth in range(count):
        ids.append(desk.write("reply", serial_no=str(nth), content="已查明"))
        desk.clock.passes(milliseconds=1)
    return ids


def test_F23_a_message_that_cannot_be_read_keeps_back_none_of_its_customers_later_ones(
    desk: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    bad, second, third = written(desk, 3)
    desk.messages.collection.update_one({"_id": bad}, UNREADABLE)
    carrier = FakeCarrier(desk)

    def both_submitted() -> bool:
        desk.dispatch(carrier).run()
        return {desk.state(each).status for each in (second, third)} == {"submitted"}

    with caplog.at_level(logging.ERROR):
        soon(both_submitted, within=5)
    assert carrier.shown() == [(CUSTOMER, desk.state(each).text) for each in (second, third)]
    assert bad in caplog.text


def claimed(desk: Desk) -> str:
    """A care message that a process took to submit it; then it died."""
    message_id = desk.write("care")
    moment = Moment(machine_now(), policy().carrier, lambda: 1.0)
    desk.messages.change(message_id, lambda message, _now: woken(message, moment, link_up=True), SELF)
    desk.awake(message_id)
    return message_id


def awake_for_long(desk: Desk, to: str) -> str:
    """A queued reply that woke before all others."""
    message_id = desk.write("reply", to, serial_no="1", content="已查明")
    desk.awake(message_id, timedelta(hours=5))
    return message_id


def test_F5_what_a_dead_process_was_submitting_becomes_unknown_though_the_link_is_down_and_many_wait_for_it(
    desk: Desk,
) -> None:
    waiting = [awake_for_long(desk, f"139000003{n:02}") for n in range(LOOKED_AT_WITHOUT_LINK)]
    silent = FakeCarrier(desk, mode="silent", free=len(waiting))
    desk.dispatch(silent).run()
    assert {desk.state(each).status for each in waiting} == {"unknown"}, "submitted again once there is a link"
    for each in waiting:
        desk.awake(each, timedelta(hours=5))
    waiting += [awake_for_long(desk, f"139000004{n:02}") for n in range(LOOKED_AT_WITHOUT_LINK)]
    dead = claimed(desk)
    before = [desk.state(each) for each in waiting]

    desk.dispatch(FakeCarrier(desk, free=0)).run()
    assert desk.state(dead).status == "unknown"
    assert [desk.state(each) for each in waiting] == before


def test_F23_however_many_wait_for_the_link_what_is_over_by_time_ends(desk: Desk) -> None:
    for n in range(LOOKED_AT_WITHOUT_LINK):
        awake_for_long(desk, f"139000003{n:02}")
    stale, care = desk.write("reply", serial_no="2", content="已查明"), claimed(desk)
    past = plain(machine_now() - timedelta(seconds=1))
    desk.messages.collection.update_one({"_id": stale}, {"$set": {"state.valid_until": past}})
    unlinked = desk.dispatch(FakeCarrier(desk, free=0))
    unlinked.run()
    assert desk.state(stale).status == "expired"

    desk.awake(care, policy().carrier.receipts_within)
    unlinked.run()
    assert desk.state(care).status == "expired", "care is not repeated, and no receipt came"


@pytest.mark.parametrize("at_one_instant", [False, True])
def test_F5_however_many_receipts_fit_no_message_an_older_one_that_does_is_taken(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, at_one_instant: bool
) -> None:
    monkeypatch.setattr(receipts, "LEFT_AT_ONCE", 3)
    monkeypatch.setattr(receiving, "LEFT_AFTER", timedelta(seconds=-1))
    message_id, carrier = desk.write("survey"), FakeCarrier(desk)
    with monkeypatch.context() as dying:
        dying.setattr(Receipts, "take_early", lambda *_: None)
        dying.setattr(desk.messages, "with_provider_id", lambda _: None)
        desk.dispatch(carrier).run()
        carrier.settle()
        for n in range(10):
            desk.receipts.take(Receipt(f"elsewhere:{n}", "DELIVRD"))
    early = desk.messages.collection.database["early_receipts"]
    if at_one_instant:
        early.update_many({}, {"$set": {"came_at": machine_now()}})
    assert desk.state(message_id).status == "submitted"

    for _ in range(4):
        desk.receipts.take_left()
    assert desk.state(message_id).status == "delivered"
    assert early.count_documents({}) == 10

    desk.receipts.take(Receipt("fake:99", "DELIVRD"))
    assert "fake:99" in [each.provider_id for _ in range(9) for each in desk.messages.left_early(machine_now())]
