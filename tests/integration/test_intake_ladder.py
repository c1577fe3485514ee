"""What intake keeps of escalation's events, in whatever order and however often they come."""

from datetime import datetime, timedelta
from typing import Any

import eventlet
import orjson
import pytest
from pymongo import MongoClient

from services.intake.service import IntakeService
from shared.settings import Settings
from tests.integration.amqp_hands import Hands
from tests.integration.conftest import MakeClient, MakeSettings, StartService
from tests.integration.intake_hands import command, refused, request


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


def tell(hands: Hands, complaint_id: str, seq: int, name: str = "escalated", **data: Any) -> None:
    """An event as escalation publishes it."""
    change = {"name": name, "kind": data.pop("kind", None)}
    facts = {"complaint_id": complaint_id, "seq": seq, "level": "agent", "awaiting": None, "limits": {}} | data
    event = {"event_id": f"{complaint_id}:{seq}", "type": name, "schema": 1, "at": "2026-11-23T09:00:00+08:00"}
    body = event | {"seq": seq, "complaint_id": complaint_id, "data": facts | {"change": change, "clocks": []}}
    hands.publish("escalation.events", name, orjson.dumps(body), message_id=event["event_id"])


def until(agent: Any, complaint_id: str, **expected: Any) -> dict[str, Any]:
    """The complaint, as soon as it shows this."""
    shown: dict[str, Any] = {}
    with eventlet.Timeout(30, AssertionError(f"never became {expected}")):
        while any(shown.get(name) != value for name, value in expected.items()):
            shown = agent.get(complaint_id)
            eventlet.sleep(0.02)
    return shown


def test_level_and_due_times_are_kept_and_told_to_nobody(agent: Any, hands: Hands) -> None:
    told = agent.register(request())
    limits = told["limits"] | {"acceptance": "2026-11-30T09:00:00.000+00:00"}
    tell(hands, told["complaint_id"], 3, level="duty_manager", awaiting="duty_manager", limits=limits)
    shown = until(agent, told["complaint_id"], level="duty_manager", awaiting="duty_manager")
    assert shown["limits"] == limits
    assert [step["event"] for step in shown["history"]] == ["complaint_registered"]


def test_older_and_repeated_events_change_nothing(agent: Any, hands: Hands) -> None:
    first, last = agent.register(request())["complaint_id"], agent.register(request())["complaint_id"]
    for seq, level in ((4, "province"), (2, "duty_manager"), (4, "province"), (3, "branch")):
        tell(hands, first, seq, level=level)
    tell(hands, last, 2, level="branch")
    until(agent, last, level="branch")  # the inbox gives one after the other
    shown = agent.get(first)
    assert (shown["level"], shown["version"]) == ("province", 2)


def test_CL3_CL8_an_extension_makes_room_for_a_later_promise(agent: Any, hands: Hands) -> None:
    told = agent.register(request(coordination={"kind": "cross_province", "counterpart": "黑龙江"}))
    extended_to = (datetime.fromisoformat(told["limits"]["handling"]) + timedelta(days=3)).isoformat(
        timespec="milliseconds"
    )
    promise = {"kind": "answer", "due_at": extended_to, "what": "三个工作日内答复"}
    with refused("RuleRefused"):
        agent.promise(told["complaint_id"], command(**promise))
    limits = told["limits"] | {"handling": extended_to}
    tell(hands, told["complaint_id"], 2, "clock_extended", kind="handling", limits=limits)
    until(agent, told["complaint_id"], limits=limits)
    assert agent.promise(told["complaint_id"], command(**promise))["limits"]["promise"] == extended_to


def test_a_faulty_event_is_set_aside_and_the_next_one_served(agent: Any, hands: Hands, settings: Settings) -> None:
    complaint_id = agent.register(request())["complaint_id"]
    tell(hands, complaint_id, 2, level="heaven")
    tell(hands, complaint_id, 3, level="branch")
    until(agent, complaint_id, level="branch")
    with MongoClient[dict[str, Any]](settings.mongo_url) as client, eventlet.Timeout(30):
        letters = client[f"{settings.database_prefix}_intake"]["letters"]
        while (letter := letters.find_one({"_id": f"{complaint_id}:2"})) is None:
            eventlet.sleep(0.02)
    assert (letter["state"]["source"], letter["state"]["type"]) == ("escalation", "escalated")
