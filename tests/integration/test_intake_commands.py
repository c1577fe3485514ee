"""Every other method of intake over real servers: its promises, who may call it, and what others hear of it."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import orjson
import pytest
from nameko.exceptions import RemoteError
from nameko.standalone.rpc import ClusterRpcProxy
from pymongo import MongoClient

from services.intake.service import IntakeService
from services.intake.store import Complaints
from shared.clock import BusinessClock
from shared.providers import key_ring
from shared.settings import Settings
from tests.integration.amqp_hands import Hands
from tests.integration.conftest import MakeClient, MakeSettings, StartService
from tests.integration.intake_hands import archive, command, new_number, refused, reply, request


@pytest.fixture(scope="module")
def settings(make_settings: MakeSettings, start_service: StartService) -> Settings:
    made = make_settings(MAX_WORKERS="20")
    start_service(IntakeService, made)
    return made


@pytest.fixture(scope="module")
def agent(settings: Settings, make_client: MakeClient) -> Any:
    return make_client(settings, "E1001", "agent", "SZ").intake


@pytest.fixture(scope="module")
def colleague(settings: Settings, make_client: MakeClient) -> Any:
    return make_client(settings, "E1004", "agent", "SZ").intake


@pytest.fixture(scope="module")
def manager(settings: Settings, make_client: MakeClient) -> Any:
    return make_client(settings, "M1001", "duty_manager", "SZ").intake


@pytest.fixture(scope="module")
def elsewhere(settings: Settings, make_client: MakeClient) -> Any:
    return make_client(settings, "E2001", "agent", "GZ").intake


@pytest.fixture(scope="module")
def escalation(settings: Settings, make_client: MakeClient) -> Any:
    return make_client(settings, "service:escalation", "system").intake


@pytest.fixture
def complaint(agent: Any) -> str:
    """The id of a complaint just taken."""
    return str(agent.register(request())["complaint_id"])


def in_hours(hours: float) -> str:
    return (datetime.now().astimezone() + timedelta(hours=hours)).isoformat()


COMMANDS: dict[str, dict[str, Any]] = {
    "record_contact": {"means": "phone", "direction": "out", "content": "告知进展", "customer_said": "知道了"},
    "propose": {"solution": "退还差额", "answer": "counter", "counter": "双倍退还"},
    "judge": {"responsible_party": "计费", "severity": "normal", "note": "减免未迁移"},
    "assign": {"handler": "E1004"},
    "transfer": {"to_department": "network_maintenance", "reason": "查基站"},
    "promise": {"kind": "effect", "due_at": in_hours(72), "what": "三个工作日内屏蔽"},
    "urge": {"said": "快点"},
    "reclassify": {"category": "01.01.02", "reason": "归类有误"},
    "correct_customer": {"brand": "vip", "name": "程先生", "reason": "登记有误"},
    "reply": {"process": "核对话单", "content": "已更正", "satisfaction": "satisfied", "means": "phone"},
    "withdraw": {"reason": "不要了"},
}
AFTER_REPLY: dict[str, dict[str, Any]] = {
    "follow_up": {"satisfaction": "dissatisfied", "said": "没解决", "will_complain_further": True},
    "reopen": {"reason": "又来电"},
    "archive": {"cause": "减免未迁移", "evidence": ["一月账单"], "lesson": "当日核对"},
}
EVENT_OF = {
    "record_contact": "contact_recorded",
    "propose": "solution_proposed",
    "judge": "complaint_judged",
    "assign": "complaint_assigned",
    "transfer": "complaint_transferred",
    "promise": "promise_made",
    "urge": "complaint_urged",
    "reclassify": "complaint_reclassified",
    "correct_customer": "customer_corrected",
    "reply": "complaint_replied",
    "withdraw": "complaint_withdrawn",
    "follow_up": "followed_up",
    "reopen": "complaint_reopened",
    "archive": "complaint_archived",
    "remark": "remark_written",
}


@pytest.fixture(scope="module")
def heard(settings: Settings, agent: Any) -> Iterator[Any]:
    """`heard()`: the next event of intake's."""
    with Hands(settings.amqp_uri) as hands:
        queue = hands.channel.queue_declare("", exclusive=True).queue
        hands.channel.queue_bind(queue, "intake.events", "#")
        yield lambda: orjson.loads(hands.get(queue, 5).body)


