"""Messages out to a carrier and receipts back, on a real mongod: the same promises with a fake and with a real one."""

import random
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import eventlet
import pytest
from pymongo import MongoClient
from pymongo.database import Database
from pymongo.errors import AutoReconnect, NetworkTimeout

from services.notify import receiving
from services.notify.carriers.traffic import Receipt
from services.notify.history import MessageFailed
from services.notify.message import Message
from services.notify.order import store as order
from services.notify.receiving import Receipts
from services.notify.submitting import Moment, woken
from services.notify.writing import SELF
from shared import insisting
from shared.clock import machine_now
from shared.codec import plain
from shared.errors import Unavailable
from suite.mongo import Mongo
from tests.integration.notify_carriers import FakeCarrier, RealCarrier
from tests.integration.notify_desk import Desk
from tests.integration.notify_station import soon
from tests.unit.notify.makers import CUSTOMER, policy

LONG = "您反映的问题已查明，" * 30


@pytest.fixture
def database(mongo: Mongo) -> Iterator[Database[Any]]:
    with MongoClient[Any](mongo.mongo_url, retryWrites=False, tz_aware=True) as client:
        name = f"notify_{uuid4().hex[:12]}"
        yield client[name]
        client.drop_database(name)


@pytest.fixture
def desk(database: Database[Any]) -> Desk:
    return Desk(database)


@pytest.fixture(params=["fake", "real"])
def carrier(request: pytest.FixtureRequest, desk: Desk, tmp_path: Path) -> Iterator[FakeCarrier | RealCarrier]:
    made = FakeCarrier(desk) if request.param == "fake" else RealCarrier(desk, tmp_path)
    yield made
    made.stop()


def test_a_message_is_submitted_shown_and_delivered(desk: Desk, carrier: FakeCarrier) -> None:
    message_id = desk.write("survey")
    desk.dispatch(carrier).run()
    carrier.settle()

    assert desk.state(message_id).status == "delivered"
    assert carrier.shown() == [(CUSTOMER, desk.state(message_id).text)]


def test_NT6_a_long_chinese_message_arrives_as_one_and_every_part_has_its_receipt(
    desk: Desk, carrier: FakeCarrier
) -> None:
    message_id = desk.write("reply", serial_no="1", content=LONG)
    desk.dispatch(carrier).run()
    carrier.settle()

    message = desk.state(message_id)
    assert [(part.state, part.receipt) for part in message.parts] == [("delivered", "DELIVRD")] * len(message.parts)
    assert len(message.parts) > 4
    assert carrier.shown() == [(CUSTOMER, message.text)]
    assert message.text.startswith("【中国移动】")


def test_F23_throttling_is_obeyed_and_costs_no_message(desk: Desk, carrier: FakeCarrier) -> None:
    ids = [desk.write("urged", serial_no=str(n), category_name="话费", urged_count=1) for n in range(8)]
    carrier.set("throttle")
    desk.dispatch(carrier).round()
    throttled = carrier.submits
    assert {desk.state(each).status for each in ids} == {"queued"}
    assert throttled <= 4

    carrier.set("")
    for each in ids:
        desk.awake(each)
    desk.dispatch(carrier).run()
    carrier.settle()
    assert {desk.state(each).status for each in ids} == {"delivered"}
    assert {desk.state(each).attempts for each in ids} == {0}
    assert len(carrier.shown()) == 8


def test_a_refused_message_fails_with_the_carriers_code(desk: Desk, carrier: FakeCarrier) -> None:
    message_id = desk.write("reply", serial_no="1", content=LONG)
    carrier.set("refuse")
    desk.dispatch(carrier).run()

    assert (desk.state(message_id).status, carrier.submits) == ("failed", 1)
    assert "0x0000000b" in desk.state(message_id).why


def test_an_unreachable_phone_fails_the_message(desk: Desk, carrier: FakeCarrier) -> None:
    message_id = desk.write("survey")
    carrier.set("unreachable")
    desk.dispatch(carrier).run()
    carrier.settle()

    assert desk.state(message_id).status == "failed"
    assert carrier.shown() == []


def test_F23_an_unknown_outcome_is_repeated_after_a_while_and_says_so(desk: Desk, carrier: FakeCarrier) -> None:
    message_id = desk.write("urged", serial_no="1", category_name="话费", urged_count=1)
    carrier.set("silent")
    desk.dispatch(carrier).run()
    assert (desk.state(message_id).status, desk.state(message_id).may_be_repeated) == ("unknown", False)

    carrier.set("")
    desk.dispatch(carrier).run()
    assert desk.state(message_id).status == "unknown", "its answer may still come"
    desk.awake(message_id)
    desk.dispatch(carrier).run()
    carrier.settle()
    message = desk.state(message_id)
    assert (message.status, message.may_be_repeated, message.resends) == ("delivered", True, 1)
    assert carrier.shown() == [(CUSTOMER, message.text)] * 2


