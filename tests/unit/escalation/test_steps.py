"""The course of a case as people read it, and what the service group hears of it (ES3, ES4, ES9)."""

import re
from datetime import datetime, timedelta
from typing import Any

import pytest

from services.escalation.errors import NotFromHere
from shared.errors import Forbidden
from suite.rehearsal import requests as r
from suite.rehearsal.acting import live, registered
from suite.rehearsal.people import AGENT, BRANCH, DUTY_MANAGER, OTHER_AGENT, PROVINCE, WORDS
from suite.rehearsal.stage import Stage, hour

DIGEST = re.compile(r"共(\d+)件投诉逐级上升(\d+)次，流水号：([^。]*)。")


def test_ES3_each_of_the_seven_steps_has_who_when_and_why() -> None:
    """First response and assessment stand in intake's record, the rest in the case's steps."""
    stage = Stage()
    complaint = registered(stage, r.PLAIN)
    extension = {"clock": "handling", "due_at": "2026-11-27T09:00:00+08:00", **r.REASON}
    live(
        stage,
        complaint,
        (0.5, AGENT, "intake.record_contact", r.CONTACT),
        (1, AGENT, "intake.judge", r.JUDGEMENT),
        (2, AGENT, "escalation.escalate", r.REASON),
        (3, DUTY_MANAGER, "escalation.accept", {}),
        (4, BRANCH, "escalation.extend", extension),
        (5, DUTY_MANAGER, "escalation.hand_back", {"instruction": WORDS}),
        (6, AGENT, "escalation.record_disturbance", r.DISTURBANCE),
    )
    stage.pass_time(hour(80))

    record = {entry["event"]: entry for entry in stage.call("intake.get", complaint, by=AGENT)["history"]}
    steps: dict[str, dict[str, Any]] = {}
    for step in stage.call("escalation.case", complaint, by=AGENT)["steps"]:
        steps.setdefault(step["step"], step)

    for first_response_or_assessment, content in (("contact_recorded", "content"), ("complaint_judged", "note")):
        entry = record[first_response_or_assessment]
        assert (entry["by"], bool(entry["at"])) == (AGENT.sub, True)
        assert WORDS in str(entry), content
    for name, by in (("escalated", AGENT), ("clock_extended", BRANCH), ("handed_back", DUTY_MANAGER)):
        assert (steps[name]["by"], steps[name]["text"], bool(steps[name]["at"])) == (by.sub, WORDS, True)
    assert (steps["case_accepted"]["by"], steps["case_accepted"]["to_level"]) == (DUTY_MANAGER.sub, "duty_manager")
    assert (steps["clock_warned"]["by"], bool(steps["clock_warned"]["kind"])) == ("service:escalation", True)
    assert steps["disturbance_recorded"]["by"] == AGENT.sub


def risen_at(stage: Stage, at: float, category: str) -> str:
    """A complaint that is passed up at this hour; its serial number."""
    complaint = registered(stage, r.PLAIN | {"category": category, "area": None}, at=at - 0.1)
    live(stage, complaint, (at, AGENT, "escalation.escalate", r.REASON), (at, DUTY_MANAGER, "escalation.accept", {}))
    live(stage, complaint, (at + 0.01, AGENT, "intake.reply", r.REPLY))
    return str(stage.call("intake.get", complaint, by=AGENT)["serial_no"])


def released(stage: Stage) -> list[tuple[datetime, str]]:
    """When each digest was written, and its text."""
    ids = [saved.id for saved in stage.messages.known.values() if saved.state.template == "service_group_digest"]
    entries = [entry for message_id in ids for entry in stage.messages.history(message_id)]
    return sorted((stamp.at, event.text) for event, stamp in entries if type(event).__name__ == "DigestWritten")


def test_ES4_each_rise_is_in_exactly_one_digest_over_midnight_and_quiet_days() -> None:
    """Monday 09:00 is hour 0: 23:30, 07:59 and 08:01 around a night, nothing for two days, then a weekend."""
    stage = Stage()
    times = (2, 14.5, 22.98, 23.02, 24 * 5 + 3)
    serials = [risen_at(stage, at, f"01.01.0{number + 1}") for number, at in enumerate(times)]
    stage.pass_time(hour(24 * 7))

    digests = sorted(
        (saved.state for saved in stage.messages.known.values() if saved.state.template == "service_group_digest"),
        key=lambda each: each.created_at,
    )
    told = [DIGEST.search(each.text) for each in digests]
    assert [(each[1], each[2], each[3].split("、")) for each in told if each] == [
        ("3", "3", serials[:3]),
        ("1", "1", serials[3:4]),
        ("1", "1", serials[4:]),
    ]
    assert [instant for instant, _ in released(stage)] == [hour(23), hour(47), hour(24 * 5 + 23)]


def test_ES4_a_complaint_that_rises_twice_a_day_is_one_complaint_and_two_rises() -> None:
    stage = Stage()
    complaint = registered(stage, r.PLAIN)
    live(
        stage,
        complaint,
        (1, AGENT, "escalation.escalate", r.REASON),
        (1.5, DUTY_MANAGER, "escalation.escalate", r.REASON),
        (1.6, BRANCH, "escalation.accept", {}),
        (2, AGENT, "intake.reply", r.REPLY),
    )
    stage.pass_time(hour(23))

    (digest,) = [each.state for each in stage.messages.known.values() if each.state.template == "service_group_digest"]
    found = DIGEST.search(digest.text)
    assert found
    assert found.groups()[:2] == ("1", "2")


def test_ES4_the_same_rise_told_again_is_counted_once() -> None:
    stage = Stage()
    risen_at(stage, 2, "01.01.01")
    again = [told for told in stage.told if told.type == "escalated"]
    for told in again:
        stage.services["notify"].case_moved(told.event)
    stage.pass_time(hour(23))

    (digest,) = [each.state for each in stage.messages.known.values() if each.state.template == "service_group_digest"]
    assert "共1件投诉逐级上升1次" in digest.text


def test_ES4_holidays_do_not_stop_the_climb() -> None:
    """Friday evening before a weekend: the acceptance times run in natural hours."""
    stage = Stage()
    vip = r.PLAIN | {"customer": r.PLAIN["customer"] | {"brand": "vip"}}
    complaint = registered(stage, vip, at=4 * 24 + 12)  # Friday 21:00
    stage.pass_time(stage.clock.at + timedelta(hours=8 + 2 + 4))

    case = stage.call("escalation.case", complaint, by=PROVINCE)
    assert (case["level"], case["awaiting"]) == ("province", "province")


def test_ES9_arbitration_is_opened_by_the_province_at_its_own_level_with_body_and_case_number() -> None:
    stage = Stage()
    complaint = registered(stage, r.PLAIN)
    opened = {"body": "消费者委员会", "case_no": "XW-1"}

    with pytest.raises(NotFromHere):
        live(stage, complaint, (1, PROVINCE, "escalation.arbitrate", opened))
    live(stage, complaint, *((2, by, "escalation.escalate", r.REASON) for by in (AGENT, DUTY_MANAGER, BRANCH)))
    with pytest.raises(Forbidden):
        live(stage, complaint, (3, BRANCH, "escalation.arbitrate", opened))
    live(stage, complaint, (4, PROVINCE, "escalation.arbitrate", opened))

    case = stage.call("escalation.case", complaint, by=OTHER_AGENT)
    assert (case["level"], case["arbitration"]) == ("arbitration", opened)
    assert case["held"][-1]["level"] == "arbitration"
