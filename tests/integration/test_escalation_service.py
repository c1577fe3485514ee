"""What callers can rely on in escalation's methods, over a real bus and a real database."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from tests.integration.escalation_world import World, refusal


@pytest.fixture(scope="module")
def world(make_settings: Any, start_service: Any, make_client: Any) -> World:
    return World(make_settings(), start_service, make_client)


def test_a_registered_complaint_has_its_case_with_its_clocks(world: World) -> None:
    id = world.registered(brand="vip")

    case = world.case(id)

    assert (case["complaint_id"], case["level"], case["awaiting"], case["major"]) == (id, "agent", None, False)
    assert case["opinions"] == {"supervisor": None, "support": None, "legal": None}
    handling = world.clock_of(id, "handling")
    due_in = datetime.fromisoformat(handling["due_at"]) - datetime.fromisoformat(handling["started_at"])
    assert (due_in, handling["state"], handling["rule"]) == (timedelta(hours=8), "running", "CL1")


def same_limits(world: World, id: str) -> bool:
    """Whether intake's limits are the due times of the running clocks (or of the last one of each kind); what was
    called off is no limit."""
    complaint, case = world.agent.intake.get(id), world.case(id)
    clocks = {clock["kind"]: clock["due_at"] for clock in case["clocks"] if clock["state"] != "cancelled"}
    clocks |= {clock["kind"]: clock["due_at"] for clock in case["clocks"] if clock["state"] == "running"}
    return {kind: datetime.fromisoformat(due) for kind, due in complaint["limits"].items()} == {
        kind: datetime.fromisoformat(due) for kind, due in clocks.items()
    }


def test_intakes_limits_equal_the_cases_clocks(world: World) -> None:
    id = world.registered(channel="web")
    assert set(world.agent.intake.get(id)["limits"]) == {"handling", "first_reply", "waiting_call", "contact"}
    assert same_limits(world, id)

    due_at = (world.now() + timedelta(hours=5)).isoformat()
    world.agent.intake.promise(id, world.command(kind="answer", due_at=due_at, what="回电答复"))
    world.wait(lambda: same_limits(world, id))
    world.agent.intake.correct_customer(id, world.command(brand="vip", reason="客户为VIP"))
    world.wait(lambda: same_limits(world, id))
    world.reply(id)
    world.wait(lambda: same_limits(world, id))
    world.agent.intake.reopen(id, world.command(reason="客户补充情况"))
    world.wait(lambda: same_limits(world, id))
    world.duty_manager.escalation.declare_major(id, world.command(trigger="legal", reason="律师函"))
    world.wait(lambda: same_limits(world, id))


def test_the_reply_meets_its_clocks(world: World) -> None:
    id = world.registered()

    world.reply(id)

    world.wait(lambda: world.clock_of(id, "handling")["state"] == "met")
    assert world.clock_of(id, "first_reply")["state"] == "met"


def test_ES4_a_broken_clock_climbs_level_by_level_while_nobody_accepts(world: World) -> None:
    id = world.registered(brand="vip")
    world.case(id)

    world.pass_time(hours=8)
    case = world.wait_for_level(id, "duty_manager")
    assert case["awaiting"] == "duty_manager"
    broken = world.clock_of(id, "handling")
    assert (broken["state"], broken["ended_at"]) == ("broken", broken["due_at"])

    world.pass_time(hours=30)
    case = world.wait_for_level(id, "province")
    rises = [
        (step["cause"], step["from_level"], step["to_level"]) for step in case["steps"] if step["step"] == "escalated"
    ]
    assert rises == [
        ("handling", "agent", "duty_manager"),
        ("acceptance", "duty_manager", "branch"),
        ("acceptance", "branch", "province"),
    ]


def test_ES5_escalate_accept_and_hand_back(world: World) -> None:
    id = world.registered()

    risen = world.agent.escalation.escalate(id, world.command(reason="超出权限"))
    assert (risen["level"], risen["awaiting"]) == ("duty_manager", "duty_manager")

    taken = world.duty_manager.escalation.accept(id, world.command())
    assert taken["awaiting"] is None
    assert [clock["state"] for clock in taken["clocks"] if clock["kind"] in ("acceptance", "level")] == [
        "met",
        "running",
    ]

    back = world.duty_manager.escalation.hand_back(id, world.command(instruction="按套餐退费规则解释"))
    assert (back["level"], back["steps"][-1]["text"]) == ("agent", "按套餐退费规则解释")
    assert back["steps"][-1]["by"] == "M1001"
    assert world.clock_of(id, "level")["state"] == "met"


def test_ES2_a_jump_is_refused_and_names_the_next_level(world: World) -> None:
    id = world.registered()

    for role in ("branch", "province"):
        name, details = refusal(getattr(world, role).escalation.accept, id, world.command())
        assert (name, details["rule"], details["next"]) == ("RuleRefused", "ES2", "duty_manager")


def test_ES9_arbitration_is_opened_from_the_province_with_body_and_number(world: World) -> None:
    id = world.registered()
    command = world.command(body="消费者委员会", case_no="XW-1")
    name, details = refusal(world.province.escalation.arbitrate, id, command)
    assert (name, details["rule"], details["next"]) == ("RuleRefused", "ES9", "duty_manager")

    for role in ("agent", "duty_manager", "branch"):
        getattr(world, role).escalation.escalate(id, world.command(reason="超出权限"))
    name, details = refusal(world.province.escalation.escalate, id, world.command(reason="再升级"))
    assert (name, details["rule"]) == ("RuleRefused", "ES9")

    case = world.province.escalation.arbitrate(id, world.command(body="消费者委员会", case_no="XW-1"))
    assert (case["level"], case["awaiting"]) == ("arbitration", None)
    assert case["arbitration"] == {"body": "消费者委员会", "case_no": "XW-1"}


def test_CL3_a_coordinated_complaint_is_extended_by_the_branch(world: World) -> None:
    id = world.registered(coordination={"kind": "cross_province", "counterpart": "黑龙江"})
    later = (world.now() + timedelta(hours=96)).isoformat()

    case = world.branch.escalation.extend(id, world.command(clock="handling", due_at=later, reason="待外省核查"))

    extended = next(clock for clock in case["clocks"] if clock["kind"] == "handling")
    assert datetime.fromisoformat(extended["due_at"]) == datetime.fromisoformat(later).replace(
        microsecond=datetime.fromisoformat(later).microsecond // 1000 * 1000
    )
    world.wait(lambda: world.agent.intake.get(id)["limits"]["handling"] == extended["due_at"])
    named = world.agent.escalation.explain(id, {"clock": "handling"})
    assert [each["why"] for each in named["intervals"]] == ["natural_hours", "extension"]


def test_CL3_without_coordination_nothing_is_extended(world: World) -> None:
    id = world.registered()
    later = (world.now() + timedelta(hours=96)).isoformat()

    name, details = refusal(
        world.branch.escalation.extend, id, world.command(clock="handling", due_at=later, reason="待核查")
    )

    assert (name, details["rule"]) == ("RuleRefused", "CL3")


def test_MJ1_declared_major_it_gets_its_opinions_and_then_its_reply(world: World) -> None:
    id = world.registered()

    case = world.duty_manager.escalation.declare_major(
        id, world.command(trigger="regulator", reason="客户已向管局申诉")
    )
    assert (case["major"], case["major_trigger"]) == (True, "regulator")
    running = {clock["kind"] for clock in case["clocks"] if clock["state"] == "running"}
    assert running >= {"opinion", "major_reply", "support_opinion", "legal_opinion"}
    assert [step["kind"] for step in case["steps"] if step["step"] == "opinion_requested"] == ["support", "legal"]

    name, details = refusal(world.reply, id)
    assert (name, details["rule"], details["missing"]) == ("RuleRefused", "MJ2", ["supervisor", "support"])

    world.duty_manager.escalation.give_opinion(id, world.command(kind="supervisor", text="先安抚客户"))
    world.wait(lambda: world.support.escalation.case(id))
    case = world.support.escalation.give_opinion(id, world.command(kind="support", text="系统无异常"))
    assert (case["opinions"]["supervisor"]["by"], case["opinions"]["support"]["by"]) == ("M1001", "S1001")
    assert "系统无异常" not in str(case)

    world.reply(id)
    world.wait(lambda: world.clock_of(id, "major_reply")["state"] == "met")
    assert world.clock_of(id, "opinion")["state"] == "met"
    assert world.clock_of(id, "legal_opinion")["state"] == "running"


def test_MJ2_a_complaint_that_is_replied_to_cannot_become_major(world: World) -> None:
    id = world.registered()
    world.reply(id)

    name, _ = refusal(world.duty_manager.escalation.declare_major, id, world.command(trigger="legal", reason="x"))

    assert name in ("Conflict", "RuleRefused")
    assert world.case(id)["major"] is False


def test_a_major_complaint_is_revoked_by_the_branch(world: World) -> None:
    id = world.registered(triggers=["violence"])
    world.wait(lambda: world.case(id)["major"])

    assert refusal(world.duty_manager.escalation.revoke_major, id, world.command(reason="误判"))[0] == "Forbidden"
    case = world.branch.escalation.revoke_major(id, world.command(reason="误判"))

    assert case["major"] is False
    assert {clock["state"] for clock in case["clocks"] if clock["kind"] in ("opinion", "major_reply")} == {"cancelled"}
    world.reply(id)


@pytest.mark.parametrize(
    ("role", "kind"),
    [("support", "legal"), ("legal", "support"), ("duty_manager", "support"), ("branch", "supervisor")],
)
def test_MJ1_each_opinion_is_given_by_those_it_belongs_to(world: World, role: str, kind: str) -> None:
    id = world.registered(triggers=["legal"])
    world.wait(lambda: world.case(id)["major"])

    name, _ = refusal(getattr(world, role).escalation.give_opinion, id, world.command(kind=kind, text="意见"))

    assert name == "Forbidden"


def test_MJ1_who_has_the_case_by_now_gives_the_supervisors_opinion(world: World) -> None:
    id = world.registered(triggers=["legal"])
    world.wait(lambda: world.case(id)["major"])
    world.agent.escalation.escalate(id, world.command(reason="超出权限"))
    world.duty_manager.escalation.escalate(id, world.command(reason="超出权限"))

    case = world.branch.escalation.give_opinion(id, world.command(kind="supervisor", text="同意退费"))

    assert case["opinions"]["supervisor"]["by"] == "B1001"


def test_an_opinion_on_a_complaint_that_is_not_major_is_refused(world: World) -> None:
    id = world.registered()

    name, _ = refusal(world.duty_manager.escalation.give_opinion, id, world.command(kind="supervisor", text="意见"))

    assert name == "Conflict"


def test_ES6_who_will_complain_further_is_reopened_one_level_higher(world: World) -> None:
    id = world.registered()
    world.reply(id)
    told = world.command(satisfaction="dissatisfied", will_complain_further=True)

    world.duty_manager.intake.follow_up(id, told)

    case = world.wait_for_level(id, "duty_manager")
    world.wait(lambda: world.agent.intake.get(id)["status"] == "open")
    case = world.wait(lambda: (case := world.case(id))["reopening"] is None and case)
    assert [clock["state"] for clock in case["clocks"] if clock["kind"] == "handling"] == ["met", "running"]
    assert case["awaiting"] == "duty_manager"


def test_KP1_the_due_list_shows_the_soonest_first_page_by_page(world: World) -> None:
    ids = [world.registered(brand=brand, hall="SZ-LH") for brand in ("ordinary", "vip", "gotone")]
    for id in ids:
        world.case(id)

    listed, after = [], None
    for _ in range(3):
        page = world.duty_manager.escalation.due({"hall": "SZ-LH", "limit": 1, **({"after": after} if after else {})})
        listed += page["items"]
        after = page["after"]

    assert [item["complaint_id"] for item in listed] == [ids[1], ids[2], ids[0]]
    assert after is None
    assert (listed[0]["kind"], listed[0]["level"], listed[0]["state"]) == ("waiting_call", "agent", "running")
    before = (world.now() + timedelta(hours=9)).isoformat()
    only = world.duty_manager.escalation.due({"hall": "SZ-LH", "before": before, "level": "agent"})
    assert [item["complaint_id"] for item in only["items"]] == [ids[1]]


def test_KP1_the_due_list_shows_what_has_run_out(world: World) -> None:
    id = world.registered(brand="vip", hall="SZ-FT")
    world.case(id)
    world.pass_time(hours=9)
    world.wait_for_level(id, "duty_manager")

    found = world.branch.escalation.due({"hall": "SZ-FT", "state": "broken"})["items"]

    assert [(item["complaint_id"], item["kind"], item["state"]) for item in found] == [(id, "waiting_call", "broken")]


def test_KP1_the_manager_sees_what_has_run_out_and_is_still_open_by_level_and_hall(world: World) -> None:
    late, replied = (world.registered(brand="vip", hall="SZ-NS") for _ in range(2))
    world.case(late), world.case(replied)
    world.pass_time(hours=9)
    world.wait_for_level(late, "duty_manager")
    world.wait_for_level(replied, "duty_manager")
    world.reply(replied)

    def found(**asked: str) -> list[str]:
        wanted = {"hall": "SZ-NS", "state": "late"} | asked
        return [item["complaint_id"] for item in world.branch.escalation.due(wanted)["items"]]

    world.wait(lambda: found() == [late])
    assert found(level="duty_manager") == found(branch="SZ") == [late]
    assert found(level="branch") == found(hall="elsewhere") == found(branch="GZ") == []
    assert set(found(state="broken")) == {late, replied}


def test_KP1_the_due_list_never_shows_another_branch(world: World) -> None:
    id = world.registered()
    world.case(id)

    mine = world.other_duty_manager.escalation.due({"limit": 200})["items"]
    asked = world.other_duty_manager.escalation.due({"branch": "SZ", "limit": 200})["items"]
    all_of_them = world.province.escalation.due({"branch": "SZ", "limit": 200})["items"]

    assert (mine, asked) == ([], [])
    assert id in [item["complaint_id"] for item in all_of_them]


def test_explain_sums_up_in_both_languages(world: World) -> None:
    id = world.registered(brand="vip")

    said = world.agent.escalation.explain(id, {"clock": "handling"})

    counted = [each for each in said["intervals"] if each["counts"]]
    lengths = [datetime.fromisoformat(each["to"]) - datetime.fromisoformat(each["from"]) for each in counted]
    assert sum(lengths, timedelta()) == timedelta(hours=8)
    assert datetime.fromisoformat(counted[-1]["to"]) == datetime.fromisoformat(said["due_at"])
    assert "8小时" in said["text_zh"]
    assert "8 h" in said["text_en"]
    assert said["policy_version"] == world.agent.intake.get(id)["policy_version"]
    assert said["calendar_version"]


COMMANDS = {
    "declare_major": {"trigger": "legal", "reason": "x"},
    "revoke_major": {"reason": "x"},
    "give_opinion": {"kind": "supervisor", "text": "x"},
    "escalate": {"reason": "x"},
    "accept": {},
    "hand_back": {"instruction": "x"},
    "extend": {"clock": "handling", "due_at": "2027-01-01T00:00:00+08:00", "reason": "x"},
    "arbitrate": {"body": "x", "case_no": "1"},
    "record_disturbance": {"security": {"touched": False}, "staff_calming": 2, "warning_read": True},
    "record_media": {**dict.fromkeys(("reporter", "medium", "contact", "questions"), "x"), "promised_nothing": True},
}
ALLOWED = {"revoke_major": "branch", "extend": "branch", "arbitrate": "province"}


def caller(world: World, method: str) -> Any:
    return getattr(getattr(world, ALLOWED.get(method, "duty_manager")).escalation, method)


@pytest.mark.parametrize("method", COMMANDS)
def test_a_case_of_another_branch_is_not_found(world: World, method: str) -> None:
    id = world.registered()
    if method == "arbitrate":
        assert (
            refusal(world.province.escalation.arbitrate, "no-such-id", world.command(**COMMANDS[method]))[0]
            == "NotFound"
        )
        return
    role = ALLOWED.get(method, "duty_manager")
    stranger = world._make_client(world.settings, "X9", role, "GZ")

    assert refusal(getattr(stranger.escalation, method), id, world.command(**COMMANDS[method]))[0] == "NotFound"


@pytest.mark.parametrize("method", ["case", "explain"])
def test_reading_a_case_of_another_branch_is_not_found(world: World, method: str) -> None:
    id = world.registered()
    more = [{"clock": "handling"}] if method == "explain" else []

    assert refusal(getattr(world.other_agent.escalation, method), id, *more)[0] == "NotFound"


def test_support_and_legal_see_majors_only(world: World) -> None:
    id = world.registered()

    assert refusal(world.support.escalation.case, id)[0] == "NotFound"
    world.duty_manager.escalation.declare_major(id, world.command(trigger="legal", reason="x"))
    assert world.support.escalation.case(id)["complaint_id"] == id


def test_the_operator_sees_a_case_without_its_texts(world: World) -> None:
    id = world.registered()
    world.agent.escalation.escalate(id, world.command(reason="客户很激动"))

    assert "客户很激动" not in str(world.operator.escalation.case(id))


@pytest.mark.parametrize("method", COMMANDS)
@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"unknown": 1}, "unknown"),
        ({"request_id": None}, "request_id"),
        ({"request_id": "x" * 65}, "request_id"),
        ({"request_id": {"$ne": 1}}, "request_id"),
    ],
)
def test_bad_input_names_the_field(world: World, method: str, wrong: dict[str, Any], field: str) -> None:
    name, details = refusal(caller(world, method), "any", {**world.command(**COMMANDS[method]), **wrong})

    assert name == "InvalidRequest"
    assert field in details


@pytest.mark.parametrize(
    ("method", "wrong", "field"),
    [
        ("escalate", {"reason": "x" * 10_001}, "reason"),
        ("escalate", {"reason": "  "}, "reason"),
        ("escalate", {"reason": {"$gt": ""}}, "reason"),
        ("extend", {"due_at": "2027-01-01T00:00:00"}, "due_at"),
        ("extend", {"due_at": 5}, "due_at"),
        ("give_opinion", {"kind": "astrologer"}, "kind"),
        ("declare_major", {"trigger": ["legal"]}, "trigger"),
    ],
)
def test_bad_values_are_refused_by_name(world: World, method: str, wrong: dict[str, Any], field: str) -> None:
    name, details = refusal(caller(world, method), "any", {**world.command(**COMMANDS[method]), **wrong})

    assert name == "InvalidRequest"
    assert field in details


@pytest.mark.parametrize(
    "filter", [{"state": "slow"}, {"limit": 0}, {"limit": 201}, {"after": "x"}, {"before": "soon"}, 5]
)
def test_a_bad_filter_is_refused(world: World, filter: Any) -> None:
    assert refusal(world.agent.escalation.due, filter)[0] == "InvalidRequest"


@pytest.mark.parametrize("id", [None, 5, "", {"$ne": 1}, "x" * 65])
def test_an_id_that_is_none_is_refused(world: World, id: Any) -> None:
    assert refusal(world.agent.escalation.case, id)[0] == "InvalidRequest"


def test_a_trigger_that_no_policy_knows_is_refused(world: World) -> None:
    id = world.registered()

    name, details = refusal(world.duty_manager.escalation.declare_major, id, world.command(trigger="mood", reason="x"))

    assert (name, "trigger" in details) == ("InvalidRequest", True)


def test_a_past_extension_is_refused(world: World) -> None:
    id = world.registered(coordination={"kind": "interconnect", "counterpart": "联通"})
    past = (world.now() - timedelta(hours=1)).isoformat()

    name, details = refusal(
        world.branch.escalation.extend, id, world.command(clock="handling", due_at=past, reason="x")
    )

    assert (name, "due_at" in details) == ("InvalidRequest", True)


def test_an_unknown_clock_is_not_found(world: World) -> None:
    id = world.registered()

    assert refusal(world.agent.escalation.explain, id, {"clock": "sundial"})[0] == "NotFound"


@pytest.mark.parametrize("method", ["declare_major", "escalate"])
def test_the_same_request_again_gets_the_first_answer_and_does_nothing_twice(world: World, method: str) -> None:
    id = world.registered()
    by = world.duty_manager if method == "declare_major" else world.agent
    command = world.command(**COMMANDS[method])

    first = getattr(by.escalation, method)(id, command)
    world.duty_manager.escalation.hand_back(id, world.command(instruction="x")) if method == "escalate" else None
    again = getattr(by.escalation, method)(id, command)

    assert again["level"] == first["level"]
    assert [step["step"] for step in again["steps"]] == [step["step"] for step in first["steps"]]
    name, _ = refusal(getattr(by.escalation, method), id, {**command, "reason": "other"})
    assert name == "Conflict"


def test_roles_that_have_no_business_here_are_forbidden_before_anything_else(world: World) -> None:
    for method in COMMANDS:
        name, _ = refusal(getattr(world.finance.escalation, method), "no-such-id", {})
        assert name == "Forbidden"
    assert refusal(world.agent.escalation.accept, "no-such-id", world.command())[0] == "Forbidden"


def test_an_unknown_id_is_not_found(world: World) -> None:
    assert refusal(world.agent.escalation.case, "0" * 32)[0] == "NotFound"


def test_a_consultation_has_no_case(world: World) -> None:
    id = world.registered(ticket_type="consultation", category="01.03.01")

    assert refusal(world.agent.escalation.case, id)[0] == "NotFound"


def test_pulse_tells_what_waits(world: World) -> None:
    world.case(world.registered())

    pulse = world.operator.escalation.pulse()

    assert pulse["service"] == "escalation"
    assert {"at", "outbox", "due", "waking", "next_due_at"} <= pulse.keys()
    assert pulse["next_due_at"] is not None
