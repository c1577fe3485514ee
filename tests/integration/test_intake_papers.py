"""Papers, registers and the accused over real servers: who sees them, and once (IN12, IN15, IN20, IN25, RP7)."""

from datetime import timedelta
from typing import Any

import pytest

from tests.integration.escalation_world import World, refusal

DAY = "2026-11-23"
NOT_HIM = {"method": "id_shown", "verified": False}


@pytest.fixture(scope="module")
def world(make_settings: Any, start_service: Any, make_client: Any) -> World:
    return World(make_settings(), start_service, make_client)


def test_IN20_a_halls_day_is_listed_whole_and_only_to_its_branch(world: World) -> None:
    first = world.registered(hall="SZ-LH", channel="hall")
    world.registered(hall="SZ-LH", channel="hall", ticket_type="consultation")
    refused = refusal(lambda: world.registered(hall="SZ-LH", channel="hall", verification=NOT_HIM))
    world.registered(hall="SZ-FT", channel="hall")
    world.reply(first)

    register = world.duty_manager.intake.hall_register({"hall": "SZ-LH", "day": DAY, "printed": True})
    assert refused[0] == "RuleRefused"
    assert [item["status"] for item in register["items"]] == ["replied", "open", "refused"]
    assert register["totals"]["count"] == 3
    assert register["items"][0]["complaint_id"] == first
    assert register["items"][0]["replied_at"] is not None
    assert register["items"][0]["serial_no"] in register["html"]
    elsewhere = world.other_duty_manager.intake.hall_register({"hall": "SZ-LH", "day": DAY})
    assert elsewhere["items"] == []
    assert world.duty_manager.intake.hall_register({"hall": "SZ-LH", "day": "2026-11-22"})["items"] == []


def test_IN20_the_managers_daily_look_is_filtered_by_hall(world: World) -> None:
    mine = world.registered(hall="SZ-NS", channel="hall")
    world.registered(hall="SZ-FT", channel="hall")
    world.case(mine)

    listed = world.duty_manager.escalation.due({"hall": "SZ-NS", "limit": 200})["items"]
    found = world.duty_manager.intake.search({"hall": "SZ-NS", "limit": 200})["items"]
    assert [item["complaint_id"] for item in listed] == [mine]
    assert [item["complaint_id"] for item in found] == [mine]
    assert world.other_duty_manager.escalation.due({"hall": "SZ-NS"})["items"] == []
    assert world.other_duty_manager.intake.search({"hall": "SZ-NS"})["items"] == []


def test_IN12_RP7_papers_are_made_once_and_had_again(world: World) -> None:
    id = world.registered(hall="SZ-FT", channel="hall")
    assert "客户存联" in world.agent.intake.receipt(id)["customer_copy"]
    command = world.command()
    name, details = refusal(world.branch.intake.written_reply, id, command)
    assert (name, details["missing"]) == ("RuleRefused", ["reply"])
    world.reply(id)

    assert refusal(world.agent.intake.written_reply, id, command)[0] == "Forbidden"
    made = world.branch.intake.written_reply(id, command)
    version = world.branch.intake.get(id)["version"]
    assert world.branch.intake.written_reply(id, command) == made
    assert world.branch.intake.get(id)["version"] == version
    assert world.agent.intake.get_written_reply(id)["made_at"] == made["made_at"]
    step = [each for each in world.branch.intake.get(id)["history"] if each["event"] == "written_reply_made"]
    assert [(each["by"], each["at"]) for each in step] == [("B1001", made["made_at"])]
    assert refusal(world.other_agent.intake.receipt, id)[0] == "NotFound"


def test_IN15_the_accused_is_refused_by_intake_and_by_escalation(world: World) -> None:
    id = world.registered()
    flag = {"prohibition": 3, "accused": {"staff": "M1001"}, "reason": "擅自开通"}
    world.agent.intake.flag_prohibition(id, world.command(**flag))
    world.agent.escalation.escalate(id, world.command(reason="超出权限"))
    told = world.command(process="p", content="c", satisfaction="neutral")

    assert refusal(world.duty_manager.intake.reply, id, told)[1]["rule"] == "IN15"
    assert refusal(world.agent.intake.assign, id, world.command(handler="M1001"))[1]["rule"] == "IN15"
    world.wait(lambda: world.case(id)["level"] == "duty_manager")

    def refused() -> bool:
        name, details = refusal(world.duty_manager.escalation.accept, id, world.command())
        return name == "RuleRefused" and details["rule"] == "IN15"

    world.wait(refused)


def test_IN25_the_statistic_is_paged_filtered_and_never_shows_a_whole_card(world: World) -> None:
    card = {"kind": "card", "card_serial": "10118610012345678", "fault": "密码有误", "amount_fen": 5000}
    given = world.registered(category="03.01.03", hall="SZ-FT", recharge=card | {"place_of_sale": "福田书报亭"})
    wanted = world.registered(category="03.01.03", hall="SZ-FT")
    world.registered(hall="SZ-FT")
    time = {
        "from": (world.now() - timedelta(days=1)).isoformat(),
        "to": (world.now() + timedelta(days=1)).isoformat(),
    }

    first = world.duty_manager.intake.recharge_statistic(time | {"limit": 1})
    second = world.duty_manager.intake.recharge_statistic(time | {"limit": 1, "after": first["after"]})
    assert [page["items"][0]["complaint_id"] for page in (first, second)] == [wanted, given]
    assert second["totals"]["by_place_of_sale"] == {"福田书报亭": 1}
    assert second["items"][0]["card_serial"] == "1011861001234****"
    world.agent.intake.complete_recharge(wanted, world.command(**card))
    whole = world.duty_manager.intake.recharge_statistic(time | {"hall": "SZ-FT"})
    assert (whole["totals"]["given"], whole["totals"]["by_fault"], whole["after"]) == (2, {"密码有误": 2}, None)
    assert "10118610012345678" not in str(whole)
    assert world.other_duty_manager.intake.recharge_statistic(time)["items"] == []