def told_by(method: str, complaint: str, heard: Any) -> dict[str, Any]:
    """The event that the method published of the complaint; older ones are passed over."""
    while (event := heard())["type"] != EVENT_OF[method] or event["complaint_id"] != complaint:
        pass
    return dict(event)


def latest(shown: dict[str, Any], event: str) -> dict[str, Any]:
    """The last step of this name; the tasks that come of it stand behind it."""
    return next(step for step in reversed(shown["history"]) if step["event"] == event)


@pytest.mark.parametrize("method", [*COMMANDS, *AFTER_REPLY])
def test_each_command_is_kept_told_and_carried_out_once(
    method: str, agent: Any, colleague: Any, complaint: str, heard: Any
) -> None:
    if method in AFTER_REPLY:
        agent.reply(complaint, reply())
    before = agent.get(complaint)
    given = command(**(COMMANDS | AFTER_REPLY)[method])
    call = getattr(colleague, method)
    first = call(complaint, given)
    assert (first["complaint_id"], first["version"]) == (complaint, before["version"] + 1)
    assert call(complaint, given) == first
    step, *consequences = agent.get(complaint)["history"][len(before["history"]) :]
    assert (step["event"], step["by"], step["role"]) == (EVENT_OF[method], "E1004", "agent")
    assert {each["event"] for each in consequences} <= {"task_set", "task_done"}
    event = told_by(method, complaint, heard)
    assert (event["seq"], event["schema"], event["actor"]["sub"]) == (step["n"], 1, "E1004")
    assert event["event_id"] == f"complaints:{complaint}:{step['n']}"


@pytest.mark.parametrize("method", [*COMMANDS, *AFTER_REPLY])
def test_PR4_another_branchs_complaint_is_not_there(method: str, elsewhere: Any, complaint: str) -> None:
    with refused("NotFound"):
        getattr(elsewhere, method)(complaint, command(**(COMMANDS | AFTER_REPLY)[method]))
    with refused("NotFound"):
        elsewhere.get(complaint)


@pytest.mark.parametrize("method", [*COMMANDS, *AFTER_REPLY])
def test_a_command_names_its_faulty_fields(method: str, agent: Any, complaint: str) -> None:
    given = (COMMANDS | AFTER_REPLY)[method]
    with refused("InvalidRequest") as refusal:
        getattr(agent, method)(complaint, given | {"surprise": 1})
    assert {"request_id", "surprise"} <= refusal.details.keys()
    with refused("InvalidRequest") as refusal:
        getattr(agent, method)({"$ne": ""}, command(**given))
    assert refusal.details.keys() == {"id"}
    with refused("NotFound"):
        getattr(agent, method)("0" * 32, command(**given))


def test_a_command_id_for_something_else_is_a_conflict(agent: Any, complaint: str) -> None:
    other = agent.register(request())["complaint_id"]
    given = command(**COMMANDS["judge"])
    agent.judge(complaint, given)
    for again in (
        lambda: agent.judge(complaint, given | {"severity": "major"}),
        lambda: agent.judge(other, given),
        lambda: agent.urge(complaint, {"request_id": given["request_id"]}),
    ):
        with refused("Conflict"):
            again()


def test_get_shows_the_whole_record_by_id_and_by_serial_number(agent: Any, colleague: Any, complaint: str) -> None:
    agent.record_contact(complaint, command(**COMMANDS["record_contact"]))
    agent.propose(complaint, command(**COMMANDS["propose"]))
    agent.reply(complaint, reply(content="已更正"))
    colleague.follow_up(complaint, command(satisfaction="satisfied"))
    shown = agent.get(complaint)
    assert shown["contacts"][0]["customer_said"] == "知道了"
    assert shown["proposals"][0]["counter"] == "双倍退还"
    assert (shown["reply"]["content"], shown["reply"]["by"]) == ("已更正", "E1001")
    assert shown["follow_ups"][0]["satisfaction"] == "satisfied"
    assert shown["history"][0]["event"] == "complaint_registered"
    serial_no = shown["serial_no"]
    assert agent.get(serial_no) == agent.get(f"{serial_no[:6]} {serial_no[6:10]}-{serial_no[10:]}") == shown


