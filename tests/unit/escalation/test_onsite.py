"""What happened on the spot is on record and told: disturbances (ES8, ES10), reporters (ES7)."""

from typing import Any

import pytest

from services.escalation.errors import AgainstTheManual
from shared.aggregate import Actor
from suite.rehearsal import requests as r
from suite.rehearsal.acting import live, registered
from suite.rehearsal.people import AGENT, BRANCH, PROVINCE, WORDS
from suite.rehearsal.stage import Stage

OPERATOR = Actor("O1001", "operator")


def recorded(stage: Stage, method: str, record: dict[str, Any], **changes: Any) -> str:
    complaint = registered(stage, r.PLAIN | changes)
    live(stage, complaint, (0.5, AGENT, f"escalation.{method}", record))
    return complaint


def case(stage: Stage, complaint: str, by: Actor = PROVINCE) -> dict[str, Any]:
    found: dict[str, Any] = stage.call("escalation.case", complaint, by=by)
    return found


def told(stage: Stage, template: str) -> list[str]:
    return sorted(each.state.role for each in stage.messages.known.values() if each.state.template == template)


def test_ES10_the_facts_of_a_disturbance_are_kept_in_the_case_with_who_and_when() -> None:
    stage = Stage()
    complaint = recorded(stage, "record_disturbance", r.DISTURBANCE)

    (record,) = case(stage, complaint)["disturbances"]

    assert (record["by"], record["at"]) == (AGENT.sub, "2026-11-23T01:30:00.000+00:00")
    assert (record["security_called"], record["staff_calming"], record["warning_read"]) == (True, 2, True)
    assert record["moved_to"] == record["cctv_reference"] == WORDS
    assert record["police"] == {"called": True, "accompanied_by": "E1002", "reference": WORDS}


def test_ES8_both_informed_parties_are_told_of_the_disturbance_and_of_its_record() -> None:
    stage = Stage()
    recorded(stage, "record_disturbance", r.DISTURBANCE)

    assert (
        told(stage, "disturbance_alert")
        == told(stage, "disturbance_recorded")
        == [
            "market_service_section",
            "support",
        ]
    )


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"security": {"called": True, "touched": True}}, "security"),
        ({"staff_calming": 1}, "staff_calming"),
        ({"staff_calming": 4}, "staff_calming"),
        ({"police": {"called": True}}, "police.accompanied_by"),
    ],
)
def test_ES10_what_the_manual_forbids_is_refused_by_name(changes: dict[str, Any], field: str) -> None:
    with pytest.raises(AgainstTheManual) as refused:
        recorded(Stage(), "record_disturbance", r.DISTURBANCE | changes)

    assert (refused.value.rule, refused.value.details["field"]) == ("ES10", field)


@pytest.mark.parametrize(
    ("method", "record", "trigger"),
    [("record_disturbance", r.DISTURBANCE, "disturbance"), ("record_media", r.MEDIA, "media_present")],
)
def test_ES7_ES8_what_is_on_record_is_major_and_stays_revoked_once_the_branch_says_so(
    method: str, record: dict[str, Any], trigger: str
) -> None:
    stage = Stage()
    complaint = recorded(stage, method, record)
    assert case(stage, complaint)["major_trigger"] == trigger

    live(stage, complaint, (1, BRANCH, "escalation.revoke_major", r.REASON))

    assert case(stage, complaint)["major"] is False


def test_ES7_a_reporters_visit_is_on_record_and_the_media_contact_told_at_once() -> None:
    stage = Stage()
    complaint = recorded(stage, "record_media", r.MEDIA)

    (record,) = case(stage, complaint)["media_visits"]

    assert {record[name] for name in ("reporter", "medium", "contact", "questions")} == {WORDS}
    assert (record["promised_nothing"], record["by"]) == (True, AGENT.sub)
    assert told(stage, "media_alert") == told(stage, "media_recorded") == ["media_contact"]


def test_ES7_where_something_was_promised_the_media_contact_hears_of_it() -> None:
    stage = Stage()
    recorded(stage, "record_media", r.MEDIA | {"promised_nothing": False})

    assert told(stage, "media_promised") == ["media_contact"]
    assert told(stage, "media_recorded") == []


def test_ES10_a_second_record_alerts_nobody_again_but_is_told() -> None:
    stage = Stage()
    complaint = recorded(stage, "record_disturbance", r.DISTURBANCE, triggers=["disturbance"])
    live(stage, complaint, (0.6, AGENT, "escalation.record_disturbance", r.DISTURBANCE | {"staff_calming": 3}))

    assert [each["staff_calming"] for each in case(stage, complaint)["disturbances"]] == [2, 3]
    assert len(told(stage, "disturbance_alert")) == 2
    assert len(told(stage, "disturbance_recorded")) == 4


def test_PR4_the_operator_sees_that_there_is_a_record_not_what_it_says() -> None:
    stage = Stage()
    complaint = recorded(stage, "record_media", r.MEDIA)

    assert case(stage, complaint, OPERATOR)["media_visits"] == [
        {"by": AGENT.sub, "at": "2026-11-23T01:30:00.000+00:00"}
    ]
