"""`register` over real servers: what comes in, what is stored, and what happens when many come at once."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from nameko.exceptions import RemoteError
from pymongo import MongoClient
from pymongo.collection import Collection

from services.intake.serial import serial_number, understood
from services.intake.service import IntakeService
from shared.clock import BusinessClock, ClockFile
from shared.providers import key_ring
from shared.settings import Settings
from tests.integration.conftest import MakeClient, MakeSettings, StartService
from tests.integration.intake_hands import archive, command, new_id, new_number, refused, reply, request

MONDAY = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
DIRECT = {
    "handling": "direct_reply",
    "reply": {"process": "查", "content": "答", "satisfaction": "satisfied"},
    "archive": {"cause": "误操作", "evidence": ["充值记录"], "lesson": "复述金额"},
}


@pytest.fixture(scope="module")
def settings(make_settings: MakeSettings, start_service: StartService) -> Settings:
    made = make_settings(MAX_WORKERS="20")
    assert made.clock_file
    ClockFile(made.clock_file).start(MONDAY)
    for _replica in range(2):
        start_service(IntakeService, made)
    return made


@pytest.fixture(scope="module")
def clock(settings: Settings) -> ClockFile:
    assert settings.clock_file
    return ClockFile(settings.clock_file)


@pytest.fixture(scope="module")
def agent(settings: Settings, make_client: MakeClient) -> Any:
    return make_client(settings, "E1001", "agent", "SZ").intake


@pytest.fixture(scope="module")
def stored(settings: Settings) -> Any:
    with MongoClient[dict[str, Any]](settings.mongo_url) as client:
        yield client[f"{settings.database_prefix}_intake"]["complaints"]


def test_a_complaint_is_taken(agent: Any) -> None:
    told = agent.register(request())
    assert (told["status"], told["urged"], told["major"], told["repeat_of"]) == ("open", False, False, None)
    assert understood(told["serial_no"]) == told["serial_no"]
    assert (told["first_contact"], told["version"], told["repeat_count"]) == ("E1001", 1, 0)
    due = datetime.fromisoformat(told["registered_at"]) + timedelta(hours=48)
    assert {kind: datetime.fromisoformat(at) for kind, at in told["limits"].items()} == {
        "handling": due,
        "first_reply": due,
        "waiting_call": due - timedelta(hours=24),
    }


def test_PR1_nothing_personal_is_stored_in_the_clear(agent: Any, stored: Collection[Any]) -> None:
    asked = request(content="机密内容", demand="机密要求")
    told = agent.register(asked)
    document = str(stored.find_one({"_id": told["complaint_id"]}))
    secrets = (asked["customer"]["msisdn"], "陈先生", "机密内容", "机密要求")
    assert [secret for secret in secrets if secret in document] == []


def test_IN1_a_direct_reply_with_archive_ends_archived_in_one_call(agent: Any) -> None:
    told = agent.register(request(**DIRECT))
    assert told["status"] == "archived"
    assert told["registered_at"] == told["replied_at"] == told["archived_at"]
    assert told["limits"].keys() == {"handling", "first_reply"}


def test_the_same_request_again_gets_the_first_answer_again(agent: Any, stored: Collection[Any]) -> None:
    asked = request()
    first = agent.register(asked)
    agent.urge(first["complaint_id"], command())
    assert agent.register(asked) == first
    assert stored.count_documents({"serial_no": first["serial_no"]}) == 1


def test_the_same_request_id_for_something_else_is_a_conflict(agent: Any) -> None:
    asked = request()
    agent.register(asked)
    with refused("Conflict"):
        agent.register(asked | {"content": "别的事"})
    with refused("Conflict"):
        agent.register(request(request_id=asked["request_id"]))


def test_a_request_id_belongs_to_its_caller(agent: Any, settings: Settings, make_client: MakeClient) -> None:
    asked = request()
    other = make_client(settings, "E1004", "agent", "SZ").intake
    first, second = agent.register(asked), other.register(asked | {"category": "01.01.02"})
    assert first["complaint_id"] != second["complaint_id"]


def test_IN5_without_the_holder_it_is_recorded_as_refused_and_stays_so(agent: Any, stored: Collection[Any]) -> None:
    asked = request(verification={"method": "service_password", "verified": False})
    with refused("RuleRefused") as first:
        agent.register(asked)
    with refused("RuleRefused") as again:
        agent.register(asked)
    assert first.details == again.details
    assert (first.details["rule"], first.details["needed"]) == ("IN5", "verification")
    shown = agent.get(first.details["complaint_id"])
    assert (shown["status"], shown["limits"]) == ("refused", {})
    assert stored.count_documents({"_id": first.details["complaint_id"]}) == 1


def test_IN5_a_refused_attempt_does_not_stand_in_the_holders_way(agent: Any) -> None:
    number = {"msisdn": new_number()}
    for _ in range(2):
        with refused("RuleRefused"):
            agent.register(unverified(number))
    told = agent.register(request(customer=number))
    assert (told["status"], told["repeat_of"], told["urged"]) == ("open", None, False)


def unverified(number: dict[str, str]) -> dict[str, Any]:
    asked = request(customer=number)
    del asked["verification"]
    return asked


def test_IN9_nearest_leaves_are_offered(agent: Any) -> None:
    with refused("InvalidRequest") as refusal:
        agent.register(request(category="04.01.10"))
    assert {"category", "name"} == refusal.details["nearest"][0].keys()


def test_CL8_a_promise_beyond_the_limit_records_nothing(agent: Any, stored: Collection[Any]) -> None:
    before = stored.count_documents({})
    asked = request(promise={"kind": "answer", "due_at": "2027-11-30T09:00:00+08:00", "what": "答复"})
    with refused("RuleRefused") as refusal:
        agent.register(asked)
    assert refusal.details["rule"] == "CL8"
    assert datetime.fromisoformat(refusal.details["latest"]) > MONDAY
    assert stored.count_documents({}) == before


def test_CL8_a_promise_that_fell_due_does_not_keep_the_first_answer_back(agent: Any, clock: ClockFile) -> None:
    due_at = datetime.fromisoformat(agent.register(request())["registered_at"]) + timedelta(hours=1)
    asked = request(promise={"kind": "answer", "due_at": due_at.isoformat(), "what": "查明后答复"})
    told = agent.register(asked)
    clock.advance(timedelta(hours=2))

    assert agent.register(asked) == told
    with refused("Conflict"):
        agent.register(asked | {"category": "99.99.99"})


def test_IN8_a_second_one_on_number_and_leaf_urges_the_first(
    agent: Any, settings: Settings, make_client: MakeClient
) -> None:
    number = {"msisdn": new_number()}
    first = agent.register(request(customer=number))
    again = request(customer=number, content="还没解决", branch="GZ")
    elsewhere = make_client(settings, "E2001", "agent", "GZ").intake
    urged = elsewhere.register(again)
    assert (urged["complaint_id"], urged["serial_no"], urged["urged"]) == (
        first["complaint_id"],
        first["serial_no"],
        True,
    )
    assert "content" not in urged, "another branch reads no texts"
    assert elsewhere.register(again) == urged
    assert agent.get(first["complaint_id"])["urged_count"] == 1
    other_leaf = agent.register(request(customer=number, category="01.01.02"))
    assert (other_leaf["complaint_id"] != first["complaint_id"], other_leaf["urged"]) == (True, False)


def test_IN8_a_replied_one_is_reopened(agent: Any) -> None:
    number = {"msisdn": new_number()}
    first = agent.register(request(customer=number))
    agent.reply(first["complaint_id"], reply())
    told = agent.register(request(customer=number))
    assert (told["complaint_id"], told["status"], told["urged"]) == (first["complaint_id"], "open", True)


def test_IN8_the_urging_request_again_stays_an_urge_even_after_the_archive(agent: Any, stored: Collection[Any]) -> None:
    number = {"msisdn": new_number()}
    first = agent.register(request(customer=number))
    again = request(customer=number)
    urged = agent.register(again)
    agent.reply(first["complaint_id"], reply())
    agent.archive(first["complaint_id"], archive())
    assert agent.register(again) == urged
    assert stored.count_documents({"number_ix": stored.find_one({"_id": first["complaint_id"]})["number_ix"]}) == 1


def test_IN8_within_three_months_of_its_archive_it_is_a_repeat(agent: Any, clock: ClockFile) -> None:
    number = {"msisdn": new_number()}
    first = agent.register(request(customer=number, **DIRECT))
    clock.advance(timedelta(days=80))
    second = agent.register(request(customer=number, **DIRECT))
    assert (second["repeat_of"], second["repeat_count"]) == (first["complaint_id"], 1)
    clock.advance(timedelta(days=80))
    third = agent.register(request(customer=number, **DIRECT))
    assert (third["repeat_of"], third["repeat_count"]) == (second["complaint_id"], 2)
    clock.advance(timedelta(days=93))
    fourth = agent.register(request(customer=number))
    assert (fourth["repeat_of"], fourth["repeat_count"], fourth["urged"]) == (None, 0, False)


def test_IN8_after_a_withdrawal_it_is_a_complaint_of_its_own(agent: Any) -> None:
    number = {"msisdn": new_number()}
    first = agent.register(request(customer=number))
    agent.withdraw(first["complaint_id"], command(reason="不要了"))
    told = agent.register(request(customer=number))
    assert (told["complaint_id"] != first["complaint_id"], told["repeat_of"], told["urged"]) == (True, None, False)


def at_once(agent: Any, requests: list[dict[str, Any]]) -> list[Any]:
    """All answers (or errors) of requests sent without waiting for one another."""
    calls = [agent.register.call_async(asked) for asked in requests]
    answers = []
    for call in calls:
        try:
            answers.append(call.result())
        except RemoteError as error:
            answers.append(error.exc_type)
    return answers


@pytest.mark.parametrize("round_", range(5))
def test_IN8_of_many_at_once_one_opens_and_all_others_urge_it(agent: Any, stored: Collection[Any], round_: int) -> None:
    number = {"msisdn": new_number()}
    answers = at_once(agent, [request(customer=number, category="01.01.02") for _ in range(24)])
    assert len({told["complaint_id"] for told in answers}) == 1
    assert Counter(told["urged"] for told in answers) == {True: 23, False: 1}
    assert agent.get(answers[0]["complaint_id"])["urged_count"] == 23
    ix = stored.find_one({"_id": answers[0]["complaint_id"]})["number_ix"]
    assert stored.count_documents({"number_ix": ix}) == 1


def test_IN8_of_many_direct_replies_at_once_each_has_its_own_place(agent: Any, stored: Collection[Any]) -> None:
    number = {"msisdn": new_number()}
    requests = [request(customer=number, **DIRECT) for _ in range(12)]
    answers = at_once(agent, requests)
    while again := [asked for asked, told in zip(requests, answers, strict=True) if told == "Unavailable"]:
        assert len(again) < len(requests), "nobody came through"
        repeated = iter(at_once(agent, again))
        answers = [next(repeated) if told == "Unavailable" else told for told in answers]
    ix = stored.find_one({"_id": answers[0]["complaint_id"]})["number_ix"]
    assert sorted(each["nth"] for each in stored.find({"number_ix": ix})) == list(range(1, 13))
    assert sorted(told["repeat_count"] for told in answers) == list(range(12))


def test_one_request_many_times_at_once_is_carried_out_once(agent: Any, stored: Collection[Any]) -> None:
    asked = request()
    answers = at_once(agent, [asked] * 24)
    assert all(told == answers[0] for told in answers)
    assert stored.find_one({"_id": answers[0]["complaint_id"]})["v"] == 1


def test_an_agent_registers_for_his_own_branch_only(agent: Any) -> None:
    with refused("Forbidden"):
        agent.register(request(branch="GZ"))


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"content": {"$gt": ""}}, "content"),
        ({"content": "字" * 10_001}, "content"),
        ({"surprise": 1}, "surprise"),
        ({"customer": {"msisdn": "02083000000"}}, "customer"),
        ({"promise": {"kind": "effect", "due_at": "2020-01-01T00:00:00+08:00", "what": "过去"}}, "due_at"),
        ({"handling": "direct_reply"}, "reply"),
    ],
)
def test_bad_input_is_named_by_its_field_and_leaves_nothing(
    agent: Any, stored: Collection[Any], given: dict[str, Any], field: str
) -> None:
    before = stored.count_documents({})
    with refused("InvalidRequest") as refusal:
        agent.register(request(**given))
    assert field in refusal.details
    assert stored.count_documents({}) == before


def test_a_request_id_of_another_commands_is_a_conflict(agent: Any) -> None:
    told, used = agent.register(request()), new_id()
    agent.urge(told["complaint_id"], {"request_id": used})
    with refused("Conflict"):
        agent.register(request(request_id=used))


def test_a_serial_number_already_taken_is_drawn_anew(agent: Any, settings: Settings, stored: Collection[Any]) -> None:
    asked = request()
    complaint_id = key_ring(settings).identity("intake", "E1001", asked["request_id"])
    now = BusinessClock(settings.clock_file).now()
    taken = serial_number(complaint_id, now)
    stored.insert_one({"_id": "another", "serial_no": taken})
    told = agent.register(asked)
    stored.delete_one({"_id": "another"})
    assert told["complaint_id"] == complaint_id
    assert told["serial_no"] == serial_number(complaint_id, now, attempt=1)
