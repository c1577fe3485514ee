"""Measures, suggestions, lessons, samples and key cases in a real MongoDB: each query finds what it should, by page."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from pymongo import MongoClient

from services.intake.service import IntakeService
from shared.clock import ClockFile
from shared.settings import Settings
from tests.integration.conftest import MakeClient, MakeSettings, StartService
from tests.integration.intake_hands import archive, command, refused, reply, request

MONDAY = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
WEEK = {"from": "2026-11-23T00:00:00+08:00", "to": "2026-11-30T00:00:00+08:00"}
NEXT_WEEK = {"from": "2026-11-30T00:00:00+08:00", "to": "2026-12-07T00:00:00+08:00"}
Callers = dict[str, Any]


@pytest.fixture(scope="module")
def settings(make_settings: MakeSettings, start_service: StartService) -> Settings:
    made = make_settings(MAX_WORKERS="10")
    assert made.clock_file
    ClockFile(made.clock_file).start(MONDAY)
    start_service(IntakeService, made)
    return made


@pytest.fixture(scope="module")
def callers(settings: Settings, make_client: MakeClient) -> Callers:
    who = {
        "agent": ("E1001", "agent", "SZ"),
        "manager": ("M1001", "duty_manager", "SZ"),
        "elsewhere": ("M2001", "duty_manager", "GZ"),
        "auditor": ("B1001", "branch", "SZ"),
        "province": ("P1001", "province", None),
    }
    return {name: make_client(settings, *claims).intake for name, claims in who.items()}


def measure(day: int, **fields: Any) -> dict[str, Any]:
    due_at = (MONDAY + timedelta(days=day)).isoformat()
    return command(kind="training", owner="M1001", due_at=due_at, what="培训") | fields


def every_page(method: Any, asked: dict[str, Any]) -> list[Any]:
    items, after = [], None
    while True:
        page = method(asked | {"limit": 1, "after": after})
        items += page["items"]
        after = page["after"]
        if not after:
            return items


def test_KP3_measures_are_listed_soonest_first_and_overdue_ones_by_themselves(
    settings: Settings, callers: Callers
) -> None:
    manager = callers["manager"]
    late, open_, finished = (manager.add_measure(measure(day))["measure_id"] for day in (1, 9, 5))
    manager.measure_done(finished, command(result="已完成"))
    assert settings.clock_file
    ClockFile(settings.clock_file).advance(timedelta(days=2))

    assert [each["measure_id"] for each in every_page(manager.measures, {})] == [late, finished, open_]
    for state, expected in (("overdue", [late]), ("open", [open_]), ("done", [finished])):
        assert [each["measure_id"] for each in manager.measures({"state": state})["items"]] == [*expected]
    assert callers["elsewhere"].measures({})["items"] == []
    with refused("Forbidden"):
        callers["elsewhere"].measures({"branch": "SZ"})


def test_KP6_suggestions_are_listed_newest_first_with_the_measures_that_follow(callers: Callers) -> None:
    made = [callers["agent"].suggest(command(text=text))["suggestion_id"] for text in ("甲", "乙", "丙")]
    follows = callers["manager"].add_measure(measure(20, suggestions=[made[0]]))["measure_id"]

    listed = every_page(callers["manager"].suggestions, {})

    assert [each["suggestion_id"] for each in listed] == made[::-1]
    assert [each["measures"] for each in listed] == [[], [], [follows]]
    assert callers["elsewhere"].suggestions({})["items"] == []


def test_KP6_RP5_lessons_are_collected_by_leaf_and_time(callers: Callers) -> None:
    agent, leaves = callers["agent"], ("04.01.01", "04.01.03", "04.01.01")
    ids = [agent.register(request(category=leaf))["complaint_id"] for leaf in leaves]
    for each in ids:
        agent.reply(each, reply())
        agent.archive(each, archive())

    assert [each["complaint_id"] for each in every_page(agent.lessons, WEEK)] == ids[::-1]
    assert [each["complaint_id"] for each in agent.lessons(WEEK | {"leaf": "04.01.03"})["items"]] == [ids[1]]
    assert agent.lessons(NEXT_WEEK)["items"] == callers["elsewhere"].lessons(WEEK)["items"] == []


def test_KP4_hall_scores_are_of_a_period_and_place(callers: Callers) -> None:
    findings = [{"item": "一", "solved": True, "recorded": False}]
    callers["auditor"].audit_sample(command(hall="SZ-FT", findings=findings))

    assert [(each["hall"], each["score"]) for each in callers["province"].hall_scores(WEEK)["items"]] == [("SZ-FT", 5)]
    assert callers["province"].hall_scores(NEXT_WEEK)["items"] == []
    assert callers["elsewhere"].hall_scores(WEEK)["items"] == []


def test_KP5_key_cases_are_of_the_week_and_branch(callers: Callers) -> None:
    key = {callers["agent"].register(request(customer={"high_value": True}))["complaint_id"] for _ in range(3)}

    assert {each["complaint_id"] for each in every_page(callers["manager"].key_cases, {"week": "2026-W48"})} == key
    assert callers["manager"].key_cases({"week": "2026-W50"})["items"] == []
    assert callers["elsewhere"].key_cases({"week": "2026-W48"})["items"] == []
    with refused("InvalidRequest"):
        callers["manager"].key_cases({"week": "2026-48"})


def test_CR2_the_look_for_untold_customers_uses_an_index(settings: Settings, callers: Callers) -> None:
    with MongoClient[dict[str, Any]](settings.mongo_url) as client:
        measures = client[f"{settings.database_prefix}_intake"]["measures"]
        plan = measures.find({"wake_at": {"$lte": MONDAY}}).explain()["queryPlanner"]["winningPlan"]

    assert "COLLSCAN" not in str(plan)
