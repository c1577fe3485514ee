"""Customers' SMS and what leaves late, on a real mongod: sorted, opted out, held, counted (IN16, IN26, NT1, NT4)."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import eventlet
import pytest
from pymongo.errors import DuplicateKeyError

from services.notify import mailbox
from services.notify.carriers.traffic import Accepted, InboundSms, Segment
from services.notify.expanding import Draft
from services.notify.history import Consent
from services.notify.message import Message
from services.notify.sorting import Sorted
from services.notify.writing import Order
from shared.aggregate import Actor
from shared.documents import Clash
from shared.requests import request_of
from suite.mongo import Mongo
from tests.integration.notify_desk import Desk, desk_on
from tests.unit.notify.makers import CUSTOMER, shanghai


@pytest.fixture
def desk(mongo: Mongo) -> Iterator[Desk]:
    with desk_on(mongo) as opened:
        yield opened


class Open:
    """A carrier that takes everything."""

    free = 10

    def submit(self, segment: Segment) -> Accepted:
        return Accepted(f"p-{segment.message_id}-{segment.number}")


def test_NT1_what_an_outage_kept_in_the_queue_does_not_leave_at_night(desk: Desk) -> None:
    """Queued at 21:59, the carrier is back at 23:30: it leaves at seven."""
    desk.clock.at = shanghai("2026-11-23 21:59")
    message_id = desk.write("survey")
    desk.clock.at = shanghai("2026-11-23 23:30")

    assert desk.dispatch(Open()).round() == 0

    held = desk.state(message_id)
    assert (held.status, held.hold_until, held.wake_at) == ("held", shanghai("2026-11-24 07:00"), None)
    desk.clock.at = shanghai("2026-11-24 07:00")
    desk.releasing.round()
    desk.awake(message_id)
    assert desk.dispatch(Open()).round() == 1
    assert desk.state(message_id).status == "submitted"


def test_NT1_held_into_another_month_it_takes_that_months_place(desk: Desk) -> None:
    desk.clock.at = shanghai("2026-11-30 21:59")
    message_id = desk.write("survey")
    desk.clock.at = shanghai("2026-11-30 23:30")
    desk.dispatch(Open()).round()
    desk.clock.at = shanghai("2026-12-01 07:00")
    assert desk.releasing.round() == 1

    assert (desk.state(message_id).status, desk.state(message_id).care_slot) == ("queued", "2026-12:1")
    assert desk.state(desk.write("care")).status == "suppressed"
    desk.clock.at = shanghai("2026-11-30 12:00")
    assert desk.state(desk.write("care")).status == "queued"


def test_NT1_where_that_months_place_is_taken_it_is_suppressed_with_its_reason(desk: Desk) -> None:
    desk.clock.at = shanghai("2026-11-30 21:59")
    message_id = desk.write("survey")
    desk.clock.at = shanghai("2026-11-30 23:30")
    desk.dispatch(Open()).round()
    desk.write("care")
    desk.clock.at = shanghai("2026-12-01 07:00")
    desk.releasing.round()

    states = {desk.state(message_id).status, *(each.status for each in desk.all(template="care"))}
    assert states == {"suppressed", "queued"}
    assert "message_suppressed" in desk.relay.sent


def opted_out(desk: Desk, text: str = "TD") -> None:
    desk.mailbox.take(InboundSms(CUSTOMER, "10086", text))


def commercial(desk: Desk, at: str) -> Message:
    draft = Draft("promotion", "", CUSTOMER, {"content": "流量包八折"})
    consent = Consent("sms", "MO-1", shanghai(at))
    return desk.outgoing.write(Order(uuid4().hex, draft, "test", consent=consent), desk.clock.now()).state


def test_NT4_an_opt_out_is_kept_confirmed_once_and_stops_what_older_consent_allowed(desk: Desk) -> None:
    opted_out(desk)
    opted_out(desk)
    opted_out(desk, "我的彩铃怎么设置")

    [confirmed] = desk.all(template="opt_out_confirmed")
    assert (confirmed.message_class, confirmed.status) == ("transactional", "queued")
    assert commercial(desk, "2026-11-23 08:59").why.startswith("NT4 the customer has opted out")
    desk.clock.passes(days=1)
    assert commercial(desk, "2026-11-23 09:01").status == "queued"


def test_NT4_an_opt_out_stops_what_already_waits_in_the_queue(desk: Desk) -> None:
    waiting = commercial(desk, "2026-11-01 12:00")
    desk.clock.passes(minutes=1)
    opted_out(desk)
    desk.awake(waiting.message_id)
    desk.dispatch(Open()).run()

    assert desk.state(waiting.message_id).status == "suppressed"


def test_NT4_PR1_numbers_that_opted_out_stand_nowhere_in_the_clear(desk: Desk) -> None:
    opted_out(desk)

    assert CUSTOMER not in str(list(desk.inbound.collection.find()))
    assert desk.inbound.opted_out_at("13900000002") is None


def reminded(desk: Desk) -> str:
    message_id = desk.write("fee_reminder", service="彩铃", fee=500, month="2026-12")
    desk.dispatch(Open()).round()
    return message_id


def understood(desk: Desk) -> list[Sorted]:
    return [saved.state.understood for saved in desk.inbound.find({}, [("sent_at", 1)], 20)]


def test_IN16_IN26_a_reminder_is_answered_once_however_many_answers_come_at_once(desk: Desk) -> None:
    reminder = reminded(desk)
    pool = eventlet.GreenPool()
    for text in ("QX", "取消", "退订", "BL"):
        pool.spawn(desk.mailbox.take, InboundSms(CUSTOMER, "10086", text))
    pool.waitall()

    answers = [each.answers for each in understood(desk)]
    assert (len(answers), answers.count(reminder)) == (4, 1)


def test_IN16_an_answer_whose_reminders_others_take_one_after_the_other_is_still_kept(desk: Desk) -> None:
    """Several reminders, several answers in one moment: it loses one reminder, then the next one, and the next."""
    reminded(desk)
    insert, taken = desk.inbound.insert, ["first", "second", "third"]

    def beaten(*told: Any) -> Any:
        if taken:
            raise Clash(DuplicateKeyError(taken.pop(), details={"keyPattern": {"answers": 1}}))
        return insert(*told)

    desk.inbound.insert = beaten  # type: ignore[method-assign]
    desk.mailbox.take(InboundSms(CUSTOMER, "10086", "QX"))

    assert taken == []
    assert len(understood(desk)) == 1


def test_IN16_a_reminder_that_never_left_is_not_answered(desk: Desk) -> None:
    desk.write("fee_reminder", service="彩铃", fee=500, month="2026-12")
    opted_out(desk, "QX")

    assert [each.sort for each in understood(desk)] == ["other"]


def test_IN26_an_answer_that_the_carrier_brings_again_stays_what_it_was(desk: Desk) -> None:
    reminder = reminded(desk)
    opted_out(desk, "QX")
    opted_out(desk, "QX")

    assert [each.answers for each in understood(desk)] == [reminder]


def test_IN26_an_sms_that_a_caller_brings_again_stays_what_it_was(desk: Desk) -> None:
    reminder, by = reminded(desk), Actor("service:gateway", "system")
    sms = {"request_id": "r1", "msisdn": CUSTOMER, "text": "QX", "at": desk.clock.now()}
    request = request_of(desk.keys, "notify", by, "receive", "", {"request_id": "r1"})

    assert desk.mailbox.bring(sms, request, by) == desk.mailbox.bring(sms, request, by)
    assert [each.answers for each in understood(desk)] == [reminder]


def at_second(monkeypatch: pytest.MonkeyPatch, second: int) -> None:
    """Machine time as the mailbox sees it: so many seconds after a full hour."""
    hour = datetime(2026, 11, 23, 2, tzinfo=UTC)
    monkeypatch.setattr(mailbox, "machine_now", lambda: hour + timedelta(seconds=second))


def test_IN26_an_sms_that_is_brought_again_across_the_minute_is_the_same(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    for second in (59, 61, 119):
        at_second(monkeypatch, second)
        opted_out(desk, "在吗")

    assert len(understood(desk)) == 1


def test_IN26_an_sms_that_the_centre_brings_again_hours_later_for_want_of_an_answer_is_the_same(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its process was killed between storing and answering; the centre's pauses grow from a minute to hours."""
    for second in (10, 140, 3700, 20 * 3600):
        at_second(monkeypatch, second)
        opted_out(desk, "在吗")

    assert len(understood(desk)) == 1