def test_F23_a_care_message_of_unknown_outcome_is_never_repeated(desk: Desk, carrier: FakeCarrier) -> None:
    message_id = desk.write("care")
    carrier.set("silent")
    desk.dispatch(carrier).run()

    assert desk.state(message_id).status == "unknown"
    desk.awake(message_id, timedelta(hours=49))
    desk.dispatch(carrier).run()
    assert desk.state(message_id).status == "expired", "two days without a receipt"
    assert len(carrier.shown()) == 1


def test_two_processes_never_submit_the_same_message(desk: Desk, database: Database[Any], carrier: FakeCarrier) -> None:
    other = Desk(database, desk.clock)
    ids = [desk.write("urged", serial_no=str(n), category_name="话费", urged_count=1) for n in range(40)]
    pool = eventlet.GreenPool(6)
    for each in (desk, other) * 3:
        pool.spawn(each.dispatch(carrier).run)
    pool.waitall()
    carrier.settle()

    assert {desk.state(each).status for each in ids} == {"delivered"}
    assert len(carrier.shown()) == len(set(carrier.shown())) == 40


def test_every_message_can_be_recomputed_from_its_history(desk: Desk, carrier: FakeCarrier) -> None:
    message_id = desk.write("reply", serial_no="1", content=LONG)
    desk.dispatch(carrier).run()
    carrier.settle()

    assert desk.messages.recompute(message_id) == desk.state(message_id)


# --- with the fake alone: what only a test's hands can time ---


@pytest.fixture
def fake(desk: Desk) -> FakeCarrier:
    return FakeCarrier(desk)


class Hasty(FakeCarrier):
    """Its receipt is there before its answer."""

    def submit(self, segment: Any) -> Any:
        outcome = super().submit(segment)
        self.settle()
        return outcome


def test_a_receipt_before_its_answer_is_kept_and_found(desk: Desk) -> None:
    hasty = Hasty(desk)
    message_id = desk.write("survey")
    desk.dispatch(hasty).run()

    assert desk.state(message_id).status == "delivered"
    assert desk.messages.early([f"fake:{n}" for n in range(3)]) == []


