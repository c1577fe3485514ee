"""Task lists by the door and in MongoDB: filters, pages, branches, indexes, SMS that notify lost (RP3, RP7, RP8)."""

from datetime import datetime, timedelta
from typing import Any

import eventlet
import orjson
import pytest
from pymongo import MongoClient

from services.intake.service import IntakeService
from services.intake.store import task_page
from services.intake.task_requests_schema import TaskSearch
from shared.settings import Settings
from tests.integration.amqp_hands import Hands
from tests.integration.conftest import MakeClient, MakeSettings, StartService
from tests.integration.intake_hands import command, refused, reply, request


@pytest.fixture(scope="module")
def settings(make_settings: MakeSettings, start_service: StartService) -> Settings:
    made = make_settings()
    start_service(IntakeService, made)
    return made


@pytest.fixture(scope="module")
def agent(settings: Settings, make_client: MakeClient) -> Any:
    return make_client(settings, "E1001", "agent", "SZ").intake


@pytest.fixture(scope="module")
def elsewhere(settings: Settings, make_client: MakeClient) -> Any:
    return make_client(settings, "E2001", "agent", "GZ").intake


@pytest.fixture(scope="module")
def province(settings: Settings, make_client: MakeClient) -> Any:
    return make_client(settings, "P1001", "province", None).intake


def listed(caller: Any, **filter: Any) -> list[tuple[str, str]]:
    """Complaint and kind of every task, page by page, each page a small one."""
    found, after = [], None
    while True:
        page = caller.tasks({"limit": 3, "after": after} | filter)
        found += page["items"]
        after = page["after"]
        if not after:
            due = [datetime.fromisoformat(item["due_at"]) for item in found]
            assert due == sorted(due)
            return [(item["complaint_id"], item["kind"]) for item in found]


def test_RP8_tasks_are_listed_soonest_first_in_pages_by_kind_hall_owner_and_time(agent: Any) -> None:
    brands = ("ordinary", "vip", "gotone", "vip", "ordinary")
    taken = [agent.register(request(hall="SZ-LH", customer={"brand": brand})) for brand in brands]
    ids = {each["complaint_id"] for each in taken}
    here = {"hall": "SZ-LH"}
    vips = {taken[1]["complaint_id"], taken[3]["complaint_id"]}
    soon = (datetime.fromisoformat(taken[0]["registered_at"]) + timedelta(hours=6)).isoformat()

    assert listed(agent, **here) != []
    assert {found for found, _ in listed(agent, **here)} == ids
    assert len(listed(agent, **here)) == 5
    assert {found for found, _ in listed(agent, **here, before=soon)} == vips
    assert {found for found, _ in listed(agent, **here, kind="call_back", for_whom="E1001")} == ids
    assert listed(agent, **here, kind="care") == listed(agent, **here, for_whom="E1002") == []


def test_PR4_the_branch_is_part_of_the_query(agent: Any, elsewhere: Any, province: Any) -> None:
    mine = agent.register(request(hall="SZ-NS"))["complaint_id"]

    assert listed(elsewhere, hall="SZ-NS") == listed(elsewhere, branch="SZ") == []
    assert listed(province, hall="SZ-NS") == [(mine, "call_back")]
    assert listed(province, hall="SZ-NS", branch="GZ") == []


def test_RP7_RP9_a_task_is_set_finished_and_then_listed_among_the_done(
    agent: Any, make_client: Any, settings: Any
) -> None:
    colleague = make_client(settings, "E1004", "agent", "SZ").intake
    complaint = agent.register(request(hall="SZ-FT", written_reply_wanted=True))["complaint_id"]
    agent.reply(complaint, reply())
    closing = {"all_right": True, "other_problem": "漫游也有误"}
    colleague.follow_up(complaint, command(satisfaction="satisfied", closing=closing))

    assert {kind for _, kind in listed(agent, hall="SZ-FT")} == {"written_reply", "other_problem"}
    [other] = agent.tasks({"hall": "SZ-FT", "kind": "other_problem"})["items"]
    assert other["text"] == "漫游也有误"
    agent.finish_task(complaint, command(task=other["task_id"], said="已登记"))
    assert {kind for _, kind in listed(agent, hall="SZ-FT")} == {"written_reply"}
    assert {kind for _, kind in listed(agent, hall="SZ-FT", open=False)} == {"follow_up", "other_problem"}


def test_finishing_again_with_the_same_request_gets_the_first_answer(
    agent: Any, make_client: Any, settings: Any
) -> None:
    colleague = make_client(settings, "E1004", "agent", "SZ").intake
    complaint = agent.register(request())["complaint_id"]
    agent.reply(complaint, reply())
    closing = {"all_right": True, "other_problem": "漫游"}
    colleague.follow_up(complaint, command(satisfaction="neutral", closing=closing))
    asked = command(task="task-2")

    assert agent.finish_task(complaint, asked) == agent.finish_task(complaint, asked)
    with refused("Conflict"):
        agent.finish_task(complaint, command(task="task-2"))


def test_NT8_a_lost_sms_becomes_a_call_once_however_often_it_is_told(agent: Any, settings: Settings) -> None:
    complaint = agent.register(request())["complaint_id"]
    lost = {
        "message_id": "m1",
        "template": "receipt",
        "class": "transactional",
        "status": "expired",
        "role": "customer",
    }
    with Hands(settings.amqp_uri) as hands:
        for seq, about in ((5, complaint), (5, complaint), (6, "nobody's")):
            tell(hands, seq, lost | {"complaint_id": about})
        with eventlet.Timeout(30):
            while not (tasks := [each for each in agent.get(complaint)["tasks"] if each["kind"] == "call"]):
                eventlet.sleep(0.02)
        tell(hands, 7, lost | {"message_id": "m2", "template": "reply", "complaint_id": complaint})
        with eventlet.Timeout(30):
            while len(tasks) < 2:
                eventlet.sleep(0.02)
                tasks = [each for each in agent.get(complaint)["tasks"] if each["kind"] == "call"]
    assert [each["about"] for each in tasks] == ["receipt", "reply"]


def tell(hands: Hands, seq: int, data: dict[str, Any]) -> None:
    """`message_expired` as notify publishes it."""
    data = data | {"seq": seq, "change": {"name": "message_expired"}}
    event = {"event_id": f"{data['message_id']}:{seq}", "type": "message_expired", "schema": 1, "seq": seq}
    body = event | {"at": "2026-11-23T09:00:00+08:00", "data": data}
    hands.publish("notify.events", "message_expired", orjson.dumps(body), message_id=str(event["event_id"]))


@pytest.mark.parametrize(
    ("asked", "visible"),
    [
        (TaskSearch(), {"branch": "SZ"}),
        (TaskSearch(), {}),
        (TaskSearch(for_whom="E1001"), {"branch": "SZ"}),
        (TaskSearch(open=False), {"branch": "SZ"}),
    ],
)
def test_task_lists_look_at_no_complaint_without_tasks(
    agent: Any, settings: Settings, asked: TaskSearch, visible: dict[str, Any]
) -> None:
    agent.register(request())
    with MongoClient[dict[str, Any]](settings.mongo_url) as client:
        complaints = client[f"{settings.database_prefix}_intake"]["complaints"]
        command = {"aggregate": "complaints", "pipeline": task_page(asked, visible), "cursor": {}}
        plan = str(complaints.database.command("explain", command, verbosity="queryPlanner"))
    assert "COLLSCAN" not in plan
    assert "_tasks_" in plan