def test_IN6_the_record_keeps_person_class_content_progress_result_and_archive(agent: Any, colleague: Any) -> None:
    asked = request(demand="更正话单", customer={"name": "陈先生"})
    complaint_id = agent.register(asked)["complaint_id"]
    agent.record_contact(complaint_id, command(**COMMANDS["record_contact"]))
    agent.reply(complaint_id, reply(content="已更正"))
    agent.archive(complaint_id, archive())
    kept = agent.get(complaint_id)
    assert kept["customer"]["msisdn"] == asked["customer"]["msisdn"]
    assert (kept["category"], kept["category_name"]) == ("04.01.01", "话单质疑")
    assert (kept["content"], kept["demand"]) == ("话费有误", "更正话单")
    assert [entry["event"] for entry in kept["history"]][:2] == ["complaint_registered", "contact_recorded"]
    assert kept["reply"]["content"] == "已更正"
    assert (kept["status"], kept["archive"]["evidence"]) == ("archived", ["一月账单"])


def test_IN23_a_transfer_carries_the_whole_history_and_taking_over_is_a_step(agent: Any, colleague: Any) -> None:
    complaint_id = agent.register(request())["complaint_id"]
    agent.record_contact(complaint_id, command(**COMMANDS["record_contact"]))
    agent.transfer(complaint_id, command(to_department="network_maintenance", reason="查话单"))
    colleague.assign(complaint_id, command(handler="E1004"))
    seen = colleague.get(complaint_id)
    assert [contact["customer_said"] for contact in seen["contacts"]] == ["知道了"]
    steps = [(entry["event"], entry["by"]) for entry in seen["history"]]
    assert steps[-2:] == [("complaint_transferred", "E1001"), ("complaint_assigned", "E1004")]
    assert (seen["first_contact"], seen["handler"]) == ("E1001", "E1004")


def test_PR1_only_who_works_on_it_sees_the_number(agent: Any, colleague: Any) -> None:
    asked = request()
    told = agent.register(asked)
    assert told["customer"]["msisdn"] == colleague.get(told["complaint_id"])["customer"]["msisdn"]
    assert "****" in told["customer"]["msisdn"]
    assert agent.get(told["complaint_id"])["customer"]["msisdn"] == asked["customer"]["msisdn"]
    colleague.assign(told["complaint_id"], command(handler="E1004"))
    assert colleague.get(told["complaint_id"])["customer"]["msisdn"] == asked["customer"]["msisdn"]


def test_PR1_the_operator_sees_no_personal_data(settings: Settings, make_client: MakeClient, complaint: str) -> None:
    shown = make_client(settings, "O1001", "operator").intake.get(complaint)
    assert "content" not in shown
    assert "话费有误" not in str(shown)


def test_search_finds_by_each_part_of_the_filter(agent: Any, elsewhere: Any, manager: Any) -> None:
    number = new_number()
    mine = agent.register(request(customer={"msisdn": number}, hall="SZ-FT", triggers=["legal"]))
    for filters in (
        {"msisdn": number},
        {"status": "open", "hall": "SZ-FT"},
        {"handler": "E1001", "category": "04.01.01"},
        {"branch": "SZ", "major": True},
        {"registered_from": mine["registered_at"], "registered_to": mine["registered_at"]},
    ):
        found = manager.search(filters | {"limit": 200})["items"]
        assert mine["complaint_id"] in [each["complaint_id"] for each in found], filters
    for filters in ({"status": "archived"}, {"major": False}, {"branch": "GZ"}, {"hall": "SZ-LH"}):
        assert manager.search(filters | {"msisdn": number}) == {"items": [], "after": None}
    assert elsewhere.search({"msisdn": number})["items"] == []
    assert elsewhere.search({"msisdn": number, "branch": "SZ"})["items"] == []


def test_search_pages_without_gap_or_repeat(agent: Any) -> None:
    number = new_number()
    leaves = [f"05.01.0{leaf}" for leaf in range(1, 8)]
    ids = [agent.register(request(customer={"msisdn": number}, category=leaf))["complaint_id"] for leaf in leaves]
    seen: list[str] = []
    page: dict[str, Any] = {"after": None}
    while not seen or page["after"]:
        page = agent.search({"msisdn": number, "limit": 3, "after": page["after"]})
        seen += [each["complaint_id"] for each in page["items"]]
    assert seen == list(reversed(ids))


