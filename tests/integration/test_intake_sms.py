"""What intake makes of `sms_received` on a real broker and a real mongod: once each, the rest to the dead letters."""

from typing import Any
from uuid import uuid4

import eventlet
import orjson
import pytest
from pymongo import MongoClient

from services.intake.service import IntakeService
from shared.providers import key_ring
from shared.settings import Settings
from tests.integration.amqp_hands import Hands
from tests.integration.conftest import MakeClient, MakeSettings, StartService
from tests.integration.intake_hands import command, new_number, reply, request


@pytest.fixture(scope="module")
def settings(make_settings: MakeSettings, start_service: StartService) -> Settings:
    made = make_settings()
    start_service(IntakeService, made)
    return made


@pytest.fixture(scope="module")
def agent(settings: Settings, make_client: MakeClient) -> Any:
    return make_client(settings, "E1001", "agent", "SZ").intake


@pytest.fixture(scope="module")
def hands(settings: Settings) -> Any:
    with Hands(settings.amqp_uri) as hands:
        yield hands


class Phone:
    """A customer whose SMS notify has sorted."""

    def __init__(self, settings: Settings, hands: Hands, number: str) -> None:
        self.number, self._hands, self._keys = number, hands, key_ring(settings)

    def writes(self, text: str, sms_id: str | None = None, **told: Any) -> str:
        sms_id = sms_id or uuid4().hex
        sealed = self._keys.seal_for_suite({"msisdn": self.number, "text": text})
        data = {"sms_id": sms_id, "seq": 1, "sent_at": "2026-11-23T09:00:00+08:00", "whole": True}
        data |= {
            "sort": "other",
            "customer": {"masked": "", "sealed": sealed},
            "change": {"name": "sms_received"},
        } | told
        event = {"event_id": f"{sms_id}:1", "type": "sms_received", "schema": 1, "at": data["sent_at"], "seq": 1}
        self._hands.publish("notify.events", "sms_received", orjson.dumps(event | {"data": data}), message_id=sms_id)
        return sms_id


@pytest.fixture
def phone(settings: Settings, hands: Hands) -> Phone:
    return Phone(settings, hands, new_number())


def found(agent: Any, count: int, **query: Any) -> list[dict[str, Any]]:
    """The tickets of a query, as soon as there are so many."""
    items: list[dict[str, Any]] = []
    with eventlet.Timeout(10, AssertionError(f"{query} never found {count}")):
        while len(items) != count:
            items = agent.search(query)["items"]
            eventlet.sleep(0.05)
    return items


def test_IN16_an_answer_to_a_reminder_is_a_ticket_with_its_contact_limit(agent: Any, phone: Phone) -> None:
    reminder = {"message_id": "m1", "service": "彩铃", "period": "2026-12", "fee_fen": 500}
    phone.writes("QX", sort="fee_reminder_answer", wish="cancel", reminder=reminder)

    [ticket] = found(agent, 1, msisdn=phone.number)
    assert (ticket["inbound"], ticket["no_charge"]) == (
        "fee_reminder",
        {"service": "彩铃", "period": "2026-12", "fee_fen": 500},
    )
    assert list(ticket["limits"]) == ["contact"]


def test_IN26_a_report_stands_in_its_queue(agent: Any, phone: Phone) -> None:
    phone.writes("举报10690001234", sort="bad_message_report", port="10690001234")

    [report] = found(agent, 1, msisdn=phone.number, queue="bad_messages")
    assert (report["category"], report["reported_port"]) == ("02.01.04", "10690001234")
    assert agent.search({"msisdn": phone.number, "queue": "complaint_team"})["items"] == []


def test_IN26_RP3_a_score_is_a_follow_up_and_other_words_a_contact(agent: Any, phone: Phone) -> None:
    complaint = agent.register(request(customer={"msisdn": phone.number}))["complaint_id"]
    phone.writes("什么时候能解决", sort="other")
    with eventlet.Timeout(10, AssertionError("no contact")):
        while not agent.get(complaint)["contacts"]:
            eventlet.sleep(0.05)
    agent.reply(complaint, reply())
    phone.writes("5", sort="satisfaction", score=5)

    with eventlet.Timeout(10, AssertionError("no follow-up")):
        while not agent.get(complaint)["follow_ups"]:
            eventlet.sleep(0.05)
    shown = agent.get(complaint)
    assert [each["satisfaction"] for each in shown["follow_ups"]] == ["satisfied"]
    assert [each["content"] for each in shown["contacts"]] == ["什么时候能解决"]


def test_IN26_an_sms_told_many_times_at_once_is_taken_once(agent: Any, phone: Phone) -> None:
    for _ in range(10):
        phone.writes("请问怎么查话费", sms_id=f"same-{phone.number}")
    phone.writes("举报10690001234", sort="bad_message_report", port="10690001234")

    tickets = found(agent, 2, msisdn=phone.number)
    assert sorted(each["ticket_type"] for each in tickets) == ["complaint", "consultation"]
    assert all(each["urged_count"] == 0 for each in tickets)


def test_IN26_what_cannot_be_read_is_a_dead_letter_and_the_next_is_served(
    agent: Any, phone: Phone, settings: Settings
) -> None:
    sms_id = phone.writes("五", sort="poem")
    phone.writes("请问怎么查话费")

    found(agent, 1, msisdn=phone.number)
    with MongoClient[Any](settings.mongo_url) as client:
        letters = client[f"{settings.database_prefix}_intake"]["letters"]
        with eventlet.Timeout(10, AssertionError("no dead letter")):
            while not (kept := list(letters.find())):
                eventlet.sleep(0.05)
    assert sms_id in str(kept)
    assert phone.number not in str(kept)


def test_IN26_a_withdrawn_complaint_takes_no_contact(agent: Any, phone: Phone) -> None:
    complaint = agent.register(request(customer={"msisdn": phone.number}))["complaint_id"]
    agent.withdraw(complaint, command(reason="已解决"))
    phone.writes("还是想问一下")

    assert {each["ticket_type"] for each in found(agent, 2, msisdn=phone.number)} == {"complaint", "consultation"}
