"""What cannot be read or decided, or waits for good, keeps nothing that stands behind it from its turn."""

import logging
from collections.abc import Iterator

import pytest

from suite.mongo import Mongo
from tests.integration.notify_carriers import FakeCarrier
from tests.integration.notify_desk import Desk, desk_on
from tests.integration.notify_station import soon
from tests.unit.notify.makers import CUSTOMER

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