def test_PR4_support_and_legal_see_majors_only(settings: Settings, make_client: MakeClient, agent: Any) -> None:
    legal = make_client(settings, "L1001", "legal").intake
    plain, threat = agent.register(request()), agent.register(request(triggers=["media_threat"]))
    assert legal.get(threat["complaint_id"])["major"] is True
    with refused("NotFound"):
        legal.get(plain["complaint_id"])
    assert all(each["major"] for each in legal.search({})["items"])


def test_IN9_the_catalogue_is_the_tree(agent: Any) -> None:
    tree = agent.catalogue()
    assert [each["code"] for each in tree["classes"]] == [f"{number:02}" for number in range(1, 11)]


def test_CL6_the_remark_is_the_managers(agent: Any, manager: Any, complaint: str) -> None:
    with refused("Forbidden"):
        agent.remark(complaint, command(text="已阅"))
    assert manager.remark(complaint, command(text="已阅"))["remarked_at"]


def test_CL8_the_refusal_tells_the_latest_time(agent: Any, complaint: str) -> None:
    with refused("RuleRefused") as refusal:
        agent.promise(complaint, command(kind="answer", due_at=in_hours(49), what="答复"))
    latest = refusal.details["latest"]
    assert refusal.details["rule"] == "CL8"
    told = agent.promise(complaint, command(kind="answer", due_at=latest, what="答复"))
    assert told["limits"]["promise"] == latest
    with refused("InvalidRequest"):
        agent.promise(complaint, command(kind="answer", due_at=in_hours(-1), what="答复"))


def test_IN8_reopening_yields_to_an_open_one(agent: Any) -> None:
    number = {"msisdn": new_number()}
    old = agent.register(request(customer=number))["complaint_id"]
    agent.reply(old, reply())
    agent.archive(old, archive())
    new = agent.register(request(customer=number))
    assert new["repeat_of"] == old
    with refused("RuleRefused") as refusal:
        agent.reopen(old, command(reason="又来电"))
    assert (refusal.details["rule"], refusal.details["complaint_id"]) == ("IN8", new["complaint_id"])
    agent.withdraw(new["complaint_id"], command(reason="重复登记"))
    assert agent.reopen(old, command(reason="又来电"))["status"] == "open"


def test_IN8_a_reclassified_one_cannot_join_an_open_one(agent: Any) -> None:
    number = {"msisdn": new_number()}
    first = agent.register(request(customer=number, category="01.01.02"))
    second = agent.register(request(customer=number))
    with refused("RuleRefused") as refusal:
        agent.reclassify(second["complaint_id"], command(category="01.01.02", reason="归类"))
    assert refusal.details["complaint_id"] == first["complaint_id"]
    agent.reply(first["complaint_id"], reply())
    agent.archive(first["complaint_id"], archive())
    joined = agent.reclassify(second["complaint_id"], command(category="01.01.02", reason="归类"))
    assert (joined["category"], joined["repeat_of"]) == ("01.01.02", None)


def test_IN8_a_corrected_number_is_found_under_the_new_one(agent: Any) -> None:
    asked, number = request(), new_number()
    told = agent.register(asked)
    agent.correct_customer(told["complaint_id"], command(msisdn=number, reason="听错"))
    assert [each["complaint_id"] for each in agent.search({"msisdn": number})["items"]] == [told["complaint_id"]]
    assert agent.search({"msisdn": asked["customer"]["msisdn"]})["items"] == []
    assert agent.register(request(customer={"msisdn": number}))["urged"] is True


def without_seal(facts: dict[str, Any]) -> dict[str, Any]:
    """Sealed anew each time, the customer differs in bytes alone."""
    return facts | {"customer": facts["customer"]["masked"], "change": None}


OPINIONS = {"supervisor": "M1001", "support": "S1001", "legal": "L1001"}


