"""Messages on a real mongod: written once, held, counted, searched (NT1, NT2, NT7, NT8, ES4)."""

from collections.abc import Iterator
from typing import Any

import eventlet
import pytest

from services.notify.carriers.traffic import InboundSms
from services.notify.writing import CARE_USED_UP
from shared.bus.retries import PermanentFault
from suite.mongo import Mongo
from tests.integration.notify_desk import Desk, desk_on
from tests.unit.notify.makers import CUSTOMER, SERIAL, case, clock, facts, shanghai

OTHER = "13900000002"


@pytest.fixture
def desk(mongo: Mongo) -> Iterator[Desk]:
    with desk_on(mongo) as opened:
        yield opened


def replied(**changes: Any) -> dict[str, Any]:
    return facts(reply={"content": "已补登"}, status="replied", **changes)


def test_an_event_told_twice_writes_nothing_twice(desk: Desk) -> None:
    once = desk.told("intake", "complaint_registered", facts())
    again = desk.told("intake", "complaint_registered", facts())

    assert len(once) == 2
    assert again == once


def test_another_event_writes_its_own(desk: Desk) -> None:
    desk.told("intake", "complaint_registered", facts(), "e1")
    assert len(desk.told("intake", "complaint_registered", facts(), "e2")) == 4


def test_NT7_the_record_holds_template_class_time_and_the_decision(desk: Desk) -> None:
    desk.clock.at = shanghai("2026-11-23 23:00")
    [message] = [each for each in desk.told("intake", "complaint_replied", replied()) if each.template == "survey"]

    assert (message.message_class, message.masked, message.created_at) == ("care", "139****0001", desk.clock.at)
    assert (message.status, message.why) == ("held", "NT1 quiet hours")
    assert message.hold_until == shanghai("2026-11-24 07:00")
    names = [type(event).__name__ for event, _ in desk.messages.history(message.message_id)]
    assert names == ["MessageWritten", "MessageHeld"]


def test_PR1_neither_number_nor_text_stands_readable_in_the_database(desk: Desk) -> None:
    message_id = desk.write("call_for_survey")
    document = str(desk.messages.collection.find_one({"_id": message_id}))

    assert CUSTOMER not in document
    assert SERIAL not in document
    assert desk.messages.recompute(message_id) == desk.state(message_id)


def test_NT1_held_messages_go_out_at_seven_and_not_before(desk: Desk) -> None:
    desk.clock.at = shanghai("2026-11-23 22:30")
    message_id = desk.write("survey")
    desk.clock.at = shanghai("2026-11-24 06:59")
    assert desk.releasing.round() == 0

    desk.clock.at = shanghai("2026-11-24 07:00")
    assert desk.releasing.round() == 1
    assert desk.state(message_id).status == "queued"
    assert desk.releasing.round() == 0


def test_NT1_what_nobody_released_by_day_does_not_go_out_in_the_next_night(desk: Desk) -> None:
    desk.clock.at = shanghai("2026-11-23 22:30")
    message_id = desk.write("survey")
    desk.clock.at = shanghai("2026-11-24 22:30")
    desk.releasing.round()
    held = desk.state(message_id)
    assert (held.status, held.hold_until) == ("held", shanghai("2026-11-25 07:00"))

    desk.clock.at = shanghai("2026-11-25 07:00")
    desk.releasing.round()
    assert desk.state(message_id).status == "queued"


def test_NT1_a_customer_gets_one_care_message_a_month(desk: Desk) -> None:
    first, second, other = desk.write("survey"), desk.write("care"), desk.write("survey", OTHER)

    assert desk.state(first).status == "queued"
    assert (desk.state(second).status, desk.state(second).why) == ("suppressed", CARE_USED_UP)
    assert desk.state(other).status == "queued"
    assert "message_suppressed" in desk.relay.sent


def test_NT1_the_next_month_is_a_new_one_also_for_a_message_held_into_it(desk: Desk) -> None:
    first = desk.write("survey")
    desk.clock.at = shanghai("2026-11-30 23:00")
    held = desk.write("survey")
    desk.clock.at = shanghai("2026-12-15 12:00")

    assert [desk.state(each).status for each in (first, held)] == ["queued", "held"]
    assert desk.state(desk.write("survey")).status == "suppressed"


def test_NT2_transactional_messages_are_not_counted(desk: Desk) -> None:
    desk.write("survey")
    told = desk.told("intake", "complaint_registered", facts())
    assert "suppressed" not in {each.status for each in told if each.template == "receipt"}


def test_NT8_when_the_cap_is_used_up_first_contact_phones_instead(desk: Desk) -> None:
    desk.write("care")
    told = desk.told("intake", "complaint_replied", replied())
    again = desk.told("intake", "complaint_replied", replied())

    by_template = {each.template: each for each in told}
    assert by_template["survey"].status == "suppressed"
    assert (by_template["call_for_survey"].status, by_template["call_for_survey"].message_class) == ("queued", "staff")
    assert again == told


