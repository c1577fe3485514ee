"""Time limits proved on a real MongoDB: explained, simulated page by page, moved by a late notice."""

import shutil
from dataclasses import replace
from datetime import datetime, timedelta
from functools import reduce
from pathlib import Path
from typing import Any

import pytest

from cli.paging import added
from services.escalation.service import EscalationService
from shared.calendar import day_of
from suite.rehearsal.requests import FAULT_LEAF
from tests.check_explanation import check
from tests.integration.escalation_world import World, refusal


@pytest.fixture(scope="module")
def world(make_settings: Any, start_service: Any, make_client: Any) -> World:
    return World(make_settings(), start_service, make_client)


def faulty(world: World, **changes: Any) -> str:
    """A complaint about a self-service terminal, which has a limit in working days; its case is there."""
    complaint_id = world.registered(category=FAULT_LEAF, **changes)
    world.wait(lambda: world.case(complaint_id)["clocks"])
    return complaint_id


def test_CL_every_clock_explains_itself_so_that_it_can_be_counted_again(world: World) -> None:
    complaint_id = faulty(world, brand="vip")
    world.agent.intake.correct_customer(complaint_id, world.command(brand="gotone", reason="品牌更正"))
    world.wait(lambda: len(world.agent.escalation.explain(complaint_id, {"clock": "handling"})["changes"]) == 2)

    for clock in world.case(complaint_id)["clocks"]:
        check(world.agent.escalation.explain(complaint_id, {"clock": clock["clock_id"]}))


def test_CL10_pages_of_a_simulation_add_up_and_without_a_draft_give_what_was_recorded(world: World) -> None:
    for brand in ("vip", "ordinary"):
        world.reply(faulty(world, brand=brand))

    pages, after = [], None
    while True:
        page = world.operator.escalation.simulate({"limit": 1, "after": after})
        pages.append({name: page[name] for name in ("cases", "read", "clocks", "reached")})
        if (after := page["after"]) is None:
            break
    whole = world.operator.escalation.simulate({"limit": 2000})

    assert len(pages) >= 3
    assert reduce(added, pages) == {name: whole[name] for name in pages[0]}
    assert all(sums["recorded"] == sums["draft"] for sums in whole["clocks"]["all"]["all"].values())
    assert whole["worse"] == []


def test_PR4_only_the_operator_simulates_and_moves_limits(world: World) -> None:
    assert refusal(world.branch.escalation.simulate, {})[0] == "Forbidden"
    assert refusal(world.branch.escalation.calendar_effect, {})[0] == "Forbidden"
    assert refusal(world.branch.escalation.apply_calendar, world.command())[0] == "Forbidden"


def test_CL11_a_late_notice_moves_running_limits_when_it_is_applied_once_and_page_by_page(
    world: World, start_service: Any, tmp_path: Path
) -> None:
    running = [faulty(world), faulty(world)]
    before = {each: world.clock_of(each, "repair")["due_at"] for each in running}
    notice = _with_a_day_off(world, tmp_path)
    draft = (notice / "calendar.yml").read_text("utf-8")

    shown = world.operator.escalation.calendar_effect({"calendar": draft})["moves"]
    assert {move["complaint_id"] for move in shown} >= set(running)
    assert {each: world.clock_of(each, "repair")["due_at"] for each in running} == before, "looking moves nothing"

    world.escalation.stop()
    world.escalation = start_service(EscalationService, replace(world.settings, policies=notice))
    assert {each: world.clock_of(each, "repair")["due_at"] for each in running} == before, "it is not applied by itself"

    applied, after, command = [], None, world.command()
    while True:
        page = world.operator.escalation.apply_calendar(command | {"limit": 1, "after": after})
        applied += page["moves"]
        if (after := page["after"]) is None:
            break
    again = world.operator.escalation.apply_calendar(command)["moves"]

    assert applied == shown == again
    for each in running:
        moved = datetime.fromisoformat(world.clock_of(each, "repair")["due_at"])
        assert moved - datetime.fromisoformat(before[each]) >= timedelta(days=1)
        said = world.agent.escalation.explain(each, {"clock": "repair"})
        check(said)
        assert (said["changes"][-1]["why"], said["changes"][-1]["was"]) == ("calendar", said["changes"][0]["due_at"])


def _with_a_day_off(world: World, folder: Path) -> Path:
    """The policies with tomorrow's next working day made a day off."""
    policies = folder / "policies"
    shutil.copytree(world.settings.policies, policies)
    day = day_of(world.now()) + timedelta(days=1)
    while day.weekday() > 4:
        day += timedelta(days=1)
    file = policies / "calendar.yml"
    file.write_text(file.read_text("utf-8").replace("days_off: {}", f'days_off: {{"{day}": 临时放假}}'), "utf-8")
    return policies
