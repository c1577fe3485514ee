"""One message that fails keeps no other one from its turn; what is erased, early or out of order comes to its end."""

import logging
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from services.notify.carriers.traffic import InboundSms, Receipt
from services.notify.doubts.watching import Watching
from services.notify.erasing import judge
from services.notify.expanding import Draft
from services.notify.message import Message
from services.notify.rules import NotifyPolicy
from services.notify.service import NotifyService
from services.notify.writing import SELF, Order
from shared.clock import machine_now
from shared.erasing import Erased
from suite.mongo import Mongo
from tests.integration.notify_carriers import FakeCarrier
from tests.integration.notify_desk import Desk, desk_on
from tests.unit.notify.makers import policies, policy, shanghai

RISEN = timedelta(minutes=16)  # the first duty's time is over
UNREADABLE = {"$set": {"sealed": b"sealed under a key that is gone"}}
MANY = 100  # as many as one look takes
NIGHT, MORNING = shanghai("2026-11-23 23:00"), shanghai("2026-11-24 07:00")


@pytest.fixture
def desk(mongo: Mongo) -> Iterator[Desk]:
    with desk_on(mongo) as opened:
        yield opened


def in_doubt(desk: Desk, count: int = 1) -> list[str]:
    """Emergencies of whose outcome nobody knows, each of a customer of its own; their first duty is due soon."""
    ids = [_emergency(desk, f"139{number:08}") for number in range(count)]
    silent = FakeCarrier(desk, mode="silent", free=count)
    desk.dispatch(silent).run()
    assert {desk.state(each).status for each in ids} == {"unknown"}
    return ids


def _emergency(desk: Desk, to: str) -> str:
    draft = Draft("emergency_notice", "customer", to, {"content": "停电抢修"}, None, "SZ")
    return desk.outgoing.write(Order(uuid4().hex, draft, "test", approval="省公司第7号"), desk.clock.now()).id


def held(desk: Desk) -> str:
    """A care message of the night."""
    message_id = desk.write("survey")
    assert desk.state(message_id).status == "held"
    return message_id


def watching(desk: Desk, rules: NotifyPolicy | None = None) -> Watching:
    return Watching(desk.messages, desk.outgoing, desk.clock, rules or policy())


def service(desk: Desk) -> Any:
    """The service's rounds on the desk's stores, as its container runs them."""
    made: Any = NotifyService()
    made.messages, made.inbound, made.clock, made.policies = desk.messages, desk.inbound, desk.clock, policies()
    return made


def told(desk: Desk, message_id: str) -> list[str]:
    return [risen.to for risen in desk.state(message_id).risen]


def without_rises(kept: int) -> NotifyPolicy:
    """The policy in force with only the first so many rises."""
    return replace(policy(), doubts=replace(policy().doubts, rises=policy().doubts.rises[:kept]))