def test_the_cap_holds_when_many_messages_are_written_at_once(desk: Desk) -> None:
    pool = eventlet.GreenPool(20)
    written = list(pool.imap(lambda _: desk.state(desk.write("survey")).status, range(20)))

    assert sorted(set(written)) == ["queued", "suppressed"]
    assert written.count("queued") == 1


def test_NT2_a_reply_at_night_that_must_keep_its_limit_is_not_held(desk: Desk) -> None:
    desk.clock.at = shanghai("2026-11-23 23:00")
    urgent = replied(limits={"handling": shanghai("2026-11-24 02:00").isoformat()})
    message = next(each for each in desk.told("intake", "complaint_replied", urgent) if each.template == "reply")

    assert (message.status, message.why) == ("queued", "NT2 it would fall due in quiet hours")


def test_NT2_a_reply_at_night_whose_limit_was_over_by_day_is_held(desk: Desk) -> None:
    desk.clock.at = shanghai("2026-11-23 23:00")
    late = replied(limits={"first_reply": shanghai("2026-11-23 15:00").isoformat()})
    message = next(each for each in desk.told("intake", "complaint_replied", late) if each.template == "reply")

    assert (message.status, message.hold_until) == ("held", shanghai("2026-11-24 07:00"))


def test_ES4_the_service_group_gets_one_digest_a_day_with_all_rises(desk: Desk) -> None:
    for number, serial in enumerate(("2026112300018", "2026112300026", "2026112300018")):
        risen = case(clock("acceptance"), serial_no=serial, change={"level": "branch", "cause": "handling"})
        desk.told("escalation", "escalated", risen, f"e{number}")
        desk.clock.passes(hours=1)
    [digest] = desk.all(template="service_group_digest")
    assert (digest.status, digest.hold_until) == ("held", shanghai("2026-11-24 08:00"))

    desk.clock.at = shanghai("2026-11-24 08:00")
    desk.releasing.round()
    [digest] = desk.all(template="service_group_digest")
    assert digest.status == "queued"
    assert "共2件投诉逐级上升3次" in digest.text
    assert "2026112300018、2026112300026" in digest.text
    assert digest.parts


def test_F13_an_event_that_comes_again_after_forty_days_makes_no_message_and_no_digest(desk: Desk) -> None:
    risen = case(clock("acceptance"), serial_no="2026112300018", change={"level": "branch", "cause": "handling"})
    desk.told("escalation", "escalated", risen, "e1")
    first = {each.message_id for each in desk.all()}
    desk.clock.passes(hours=40 * 24)

    desk.told("escalation", "escalated", risen, "e1")

    assert {each.message_id for each in desk.all()} == first
    assert len(desk.all(template="service_group_digest")) == 1


def test_what_can_be_told_is_told_and_the_rest_is_named_without_personal_data(desk: Desk) -> None:
    nameless = facts(customer={"masked": "", "sealed": ""})
    with pytest.raises(PermanentFault, match="receipt: nobody answers for customer"):
        desk.told("intake", "complaint_registered", nameless)

    assert [each.template for each in desk.all()] == ["limits_told"]


def test_a_missing_fact_names_template_and_variable(desk: Desk) -> None:
    unlimited = facts(limits={})
    with pytest.raises(PermanentFault, match=r"receipt: .*limit.*missing"):
        desk.told("intake", "complaint_registered", unlimited)


def test_a_customers_long_sms_is_joined_and_announced_once(desk: Desk) -> None:
    parts = [
        InboundSms(CUSTOMER, "10086", text, 7, 3, number) for number, text in ((2, "很不"), (3, "满意"), (1, "我"))
    ]
    for part in [*parts, parts[0]]:
        desk.mailbox.take(part)

    [sms] = [saved.state for saved in desk.inbound.find({}, [("_id", 1)], 10)]
    assert (sms.text, sms.msisdn, sms.received) == ("我很不满意", CUSTOMER, True)
    assert desk.relay.sent.count("sms_received") == 1


def test_a_repeated_sms_is_stored_once_and_another_is_stored(desk: Desk) -> None:
    for text in ("5", "5", "退订"):
        desk.mailbox.take(InboundSms(CUSTOMER, "10086", text))
    assert desk.relay.sent.count("sms_received") == 2


def test_parts_that_never_come_are_given_up_after_a_while(desk: Desk) -> None:
    desk.mailbox.take(InboundSms(CUSTOMER, "10086", "后半", 7, 2, 2))
    desk.mailbox.give_up_waiting()
    assert desk.relay.sent == []

    [document] = desk.inbound.collection.find()
    desk.inbound.collection.update_one({}, {"$set": {"wake_at": document["wake_at"].replace(year=2020)}})
    desk.mailbox.give_up_waiting()
    [sms] = [saved.state for saved in desk.inbound.find({}, [("_id", 1)], 10)]
    assert (sms.text, sms.received) == ("后半", True)


def test_an_sms_from_no_mobile_number_is_dropped(desk: Desk) -> None:
    desk.mailbox.take(InboundSms("106912345", "10086", "广告"))
    assert desk.inbound.collection.count_documents({}) == 0
