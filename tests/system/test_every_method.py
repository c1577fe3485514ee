"""Every method that people call answers to a plain Nameko client; business time is moved by command."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from suite.play.__main__ import MONDAY
from suite.play.callers import Refused
from suite.running import Suite
from tests.system.hands import (
    AGENT,
    BRANCH,
    COLLEAGUE,
    ELSEWHERE,
    ESCALATION,
    FINANCE,
    LEGAL,
    MANAGER,
    OPERATOR,
    PROVINCE,
    SUPPORT,
    SYSTEM,
    case_of,
    clock_now,
    eventually,
    numbers,
)


def test_intake_answers_every_command(say: Any, ask: Any, complaint: Any) -> None:
    first = complaint()
    complaint_id = first["complaint_id"]

    say(AGENT, "intake.record_contact", complaint_id, means="phone", direction="out", content="已联系")
    say(AGENT, "intake.propose", complaint_id, solution="核查话单", answer="accepted")
    say(AGENT, "intake.judge", complaint_id, responsible_party="计费", severity="normal")
    say(AGENT, "intake.assign", complaint_id, handler="E1004")
    say(AGENT, "intake.transfer", complaint_id, to_department="network_maintenance", reason="查话单")
    due_at = datetime.fromisoformat(first["limits"]["handling"]) - timedelta(hours=1)
    say(AGENT, "intake.promise", complaint_id, kind="answer", due_at=due_at.isoformat(), what="查明后答复")
    assert say(AGENT, "intake.urge", complaint_id, said="快一点")["urged"] is True
    say(AGENT, "intake.reclassify", complaint_id, category="04.01.03", reason="归类更正")
    assert say(AGENT, "intake.correct_customer", complaint_id, brand="gotone", reason="品牌更正")["brand"] == "gotone"
    say(AGENT, "intake.reply", complaint_id, process="核对话单", content="已更正", satisfaction="neutral")
    say(COLLEAGUE, "intake.follow_up", complaint_id, satisfaction="satisfied")
    assert say(AGENT, "intake.want_written_reply", complaint_id)["written_reply_wanted"] is True
    listed = ask(AGENT, "intake.tasks", {"kind": "written_reply", "limit": 200})["items"]
    assert complaint_id in [item["complaint_id"] for item in listed]
    closing = {"all_right": True, "other_problem": "另有漫游问题"}
    say(COLLEAGUE, "intake.follow_up", complaint_id, satisfaction="satisfied", closing=closing)
    other = next(task for task in ask(AGENT, "intake.get", complaint_id)["tasks"] if task["kind"] == "other_problem")
    say(AGENT, "intake.finish_task", complaint_id, task=other["task_id"], said="已另行登记")
    assert say(AGENT, "intake.reopen", complaint_id, reason="客户又有疑问")["status"] == "open"
    say(AGENT, "intake.reply", complaint_id, process="再次核对", content="已解释", satisfaction="satisfied")
    archived = say(AGENT, "intake.archive", complaint_id, cause="话单错误", evidence=["话单"], lesson="核对")

    assert archived["status"] == "archived"
    whole = ask(AGENT, "intake.get", first["serial_no"])
    assert {"contacts", "reply", "proposals", "follow_ups", "history"} <= whole.keys()
    assert whole["first_contact"] == "E1001"
    assert complaint_id in [
        item["complaint_id"] for item in ask(AGENT, "intake.search", {"status": "archived"})["items"]
    ]
    assert len(ask(AGENT, "intake.catalogue")["classes"]) == 10
    advice = ask(AGENT, "intake.advise", {"customer_kind": "violent", "category": "04.01.03", "scene": "agitated"})
    assert "border_roaming" in [entry["id"] for entry in advice["knowledge"]]
    hits = ask(AGENT, "intake.check_words", "这是技术部门的问题，没办法")["hits"]
    assert [hit["kind"] for hit in hits] == ["blame", "plain_no"]


def test_PR2_a_look_for_a_reason_is_recorded(say: Any, ask: Any, complaint: Any) -> None:
    complaint_id = complaint()["complaint_id"]

    shown = say(MANAGER, "intake.read_personal", complaint_id, reason="处理人休假,代为联系客户")

    assert shown["customer"]["name"] == "张三"
    ask(AGENT, "intake.get", complaint_id)
    ground = {"kind": "authority", "reference": "通管1", "body": "省通信管理局"}
    assert say(BRANCH, "intake.export", complaint_id, ground=ground, fields=["status"]) == {"status": "open"}
    asked = {"body": "消费者协会", "reference": "XH-1", "fields": ["content"]}
    assert say(BRANCH, "intake.regulator_export", complaint_id, **asked) == {"content": "话费争议"}
    reads = ask(PROVINCE, "intake.reads", complaint_id)["reads"]
    assert [(each["by"], each["kind"]) for each in reads] == [
        ("M1001", "asked"),
        ("E1001", "duty"),
        ("B1001", "export"),
        ("B1001", "regulator"),
    ]


def test_intake_prints_flags_and_counts_apart(say: Any, ask: Any, complaint: Any) -> None:
    card = {"kind": "card", "card_serial": "10118610012345678", "fault": "密码有误", "amount_fen": 5000}
    complaint_id = complaint(category="03.01.03", hall="SZ-FT", channel="hall")["complaint_id"]

    flagged = say(
        AGENT, "intake.flag_prohibition", complaint_id, prohibition=4, accused={"partner": "SZ-SP"}, reason="p"
    )
    assert (flagged["prohibition"], flagged["accused_partners"]) == (4, ["SZ-SP"])
    assert say(AGENT, "intake.complete_recharge", complaint_id, **card)["recharge"]["state"] == "given"
    say(AGENT, "intake.reply", complaint_id, process="核对", content="已补录", satisfaction="satisfied")
    assert ask(AGENT, "intake.receipt", complaint_id).keys() == {"customer_copy", "hall_copy"}
    made = say(BRANCH, "intake.written_reply", complaint_id)
    assert ask(BRANCH, "intake.get_written_reply", complaint_id) == made
    day = datetime.fromisoformat(flagged["registered_at"]).astimezone(MONDAY.tzinfo).date().isoformat()
    register = ask(MANAGER, "intake.hall_register", {"hall": "SZ-FT", "day": day})
    assert complaint_id in [item["complaint_id"] for item in register["items"]]
    time_asked = {"from": "2026-11-01T00:00:00+08:00", "to": "2027-12-01T00:00:00+08:00"}
    assert ask(MANAGER, "intake.recharge_statistic", time_asked)["totals"]["by_fault"] == {"密码有误": 1}


def test_a_withdrawn_complaint_and_a_managers_remark(say: Any, complaint: Any) -> None:
    book = complaint(channel="opinion_book")

    assert "remark" in book["limits"]
    say(MANAGER, "intake.remark", book["complaint_id"], text="已批阅")
    assert say(AGENT, "intake.withdraw", book["complaint_id"], reason="客户撤诉")["status"] == "withdrawn"


def test_KP2_KP3_KP6_figures_and_what_complaints_change(say: Any, ask: Any, complaint: Any) -> None:
    key = complaint(customer={"msisdn": str(next(numbers)), "brand": "vip", "high_value": True})
    say(AGENT, "intake.reply", key["complaint_id"], process="核对", content="已更正", satisfaction="neutral")
    say(AGENT, "intake.archive", key["complaint_id"], cause="计费系统差错", evidence=["账单"], lesson="核对减免")
    period = {"from": "2026-11-23T00:00:00+08:00", "to": "2026-11-30T00:00:00+08:00"}

    made = say(AGENT, "intake.suggest", text="减免项自动迁移", complaint_id=key["complaint_id"])
    told = {"suggestions": [made["suggestion_id"]], "tell": [key["complaint_id"]], "cause": "billing_system"}
    due_at = "2027-01-31T18:00:00+08:00"
    measure = say(MANAGER, "intake.add_measure", kind="process", owner="M1001", due_at=due_at, what="自动迁移", **told)
    say(MANAGER, "intake.measure_done", measure["measure_id"], result="已上线")
    eventually(lambda: ask(MANAGER, "intake.measures", {"state": "done"})["items"][0]["untold"] == 0)
    say(BRANCH, "intake.audit_sample", hall="SZ-FT", findings=[{"item": "一", "solved": True, "recorded": False}])

    assert ask(MANAGER, "intake.hall_scores", period)["items"][0]["score"] == 5
    assert ask(AGENT, "intake.suggestions", {})["items"][0]["measures"] == [measure["measure_id"]]
    assert key["complaint_id"] in [each["complaint_id"] for each in ask(AGENT, "intake.lessons", period)["items"]]
    listed = ask(MANAGER, "intake.key_cases", {"week": "2026-W48"})["items"]
    assert key["complaint_id"] in [each["complaint_id"] for each in listed]
    assert ask(PROVINCE, "intake.figures", period)["figures"]["handling"]["numerator"] >= 1


def test_escalation_answers_every_command(say: Any, ask: Any, complaint: Any) -> None:
    complaint_id = complaint(coordination={"kind": "cross_province", "counterpart": "湖南"})["complaint_id"]
    case = eventually(case_of(ask, complaint_id))
    handling = next(clock for clock in case["clocks"] if clock["kind"] == "handling")
    later = datetime.fromisoformat(handling["due_at"]) + timedelta(hours=5)

    say(BRANCH, "escalation.extend", complaint_id, clock="handling", due_at=later.isoformat(), reason="外省协查")
    explained = ask(AGENT, "escalation.explain", complaint_id, {"clock": "handling"})
    assert datetime.fromisoformat(explained["due_at"]) == later
    say(AGENT, "escalation.escalate", complaint_id, reason="超出权限")
    say(MANAGER, "escalation.accept", complaint_id)
    say(MANAGER, "escalation.hand_back", complaint_id, instruction="先核对话单")
    say(AGENT, "escalation.escalate", complaint_id, reason="仍超出权限")
    say(AGENT, "escalation.report_unreachable", complaint_id, who="E1004")
    assert say(MANAGER, "escalation.acknowledge", complaint_id)["chain"] is None
    say(MANAGER, "escalation.escalate", complaint_id, reason="需分公司处理")
    say(BRANCH, "escalation.accept", complaint_id)
    say(BRANCH, "escalation.escalate", complaint_id, reason="需省公司协调")
    say(PROVINCE, "escalation.accept", complaint_id)
    calm = {"security": {"touched": False}, "staff_calming": 2, "warning_read": True}
    assert say(AGENT, "escalation.record_disturbance", complaint_id, **calm)["disturbances"]
    visit = {
        "reporter": "李记者",
        "medium": "晚报",
        "contact": "0755-1234",
        "questions": "如何答复",
        "promised_nothing": True,
    }
    assert say(AGENT, "escalation.record_media", complaint_id, **visit)["media_visits"]
    assert (
        say(PROVINCE, "escalation.arbitrate", complaint_id, body="消费者协会", case_no="XH-1")["level"] == "arbitration"
    )
    listed = ask(PROVINCE, "escalation.due", {"branch": "SZ", "limit": 200})["items"]
    assert complaint_id in [item["complaint_id"] for item in listed]


moment = datetime.fromisoformat


def test_an_operator_sees_what_fires_moves_one_clock_and_calls_off_another(ask: Any, say: Any, complaint: Any) -> None:
    complaint_id = complaint(channel="letter", brand="vip")["complaint_id"]
    case = eventually(case_of(ask, complaint_id))
    due = {clock["kind"]: moment(clock["due_at"]) for clock in case["clocks"]}

    page = ask(OPERATOR, "escalation.firing", {"hours": 24, "limit": 200})
    mine = next(each for each in page["items"] if each["complaint_id"] == complaint_id)
    assert {(each["kind"], each["fires"]) for each in mine["fires"]} >= {("contact", "warns"), ("handling", "breaks")}
    earlier = (due["handling"] - timedelta(hours=1)).isoformat()
    say(OPERATOR, "escalation.move_clock", complaint_id, clock="handling", due_at=earlier, reason="客户急用")
    say(OPERATOR, "escalation.cancel_clock", complaint_id, clock="contact", reason="已当面联系")

    case = ask(OPERATOR, "escalation.case", complaint_id)
    assert {clock["kind"]: clock["state"] for clock in case["clocks"]}["contact"] == "cancelled"
    eventually(lambda: "contact" not in ask(AGENT, "intake.get", complaint_id)["limits"])
    eventually(lambda: moment(ask(AGENT, "intake.get", complaint_id)["limits"]["handling"]) < due["handling"])
    with pytest.raises(Refused) as refused:
        say(OPERATOR, "escalation.cancel_clock", complaint_id, clock="handling", reason="不再需要")
    assert refused.value.details["rule"] == "CL3"


def test_MJ4_a_group_incident_is_raised_shown_and_closed(say: Any, ask: Any, complaint: Any) -> None:
    members = [complaint(area="南山", category="01.01.02")["complaint_id"] for _ in range(5)]
    (listed,) = eventually(lambda: ask(BRANCH, "escalation.incidents", {"state": "open"})["items"])

    def whole() -> Any:
        shown = ask(BRANCH, "escalation.incident", listed["incident_id"])
        return shown if all(member["major"] for member in shown["members"]) and shown["count"] == 5 else None

    shown = eventually(whole)
    assert sorted(member["complaint_id"] for member in shown["members"]) == sorted(members)
    closed = say(BRANCH, "escalation.close_incident", listed["incident_id"], reason="基站已修复")
    assert (closed["state"], closed["reason"]) == ("closed", "基站已修复")


def test_MJ2_a_major_complaint_gets_its_opinions_then_its_reply(say: Any, ask: Any, complaint: Any) -> None:
    complaint_id = complaint()["complaint_id"]
    eventually(case_of(ask, complaint_id))

    assert say(MANAGER, "escalation.declare_major", complaint_id, trigger="legal", reason="律师函")["major"]
    with pytest.raises(Refused) as refused:
        say(AGENT, "intake.reply", complaint_id, process="p", content="c", satisfaction="neutral")
    assert refused.value.details["rule"] == "MJ2"
    say(MANAGER, "escalation.give_opinion", complaint_id, kind="supervisor", text="先核查")
    say(SUPPORT, "escalation.give_opinion", complaint_id, kind="support", text="系统无误")
    say(LEGAL, "escalation.give_opinion", complaint_id, kind="legal", text="可答复")
    assert (
        say(AGENT, "intake.reply", complaint_id, process="p", content="c", satisfaction="neutral")["status"]
        == "replied"
    )


def test_revoking_a_major_complaint_is_the_branchs(say: Any, ask: Any, complaint: Any) -> None:
    complaint_id = complaint()["complaint_id"]
    eventually(case_of(ask, complaint_id))
    say(MANAGER, "escalation.declare_major", complaint_id, trigger="manager", reason="误判")

    assert not say(BRANCH, "escalation.revoke_major", complaint_id, reason="经核不属重大")["major"]


def claim(complaint: dict[str, Any], msisdn: str, **more: Any) -> dict[str, Any]:
    return {
        "complaint_id": complaint["complaint_id"],
        "msisdn": msisdn,
        "service": "彩铃",
        "period": "2026-10",
        "dispute_type": "billing",
        "ground": "company_fault",
        "principal_fen": 500,
        "cause": "取消后仍收费",
        "evidence": ["账单"],
        "branch": "SZ",
    } | more


def test_refund_answers_every_command_and_boss_pays(say: Any, ask: Any, complaint: Any) -> None:
    msisdn = str(next(numbers))
    mine = complaint(customer={"msisdn": msisdn, "brand": "ordinary"})

    quoted = ask(AGENT, "refund.quote", claim(mine, msisdn) | {"request_id": "q1"})
    assert quoted["total_fen"] == 500
    refund_id = say(AGENT, "refund.request", **claim(mine, msisdn))["refund_id"]
    say(MANAGER, "refund.approve", refund_id)
    eventually(lambda: ask(FINANCE, "refund.get", refund_id)["status"] == "paid")
    rejected = say(AGENT, "refund.request", **claim(mine, msisdn, service="手机报"))["refund_id"]
    assert say(MANAGER, "refund.reject", rejected, reason="证据不足")["status"] == "rejected"
    withdrawn = say(AGENT, "refund.request", **claim(mine, msisdn, service="飞信"))["refund_id"]
    assert say(AGENT, "refund.withdraw", withdrawn, reason="客户放弃")["status"] == "withdrawn"
    with pytest.raises(Refused) as refused:
        say(FINANCE, "refund.settle", withdrawn, outcome="paid", evidence=["回单"])
    assert refused.value.name in ("Conflict", "RuleRefused")
    assert len(ask(FINANCE, "refund.search", {"complaint_id": mine["complaint_id"]})["items"]) == 3


def test_RF4_RF9_RF10_refund_takes_what_is_paid_beforehand_waived_and_corrected(
    say: Any, ask: Any, complaint: Any
) -> None:
    msisdn = str(next(numbers))
    mine = complaint(customer={"msisdn": msisdn, "brand": "ordinary"})
    insisting = {"ground": "double_refund", "insisted": True, "consent": {"by": "B1001", "reason": "金额较小"}}

    refund_id = say(AGENT, "refund.pre_refund", **claim(mine, msisdn, **insisting))["refund_id"]
    for signer in (MANAGER, BRANCH):
        say(signer, "refund.approve", refund_id)
    eventually(lambda: ask(FINANCE, "refund.get", refund_id)["status"] == "verifying")
    assert ask(ESCALATION, "refund.facts", refund_id)["pre_refund"]["outcome"] is None
    say(BRANCH, "refund.verify", refund_id, upheld=True, evidence=["话单"])
    assert ask(ESCALATION, "refund.facts", refund_id)["pre_refund"]["outcome"] == "upheld"
    eventually(lambda: ask(FINANCE, "refund.get", refund_id)["status"] == "paid")
    assert ask(FINANCE, "refund.ledger", refund_id)["accounts"]["customer"] == 1000

    bill = {"complaint_id": mine["complaint_id"], "msisdn": msisdn, "period": "2026-10", "branch": "SZ"}
    waived = say(AGENT, "refund.waive_late_fee", **bill, fee_fen=150, cause="缴费延迟到账")["refund_id"]
    eventually(lambda: ask(FINANCE, "refund.get", waived)["status"] == "paid")
    corrected = say(AGENT, "refund.correct", **bill, service="彩铃", cause="登记错误", correction="已改回原套餐")
    assert (corrected["status"], corrected["total_fen"]) == ("closed", 0)


def test_RF12_a_halls_daily_sheet_is_shown_and_not_signed_before_its_day_is_over(say: Any, ask: Any) -> None:
    found = {"found_by": {"department": "计费稽核", "reference": "JH-1"}, "complaint_id": None, "hall": "SZ-FT"}
    wanted = claim({"complaint_id": None}, str(next(numbers)), **found)
    refund = say(AGENT, "refund.request", **{name: value for name, value in wanted.items() if value is not None})
    day = datetime.fromisoformat(refund["requested_at"]).astimezone(MONDAY.tzinfo).date().isoformat()
    sheet = {"hall": "SZ-FT", "day": day}

    assert refund["refund_id"] in [each["refund_id"] for each in ask(FINANCE, "refund.daily_sheet", sheet)["items"]]
    with pytest.raises(Refused) as refused:
        say(MANAGER, "refund.sign_daily_sheet", **sheet, **{"as": "manager"})
    assert refused.value.details["rule"] == "RF12"


def test_RF13_RF17_KP2_the_books_of_a_week_and_a_month_are_shown(ask: Any) -> None:
    package = ask(BRANCH, "refund.month_package", {"hall": "SZ-FT", "month": "2026-11"})
    assert package["hall_name"] == "福田营业厅"
    week = ask(FINANCE, "refund.reconcile", {"week": "2026-W48"})
    assert (week["differences"], week["after"]) == ([], None)
    period = {"from": "2026-11-23T00:00:00+08:00", "to": "2026-11-30T00:00:00+08:00"}
    assert ask(FINANCE, "refund.totals", period)["requested"]["count"] >= 1


def test_notify_answers_and_the_customer_hears(ask: Any, say: Any, complaint: Any) -> None:
    complaint_id = complaint()["complaint_id"]

    def delivered() -> Any:
        found = ask(PROVINCE, "notify.search", {"complaint_id": complaint_id, "template": "receipt"})["items"]
        return [message for message in found if message["status"] == "delivered"]

    message = eventually(delivered)[0]
    assert ask(PROVINCE, "notify.get", message["message_id"])["template"] == "receipt"
    assert "receipt" in [template["name"] for template in ask(AGENT, "notify.templates")]
    now = datetime.now().astimezone().isoformat()
    say(SYSTEM, "notify.receive", msisdn="13900001999", text="5", at=now)


def test_CL1_the_clock_that_is_moved_past_a_limit_breaks_it(suite: Suite, ask: Any, complaint: Any) -> None:
    complaint_id = complaint(brand="vip")["complaint_id"]
    eventually(case_of(ask, complaint_id))

    clock_now(suite, "advance", "9h")

    eventually(lambda: ask(PROVINCE, "escalation.case", complaint_id)["level"] == "duty_manager")
    assert "2026-11-2" in clock_now(suite, "show")


def test_PR4_another_branchs_complaint_is_not_found(ask: Any, complaint: Any) -> None:
    with pytest.raises(Refused) as refused:
        ask(ELSEWHERE, "intake.get", complaint()["complaint_id"])

    assert refused.value.name == "NotFound"


def test_an_operator_plays_drafts_over_the_cases_and_applies_a_notice(ask: Any, say: Any, complaint: Any) -> None:
    eventually(case_of(ask, complaint()["complaint_id"]))

    sums = ask(OPERATOR, "escalation.simulate", {"limit": 2000})
    assert sums["cases"] >= 1
    assert ask(OPERATOR, "escalation.calendar_effect", {})["moves"] == []
    assert say(OPERATOR, "escalation.apply_calendar")["moves"] == []
