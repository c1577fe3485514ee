"""From an event to a phone and back: notify with a real broker, a real database and a real message centre."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import orjson
import pytest

from services.notify.segments import split
from services.notify.service import NotifyService
from shared.clock import ClockFile
from shared.settings import PROJECT, Settings
from tests.integration.amqp_hands import Hands
from tests.integration.notify_station import Station, refused, soon
from tests.smsc import SmscProcess
from tests.unit.notify.makers import CUSTOMER, FIRST_CONTACT, SERIAL, case, clock, facts, shanghai


def impatient(folder: Path) -> Path:
    """The policies as shipped, but an unknown outcome is repeated after two seconds, and nobody gives way."""
    for file in (PROJECT / "policies").glob("*.yml"):
        shipped = file.read_text()
        quick = shipped.replace("resend_after: 30s", "resend_after: 2s").replace("gives_way: 0.5s", "gives_way: 0s")
        (folder / file.name).write_text(quick)
    return folder


@pytest.fixture(scope="module")
def smsc(secrets: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[SmscProcess]:
    process = SmscProcess(tmp_path_factory.mktemp("smsc"), environ=secrets)
    yield process
    process.kill()


@pytest.fixture(scope="module")
def station(
    smsc: SmscProcess,
    make_settings: Callable[..., Settings],
    start_service: Any,
    make_client: Any,
    tmp_path_factory: pytest.TempPathFactory,
) -> Station:
    settings = make_settings(
        SMSC_HOST="127.0.0.1",
        SMSC_PORT=str(smsc.port),
        SMSC_SYSTEM_ID="tousu",
        TOUSU_POLICIES=str(impatient(tmp_path_factory.mktemp("policies"))),
    )
    assert settings.clock_file is not None
    moved = ClockFile(settings.clock_file)
    moved.start(shanghai("2026-11-23 09:00"))
    for _ in range(2):  # two replicas, each with a link of its own
        start_service(NotifyService, settings)
    return Station(settings, smsc, moved, make_client)


@pytest.fixture
def number() -> str:
    """A customer of this test alone."""
    return f"139{uuid4().int % 10**8:08d}"


def order(number: str, **changes: Any) -> dict[str, Any]:
    request = {"request_id": uuid4().hex, "template": "survey", "msisdn": number, "variables": {"serial_no": SERIAL}}
    return request | changes


def test_RP2_a_registered_complaint_tells_the_customer_number_and_limit(station: Station, number: str) -> None:
    station.tell("intake", "complaint_registered", facts(complaint_id="c1", customer={"msisdn": number}), "c1:1")

    soon(lambda: station.statuses(complaint_id="c1") == ["delivered", "delivered"])
    [text] = station.on_phone(number)
    assert text.startswith("【中国移动】尊敬的客户，您的投诉已受理，流水号2026112300018")
    assert "11月25日09:00前" in text
    assert any(SERIAL in text for text in station.on_phone(FIRST_CONTACT))


def test_a_redelivered_event_sends_nothing_twice(station: Station, number: str) -> None:
    data = facts(complaint_id="c2", customer={"msisdn": number})
    for _ in range(3):
        station.tell("intake", "complaint_registered", data, "c2:1")
    station.tell("intake", "complaint_registered", data, "c2:2")

    soon(lambda: station.statuses(complaint_id="c2") == ["delivered"] * 4)
    assert len(station.on_phone(number)) == 2


def test_NT6_a_long_chinese_reply_is_one_sms_on_the_phone(station: Station, number: str) -> None:
    content = "经核实，一月减免项49.34元已补登。" * 12
    data = facts(complaint_id="c3", customer={"msisdn": number}, reply={"content": content}, handling="direct_reply")
    station.tell("intake", "complaint_replied", data, "c3:2")

    soon(lambda: station.statuses(complaint_id="c3") == ["delivered"])
    [line] = [line for line in station.smsc.journal() if line["to"] == number]
    assert content in line["text"]
    assert line["parts"] == len(split(line["text"], reference=0)) > 3
    assert [part["state"] for part in station.messages(complaint_id="c3")[0]["parts"]] == ["delivered"] * line["parts"]


def test_MJ5_alerts_reach_support_within_seconds(station: Station) -> None:
    data = case(clock("support_opinion"), complaint_id="c4", change={"kind": "support"})
    station.tell("escalation", "opinion_requested", data, "c4:3")

    soon(lambda: station.statuses(complaint_id="c4", template="opinion_request") == ["delivered"], within=5)


def test_an_event_that_cannot_be_told_goes_to_the_dead_letters_and_the_next_is_served(
    station: Station, number: str
) -> None:
    station.tell(
        "intake", "complaint_registered", facts(complaint_id="c5", limits={}, customer={"msisdn": number}), "c5:1"
    )
    station.tell("intake", "complaint_registered", facts(complaint_id="c6", customer={"msisdn": number}), "c6:1")

    soon(lambda: station.statuses(complaint_id="c6") == ["delivered", "delivered"])
    [letter] = soon(station.dead_letters)
    assert "receipt: {'limit': ['missing']}" in str(letter)
    assert number not in str(letter)


def test_send_answers_with_the_message_and_its_decision(station: Station, number: str) -> None:
    sent = station.manager.send(order(number))

    assert sent["status"] == "queued"
    soon(lambda: station.manager.get(sent["message_id"])["status"] == "delivered")
    shown = station.manager.get(sent["message_id"])
    assert (shown["class"], shown["to"]) == ("care", f"{number[:3]}****{number[-4:]}")
    assert number not in str(shown)
    assert station.on_phone(number) == [shown["text"]]


def test_the_same_request_gets_the_first_answer_and_sends_once(station: Station, number: str) -> None:
    request = order(number)
    first = station.manager.send(request)
    soon(lambda: station.manager.get(first["message_id"])["status"] == "delivered")

    assert station.manager.send(request) == first
    assert refused("Conflict", station.manager.send, request | {"template": "care"})
    assert len(station.on_phone(number)) == 1


def test_NT8_a_second_care_message_in_the_month_is_suppressed_and_says_why(station: Station, number: str) -> None:
    station.manager.send(order(number))
    second = station.manager.send(order(number, template="care"))

    assert second["status"] == "suppressed"
    assert second["why"].startswith("NT1")


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"msisdn": "10086"}, "msisdn"),
        ({"msisdn": {"$ne": ""}}, "msisdn"),
        ({"variables": {}}, "variables"),
        ({"variables": {"serial_no": "【假】"}}, "variables"),
        ({"variables": {"serial_no": SERIAL, "more": "x"}}, "variables"),
        ({"variables": "x"}, "variables"),
        ({"template": 7}, "template"),
        ({"consent": {"channel": "sms"}}, "consent"),
        ({"colour": "red"}, "colour"),
        ({"request_id": "x" * 65}, "request_id"),
    ],
)
def test_bad_input_is_named_by_field(station: Station, number: str, changes: dict[str, Any], field: str) -> None:
    assert field in refused("InvalidRequest", station.manager.send, order(number, **changes))


def test_NT5_only_templates_are_sent(station: Station, number: str) -> None:
    assert refused("NotFound", station.manager.send, order(number, template="poem")) == {
        "template": "poem",
        "rule": "NT5",
    }


@pytest.mark.parametrize("consent", [None, {"channel": "oral", "reference": "电话", "at": "2026-11-01T09:00:00+08:00"}])
def test_NT4_a_commercial_message_without_countable_consent_is_refused(
    station: Station, number: str, consent: dict[str, str] | None
) -> None:
    request = order(number, template="promotion", variables={"content": "新套餐"})
    details = refused("RuleRefused", station.manager.send, request | ({"consent": consent} if consent else {}))

    assert details["rule"] == "NT4"
    assert details["needs"]["consent"]["channel"] == ["written", "sms", "web", "wap"]


def test_NT4_with_consent_it_is_sent(station: Station, number: str) -> None:
    consent = {"channel": "sms", "reference": "MO-77", "at": "2026-11-01T09:00:00+08:00"}
    sent = station.manager.send(order(number, template="promotion", variables={"content": "新套餐"}, consent=consent))
    soon(lambda: station.on_phone(number) == ["【中国移动】新套餐 拒收请回复R"])
    assert station.manager.get(sent["message_id"])["class"] == "commercial"


def test_NT9_a_public_notice_needs_an_approval(station: Station, number: str) -> None:
    request = order(number, template="public_notice", variables={"content": "台风预警"})
    assert refused("RuleRefused", station.manager.send, request)["rule"] == "NT9"
    assert station.manager.send(request | {"approval": "FZ-2026-9"})["status"] == "queued"


def test_roles_and_branches_limit_what_a_caller_sees(station: Station, number: str) -> None:
    message_id = station.manager.send(order(number))["message_id"]

    assert refused("NotFound", station.stranger.get, message_id)
    assert station.stranger.search({"msisdn": number})["items"] == []
    assert len(station.agent.search({"msisdn": number})["items"]) == 1
    assert "text" in station.province.get(message_id)
    assert "text" not in station.operator.get(message_id)


@pytest.mark.parametrize(
    ("who", "method"), [("agent", "send"), ("operator", "send"), ("manager", "receive"), ("system", "search")]
)
def test_who_may_not_is_told_so_before_anything_is_looked_at(station: Station, who: str, method: str) -> None:
    refused("Forbidden", getattr(getattr(station, who), method), {"nonsense": True})


def test_search_filters_and_pages_newest_first(station: Station, number: str) -> None:
    ids = [
        station.manager.send(
            order(number, template="urged", variables={"serial_no": str(n), "category_name": "话费", "urged_count": n})
        )["message_id"]
        for n in range(5)
    ]
    first = station.manager.search({"msisdn": number, "limit": 2})
    second = station.manager.search({"msisdn": number, "limit": 2, "after": first["after"]})
    third = station.manager.search({"msisdn": number, "limit": 2, "after": second["after"]})

    seen = [item["message_id"] for page in (first, second, third) for item in page["items"]]
    assert sorted(seen) == sorted(ids)
    assert third["after"] is None
    assert all("text" not in item for item in first["items"])
    assert station.manager.search({"msisdn": number, "template": "survey"})["items"] == []
    assert station.manager.search({"msisdn": number, "from": "2030-01-01T00:00:00+08:00"})["items"] == []
    assert len(station.manager.search({"msisdn": number, "to": "2030-01-01T00:00:00+08:00"})["items"]) == 5


@pytest.mark.parametrize(
    "filters", [{"limit": 201}, {"after": "x"}, {"status": "lost"}, {"msisdn": "1"}, {"where": "1"}]
)
def test_a_filter_of_the_wrong_form_is_named(station: Station, filters: dict[str, Any]) -> None:
    assert set(refused("InvalidRequest", station.manager.search, filters)) == set(filters)


def test_templates_are_listed_with_class_and_variables(station: Station) -> None:
    listed = {each["name"]: each for each in station.agent.templates()}

    assert listed["receipt"]["class"] == "transactional"
    assert listed["receipt"]["variables"] == {"serial_no": "code", "limit": "time"}
    assert listed["receipt"]["text"].startswith("【中国移动】")


def test_pulse_tells_what_waits_and_whether_the_link_is_up(station: Station) -> None:
    pulse = soon(lambda: (told := station.operator.pulse())["carrier"]["up"] and told)
    assert {"service", "at", "outbox", "due", "waking", "next_due_at"} <= pulse.keys()
    assert pulse["service"] == "notify"


def received(station: Station, hands: Hands, queue: str) -> tuple[str, str]:
    event = orjson.loads(hands.get(queue, within=10).body)
    assert CUSTOMER not in str(event)
    opened = station.keys.open_from_suite(event["data"]["customer"]["sealed"])
    return opened["msisdn"], opened["text"]


def test_IN26_customers_sms_are_published_whoever_brings_them(station: Station) -> None:
    with Hands(station.settings.amqp_uri) as hands:
        queue = hands.channel.queue_declare(exclusive=True).queue
        hands.channel.queue_bind(queue, "notify.events", "sms_received")

        station.smsc.sms_from_phone(CUSTOMER, "我很满意😀")
        assert received(station, hands, queue) == (CUSTOMER, "我很满意😀")

        sms = {"request_id": uuid4().hex, "msisdn": CUSTOMER, "text": "退订", "at": "2026-11-23T09:00:00+08:00"}
        assert station.system.receive(sms) == station.system.receive(sms)
        assert received(station, hands, queue) == (CUSTOMER, "退订")
        assert hands.count(queue) == 0


def test_F23_throttling_is_obeyed_and_every_message_still_arrives(station: Station, number: str) -> None:
    before = station.smsc.state()["throttled"]
    station.smsc.modes(throttle=5)
    for n in range(12):
        values = {"serial_no": f"T{n}", "category_name": "话费", "urged_count": n}
        station.manager.send(order(number, template="urged", variables=values))

    soon(lambda: station.statuses(msisdn=number) == ["delivered"] * 12, within=40)
    assert station.smsc.state()["throttled"] - before == 5
    assert len(station.on_phone(number)) == 12


def test_F23_a_message_centre_that_is_killed_and_comes_back_loses_nothing(station: Station, number: str) -> None:
    def send(first: int) -> None:
        for n in range(first, first + 10):
            values = {"serial_no": f"K{n:02}", "category_name": "话费争议" * 8, "urged_count": n}
            station.manager.send(order(number, template="urged", variables=values))

    accepted = station.smsc.state()["accepted"]
    station.smsc.modes(answer_delay_s=0.5)  # so that it dies with answers owed
    send(0)
    soon(lambda: station.smsc.state()["accepted"] > accepted)
    station.smsc.kill()
    send(10)
    station.smsc.start()

    soon(lambda: station.statuses(msisdn=number) == ["delivered"] * 20, within=90)
    shown = station.on_phone(number)
    assert {f"K{n:02}" for n in range(20)} == {text[text.index("K") :][:3] for text in shown}
    repeated = [each for each in station.messages(msisdn=number) if each["may_be_repeated"]]
    assert repeated, "some were sent again, and say so"
    assert len(shown) <= 20 + len(repeated)


def test_NT2_at_night_an_answer_waits_for_the_morning_and_an_alert_does_not(station: Station, number: str) -> None:
    station.set_clock(shanghai("2026-11-23 23:00"))
    data = facts(complaint_id="c9", customer={"msisdn": number}, reply={"content": "已处理"}, handling="direct_reply")
    station.tell("intake", "complaint_replied", data, "c9:5")
    station.tell("escalation", "media_alerted", case(complaint_id="c9"), "c9:6")

    soon(lambda: station.statuses(complaint_id="c9") == ["delivered", "held"])
    assert station.on_phone(number) == []
    soon(lambda: station.operator.pulse()["next_due_at"])

    station.set_clock(shanghai("2026-11-24 07:00"))
    soon(lambda: station.statuses(complaint_id="c9") == ["delivered", "delivered"])
    assert len(station.on_phone(number)) == 1