def test_MJ2_a_major_complaint_waits_for_its_opinions(agent: Any, escalation: Any, complaint: str) -> None:
    marked = command(trigger="media_threat", reason="扬言曝光", by="M1001")
    facts = escalation.mark_major(complaint, marked)
    assert facts["major"] | {"trigger": "media_threat", "by": "M1001"} == facts["major"]
    assert without_seal(escalation.mark_major(complaint, marked)) == without_seal(facts)
    for kind, missing in (("supervisor", ["supervisor", "support"]), ("support", ["support"])):
        with refused("RuleRefused") as refusal:
            agent.reply(complaint, reply())
        assert (refusal.details["rule"], refusal.details["missing"]) == ("MJ2", missing)
        escalation.record_opinion(complaint, command(kind=kind, text="意见", by=OPINIONS[kind]))
    assert agent.reply(complaint, reply())["status"] == "replied"
    with refused("RuleRefused") as refusal:
        agent.archive(complaint, archive())
    assert refusal.details["missing"] == ["legal"]
    escalation.record_opinion(complaint, command(kind="legal", text="意见", by="L1001"))
    assert agent.archive(complaint, archive())["status"] == "archived"
    with refused("Conflict"):
        escalation.mark_major(complaint, command(trigger="legal", reason="起诉"))


def test_MJ2_of_a_reply_and_a_declaration_at_once_one_loses(agent: Any, escalation: Any) -> None:
    for _ in range(40):
        complaint = agent.register(request())["complaint_id"]
        calls = [
            escalation.mark_major.call_async(complaint, command(trigger="legal", reason="起诉")),
            agent.reply.call_async(complaint, reply()),
        ]
        told = sorted(outcome(call) for call in calls)
        shown = agent.get(complaint)
        assert told in (["Conflict", "done"], ["RuleRefused", "done"])
        assert (shown["major"], shown["status"]) in ((True, "open"), (False, "replied"))


def outcome(call: Any) -> str:
    try:
        call.result()
    except RemoteError as error:
        return str(error.exc_type)
    return "done"


def test_ES6_the_ladder_reopens(agent: Any, escalation: Any, complaint: str) -> None:
    agent.reply(complaint, reply())
    facts = escalation.reopen_from_ladder(complaint, command(reason="仍不满意"))
    assert (facts["status"], facts["replied_at"]) == ("open", None)
    assert latest(agent.get(complaint), "complaint_reopened")["details"]["cause"] == "ladder"


@pytest.mark.parametrize("method", ["mark_major", "clear_major", "record_opinion", "reopen_from_ladder"])
def test_the_internal_methods_are_not_for_people(method: str, agent: Any, manager: Any, complaint: str) -> None:
    for who in (agent, manager):
        with refused("Forbidden"):
            getattr(who, method)(complaint, command(reason="试试"))


def test_facts_are_those_of_the_events(escalation: Any, agent: Any, complaint: str, heard: Any) -> None:
    agent.urge(complaint, command())
    event = told_by("urge", complaint, heard)
    assert without_seal(escalation.facts(complaint)) == without_seal(event["data"])


def test_pulse_tells_what_still_waits(settings: Settings, make_client: MakeClient) -> None:
    pulse = make_client(settings, "O1001", "operator").intake.pulse()
    assert pulse["service"] == "intake"
    assert {"at", "outbox", "due", "waking", "next_due_at"} <= pulse.keys()


def test_without_a_good_token_nobody_is_served(settings: Settings, complaint: str) -> None:
    config = {"AMQP_URI": settings.amqp_uri, "serializer": "json"}
    for context in ({}, {"auth_token": "forged"}, {"auth_token": {"$gt": ""}}):
        with ClusterRpcProxy(config, context_data=context, timeout=10) as nobody, refused("Unauthenticated"):
            nobody.intake.get(complaint)


def test_history_is_the_source_of_truth(settings: Settings, agent: Any, colleague: Any, complaint: str) -> None:
    for method in ("record_contact", "judge", "promise", "correct_customer", "reply"):
        getattr(agent, method)(complaint, command(**COMMANDS[method]))
    colleague.follow_up(complaint, command(satisfaction="neutral"))
    with MongoClient[dict[str, Any]](settings.mongo_url, tz_aware=True) as client:
        database = client[f"{settings.database_prefix}_intake"]
        complaints = Complaints(database, key_ring(settings), BusinessClock(None), NoRelay())
        known = complaints.load(complaint)
        assert known is not None
        assert complaints.recompute(complaint) == known.state


class NoRelay:
    """Sends nothing: this store only reads."""

    def send(self, document_id: str, outbox: Any) -> None:
        raise AssertionError("nothing is written here")