def test_IN26_an_equal_sms_minutes_after_the_answer_is_the_customers_next_one(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    for second in (10, 120, 140, 3700):
        at_second(monkeypatch, second)
        opted_out(desk, "5")
        desk.mailbox.answered(InboundSms(CUSTOMER, "10086", "5"))

    assert len(understood(desk)) == 3, "the one within two minutes is taken for a copy"


def test_IN26_a_copy_that_was_answered_ends_the_waiting_for_copies(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    at_second(monkeypatch, 0)
    opted_out(desk, "5")  # killed before it answered
    for second in (300, 900):
        at_second(monkeypatch, second)
        opted_out(desk, "5")
        desk.mailbox.answered(InboundSms(CUSTOMER, "10086", "5"))

    assert len(understood(desk)) == 2


def test_IN26_copies_that_come_side_by_side_are_one_sms_also_where_there_was_one_before(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    for second in (0, 300):
        at_second(monkeypatch, second)
        pool = eventlet.GreenPool()
        for _ in range(4):
            pool.spawn(opted_out, desk, "在吗")
        pool.waitall()
        desk.mailbox.answered(InboundSms(CUSTOMER, "10086", "在吗"))

    assert len(understood(desk)) == 2


def test_IN26_a_part_that_comes_after_the_waiting_for_it_ended_is_kept(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    for second, number, text in ((0, 1, "我对处理"), (600, 2, "不满意")):
        at_second(monkeypatch, second)
        desk.mailbox.take(InboundSms(CUSTOMER, "10086", text, 9, 2, number))
        at_second(monkeypatch, second + 301)
        desk.mailbox.give_up_waiting()

    assert {saved.state.text for saved in desk.inbound.find({}, [("sent_at", 1)], 20)} == {"我对处理", "不满意"}


def test_IN26_what_no_mobile_sent_is_dropped_also_when_it_was_answered(desk: Desk) -> None:
    hotline = InboundSms("10010", "10086", "5")
    desk.mailbox.take(hotline)
    desk.mailbox.answered(hotline)

    assert understood(desk) == []


def test_IN26_PR1_what_an_sms_has_in_common_with_its_copies_goes_with_its_keys(desk: Desk) -> None:
    opted_out(desk, "在吗")
    [before] = desk.inbound.collection.find()
    assert "likeness" in before
    assert "likeness" in desk.inbound.named_by
    assert "在吗" not in str(before)


PARTS = ((-1, 1, "我对处理"), (1, 2, "不满意"), (2, 2, "不满意"), (5, 1, "再问一次"), (6, 2, "谢谢"))


def test_IN26_parts_join_and_an_old_reference_starts_anew(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    for second, number, text in PARTS:
        at_second(monkeypatch, second)
        desk.mailbox.take(InboundSms(CUSTOMER, "10086", text, 9, 2, number))

    texts = {saved.state.text for saved in desk.inbound.find({}, [("sent_at", 1)], 20)}
    assert texts == {"我对处理不满意", "再问一次谢谢"}