def test_F5_an_early_receipt_is_taken_by_others_where_whoever_stored_the_answers_died(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    message_id = desk.write("survey")
    with monkeypatch.context() as dying:
        dying.setattr(Receipts, "take_early", lambda *_: None)
        desk.dispatch(Hasty(desk)).run()
    desk.receipts.take(Receipt("elsewhere:1", "DELIVRD"))
    desk.receipts.take_left()
    assert desk.state(message_id).status == "submitted", "who stored the answers is given the time to take it himself"

    monkeypatch.setattr(receiving, "LEFT_AFTER", timedelta(seconds=-1))
    desk.receipts.take_left()
    assert desk.state(message_id).status == "delivered"
    assert [left.provider_id for left in desk.messages.left_early(machine_now() + timedelta(1))] == ["elsewhere:1"]


def test_a_receipt_that_comes_twice_changes_nothing(desk: Desk, fake: FakeCarrier) -> None:
    message_id = desk.write("survey")
    desk.dispatch(fake).run()
    twice = fake.receipts * 2
    for receipt in twice:
        desk.receipts.take(receipt)

    assert [type(event).__name__ for event, _ in desk.messages.history(message_id)].count("ReceiptCame") == len(
        desk.state(message_id).parts
    )


def test_a_strangers_receipt_is_kept_and_harms_nobody(desk: Desk) -> None:
    desk.receipts.take(Receipt("elsewhere:1", "DELIVRD"))
    assert desk.messages.early(["elsewhere:1"]) == [Receipt("elsewhere:1", "DELIVRD", "")]


def test_F5_a_message_whose_process_died_while_submitting_is_repeated_by_another(desk: Desk, fake: FakeCarrier) -> None:
    message_id = desk.write("urged", serial_no="1", category_name="话费", urged_count=1)
    moment = Moment(machine_now(), policy().carrier, lambda: 1.0)

    def claim(message: Message, _now: Any) -> Any:
        return woken(message, moment, link_up=True)

    desk.messages.change(message_id, claim, SELF)
    desk.dispatch(fake).run()
    assert (desk.state(message_id).status, fake.submits) == ("submitting", 0)

    desk.awake(message_id)
    desk.dispatch(fake).run()
    desk.awake(message_id)
    desk.dispatch(fake).run()
    fake.settle()
    assert (desk.state(message_id).status, desk.state(message_id).may_be_repeated) == ("delivered", True)


def test_without_a_receipt_for_two_days_a_message_expires(desk: Desk, fake: FakeCarrier) -> None:
    message_id = desk.write("survey")
    desk.dispatch(fake).run()
    desk.awake(message_id, timedelta(hours=47))
    desk.dispatch(fake).run()
    assert desk.state(message_id).status == "submitted"

    desk.awake(message_id, timedelta(hours=2))
    desk.dispatch(fake).run()
    assert desk.state(message_id).status == "expired"


def test_F23_while_the_link_is_down_messages_wait(desk: Desk, fake: FakeCarrier) -> None:
    message_id = desk.write("survey")
    fake.free = 0
    desk.dispatch(fake).run()
    assert (desk.state(message_id).status, fake.submits) == ("queued", 0)

    fake.free = 4
    desk.dispatch(fake).run()
    assert desk.state(message_id).status == "submitted"


def test_F11_the_carriers_answers_outlast_a_database_that_is_away_for_longer_than_the_lease(
    desk: Desk, fake: FakeCarrier, monkeypatch: pytest.MonkeyPatch
) -> None:
    message_id = desk.write("survey")
    stored, missed = desk.messages.change, [NetworkTimeout("away"), Unavailable("away"), AutoReconnect("away")]

    def hours_later(*arguments: Any) -> Any:
        monkeypatch.setattr(insisting, "machine_now", lambda: machine_now() + timedelta(hours=3))
        if missed:
            raise missed.pop()
        return stored(*arguments)

    monkeypatch.setattr(desk.messages, "change", hours_later)
    monkeypatch.setattr(insisting, "PAUSE_S", 0.0)
    desk.dispatch(fake).run()
    state = desk.state(message_id)
    assert (state.status, state.may_be_repeated, fake.submits) == ("submitted", False, 1)


class Reluctant(FakeCarrier):
    """Takes some time for each part, a different one: what is not sent in order arrives out of order."""

    def submit(self, segment: Any) -> Any:
        eventlet.sleep(random.uniform(0.0, 0.02))
        return super().submit(segment)


def test_F23_after_an_hour_without_a_carrier_every_customer_reads_in_the_order_of_writing(
    desk: Desk, database: Database[Any]
) -> None:
    carrier = Reluctant(desk)
    carrier.free = 0
    numbers = [CUSTOMER, "13900000008", "13900000009"]
    for nth, to in enumerate(numbers * 4):
        desk.write("reply", to, serial_no=str(nth), content="已查明" * (200 if nth < 3 else 1))
        desk.clock.passes(milliseconds=1)
    for _ in range(3):
        desk.dispatch(carrier).run()
    assert carrier.submits == 0
    assert {message.status for message in desk.all()} == {"queued"}

    carrier.free = 4
    other = Desk(database, desk.clock)
    pool = eventlet.GreenPool(4)
    for each in (desk, other) * 2:
        pool.spawn(each.dispatch(carrier).run)
    pool.waitall()
    desk.dispatch(carrier).run()
    for to in numbers:
        assert [text for number, text in carrier.shown() if number == to] == [
            message.text for message in desk.all() if message.to == to
        ]


def test_F23_one_customers_message_that_is_refused_for_now_holds_up_nobody_elses(desk: Desk) -> None:
    carrier = FakeCarrier(desk)
    carrier.set("throttle")
    first = desk.write("reply", serial_no="0", content="已查明")
    desk.dispatch(carrier).round()
    carrier.set("")
    desk.awake(first, timedelta(hours=-1))  # it is tried again much later
    desk.clock.passes(milliseconds=1)
    behind = [desk.write("reply", serial_no=str(n), content="已查明") for n in range(1, 30)]
    others = [desk.write("reply", f"139000001{n:02}", serial_no="1", content="已查明") for n in range(5)]
    desk.dispatch(carrier).run()
    assert {desk.state(each).status for each in others} == {"submitted"}
    assert {desk.state(each).status for each in (first, *behind)} == {"queued"}

    desk.awake(first, timedelta(hours=2))
    desk.dispatch(carrier).run()
    assert {desk.state(each).status for each in (first, *behind)} == {"submitted"}


def refused_for_now(desk: Desk, numbers: list[str], followers: int) -> tuple[list[str], list[str]]:
    """Each number's first message was refused for now, so many others wait behind it; the ids of both."""
    carrier = FakeCarrier(desk)
    carrier.set("throttle")
    first = [desk.write("reply", number, serial_no="0", content="已查明") for number in numbers]
    desk.dispatch(carrier).run()
    for each in first:
        desk.awake(each, timedelta(hours=-1))  # tried again much later
    behind = []
    for n in range(1, followers + 1):
        desk.clock.passes(milliseconds=1)
        behind += [desk.write("reply", number, serial_no=str(n), content="已查明") for number in numbers]
    return first, behind


def all_submitted(desk: Desk, carrier: FakeCarrier, ids: list[str]) -> None:
    """Looks again and again, as a process does."""

    def submitted() -> bool:
        desk.dispatch(carrier).run()
        return {desk.state(each).status for each in ids} == {"submitted"}

    soon(submitted)


def test_F23_however_many_wait_behind_a_pause_whoever_waits_for_nobody_has_his_turn(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(order, "LOOKED_AHEAD", 10)
    first, behind = refused_for_now(desk, [f"139000002{n:02}" for n in range(15)], followers=3)
    free = desk.write("reply", serial_no="1", content="已查明")
    alert = desk.write("urged", serial_no="1", category_name="话费", urged_count=1)
    carrier = FakeCarrier(desk)
    desk.dispatch(carrier).run()
    assert {desk.state(each).status for each in (free, alert)} == {"submitted"}
    assert {desk.state(each).status for each in (*first, *behind)} == {"queued"}

    for each in (*first, *behind):
        desk.awake(each, timedelta(hours=2))
    all_submitted(desk, carrier, [*first, *behind])
    texts = [desk.state(each).text for each in (*first, *behind)]
    for number in {desk.state(each).to for each in first}:
        assert [text for to, text in carrier.shown() if to == number] == texts[:: len(first)]


def test_F23_whoever_stepped_aside_is_looked_at_again_when_the_pause_is_over(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(order, "LOOKED_AHEAD", 4)
    [first], behind = refused_for_now(desk, [CUSTOMER], followers=8)
    desk.dispatch(FakeCarrier(desk)).run()
    over = desk.state(first).wake_at
    assert over is not None
    assert desk.messages.waking(over - timedelta(milliseconds=1)) == []
    assert set(desk.messages.waking(over + timedelta(milliseconds=1))) == {first, *behind}


def test_F23_those_behind_a_message_that_is_being_submitted_fill_no_page_either(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its process died: until its lease is over nobody knows, and ten of its customer's messages wait."""
    monkeypatch.setattr(order, "LOOKED_AHEAD", 4)
    first = desk.write("reply", serial_no="0", content="已查明")
    moment = Moment(machine_now(), policy().carrier, lambda: 1.0)
    desk.messages.change(first, lambda message, _now: woken(message, moment, link_up=True), SELF)
    desk.clock.passes(milliseconds=1)
    behind = [desk.write("reply", serial_no=str(n), content="已查明") for n in range(1, 11)]
    other = desk.write("reply", "13900000011", serial_no="1", content="已查明")
    desk.dispatch(FakeCarrier(desk)).run()
    assert desk.state(other).status == "submitted"
    assert {desk.state(each).status for each in behind} == {"queued"}

    desk.messages.change(first, lambda *_: [MessageFailed("meanwhile")], SELF)
    all_submitted(desk, FakeCarrier(desk), behind)


def test_F23_alerts_to_staff_wait_for_nobody(desk: Desk) -> None:
    carrier = FakeCarrier(desk)
    carrier.set("throttle")
    desk.write("urged", serial_no="0", category_name="话费", urged_count=1)
    desk.dispatch(carrier).round()
    carrier.set("")
    second = desk.write("urged", serial_no="1", category_name="话费", urged_count=1)
    desk.dispatch(carrier).run()
    assert desk.state(second).status == "submitted"


def test_F23_what_waited_longer_than_it_is_valid_is_not_sent_any_more(desk: Desk) -> None:
    carrier = FakeCarrier(desk)
    carrier.free = 0
    message_id = desk.write("reply", serial_no="0", content="已查明")
    past = machine_now() - timedelta(hours=1)
    desk.messages.collection.update_one({"_id": message_id}, {"$set": {"state.valid_until": plain(past)}})
    carrier.free = 4
    desk.dispatch(carrier).run()
    assert (desk.state(message_id).status, carrier.submits) == ("expired", 0)