def test_a_doubt_that_cannot_be_read_keeps_no_other_one_from_rising(
    desk: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    bad, good = in_doubt(desk, 2)
    desk.messages.collection.update_one({"_id": bad}, UNREADABLE)
    desk.clock.passes(seconds=RISEN.total_seconds())
    with caplog.at_level(logging.ERROR):
        watching(desk).round()
    assert told(desk, good) == ["operator"]
    assert bad in caplog.text


def test_a_doubt_that_cannot_be_read_keeps_no_held_message_from_leaving(desk: Desk) -> None:
    desk.clock.at = NIGHT
    (bad,) = in_doubt(desk)
    waiting = held(desk)
    desk.messages.collection.update_one({"_id": bad}, UNREADABLE)
    desk.clock.at = MORNING
    service(desk).release()
    assert desk.state(waiting).status == "queued"


def test_however_many_doubts_are_due_what_is_held_leaves_at_seven(desk: Desk) -> None:
    desk.clock.at = NIGHT
    in_doubt(desk, MANY)
    waiting = held(desk)
    desk.clock.at = MORNING
    desk.releasing.round()
    assert desk.state(waiting).status == "queued"


def test_however_many_messages_are_held_a_doubt_rises(desk: Desk) -> None:
    desk.clock.at = NIGHT
    for number in range(MANY):
        desk.write("survey", to=f"138{number:08}")
    desk.clock.at = MORNING
    (doubted,) = in_doubt(desk)
    desk.clock.passes(seconds=RISEN.total_seconds())
    watching(desk).round()
    assert told(desk, doubted) == ["operator"]


@pytest.mark.parametrize("kept", [0, 1])
def test_a_doubt_whose_policy_names_nobody_further_is_not_due_any_more(desk: Desk, kept: int) -> None:
    (doubted,) = in_doubt(desk)
    desk.clock.passes(seconds=RISEN.total_seconds())
    if kept:
        watching(desk).round()
    desk.clock.passes(hours=5)
    watching(desk, without_rises(kept)).round()
    assert told(desk, doubted) == ["operator"][:kept]
    assert desk.messages.pulse()["due"] == 0
    assert desk.state(doubted).status == "unknown", "it is still on the list of what is unknown"


def test_an_sms_that_cannot_be_given_up_keeps_no_other_one_from_its_ticket(
    desk: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    for number in range(2):
        desk.mailbox.take(InboundSms(f"1390000000{number}", "10086", "后半", 7, 2, 2))
    bad, good = (each["_id"] for each in desk.inbound.collection.find({}, {"_id": 1}))
    desk.inbound.collection.update_many({}, {"$set": {"wake_at": machine_now() - timedelta(hours=1)}})
    desk.inbound.collection.update_one({"_id": bad}, UNREADABLE)
    desk.inbound.collection.update_one({"_id": bad}, {"$set": {"wake_at": machine_now() - timedelta(hours=2)}})
    with caplog.at_level(logging.ERROR):
        desk.mailbox.give_up_waiting()
    assert desk.inbound.get(good).state.received
    assert bad in caplog.text


def erased(desk: Desk) -> tuple[str, Receipt]:
    """A submitted message that was erased before its receipt came."""
    message_id, carrier = desk.write("survey"), FakeCarrier(desk)
    desk.dispatch(carrier).run()
    assert desk.state(message_id).status == "submitted"
    desk.messages.erase(message_id, Erased("holder_asked", "r1"), SELF, judge(timedelta(0)))
    return message_id, carrier.receipts[0]


def test_PR1_the_receipt_of_an_erased_message_is_taken_and_changes_nothing(desk: Desk) -> None:
    message_id, receipt = erased(desk)
    before = desk.messages.get(message_id).v
    desk.receipts.take(receipt)
    assert desk.messages.get(message_id).v == before


def test_PR1_nothing_is_due_or_wakes_of_what_is_erased(desk: Desk) -> None:
    message_id, _ = erased(desk)
    document = desk.messages.collection.find_one({"_id": message_id})
    assert document is not None
    assert not {"due_at", "wake_at"} & document.keys()


def arrived(desk: Desk, *states: str) -> Message:
    """A message whose receipts all came before the carrier's answer was stored, in this order."""
    message_id, carrier = desk.write("survey"), Early(desk, states)
    desk.dispatch(carrier).run()
    desk.receipts.take_left()
    return desk.state(message_id)


class Early(FakeCarrier):
    """Its receipts are there before its answer."""

    def __init__(self, desk: Desk, states: tuple[str, ...]) -> None:
        super().__init__(desk)
        self.states = states

    def submit(self, segment: Any) -> Any:
        outcome = super().submit(segment)
        for state in self.states:
            self.desk.receipts.take(Receipt(self.receipts[-1].provider_id, state))
        return outcome


@pytest.mark.parametrize(
    ("states", "status"),
    [
        (("DELIVRD", "ENROUTE"), "delivered"),
        (("DELIVRD", "UNDELIV"), "delivered"),
        (("ENROUTE", "DELIVRD"), "delivered"),
        (("UNDELIV", "DELIVRD"), "delivered"),
        (("UNDELIV", "ENROUTE"), "failed"),
        (("ENROUTE", "UNDELIV"), "failed"),
        (("ENROUTE",), "submitted"),
    ],
)
def test_an_early_receipt_that_says_how_it_ended_is_not_undone_by_a_later_one(
    desk: Desk, states: tuple[str, ...], status: str
) -> None:
    assert arrived(desk, *states).status == status
