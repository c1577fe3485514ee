"""Every explanation that the rehearsed suite gives is counted again by the separate program; every case lived again."""

from datetime import datetime
from typing import Any

from services.escalation.replaying import replayed
from services.escalation.rules import Rules
from shared.policies.calendar import CALENDAR
from suite.rehearsal.everything import everything
from suite.rehearsal.proofs import under_the_notice
from tests.check_explanation import check


def rules(clocks_version: str, calendar_version: str) -> Rules:
    in_force = under_the_notice()
    calendar = in_force.versions.read(CALENDAR, calendar_version)
    return Rules(in_force["clocks"], in_force["ladder"], calendar, clocks_version, calendar_version)


def test_CL_every_clock_of_the_rehearsal_explains_itself_so_that_it_can_be_counted_again() -> None:
    answers = everything().answers["escalation.explain"]

    assert len(answers) >= 20
    for said in answers:
        check(said)


def test_CL_every_case_of_the_rehearsal_lived_again_from_its_record_is_as_it_was() -> None:
    cases: Any = [saved.state for saved in everything().cases.known.values()]

    assert len(cases) >= 5
    for case in cases:
        again = replayed(case.record, rules)
        assert (again.clocks, again.level, again.awaiting) == (case.clocks, case.level, case.awaiting)


def test_a_simulation_without_a_draft_gives_what_was_recorded() -> None:
    (answer,) = everything().answers["escalation.simulate"]

    kinds = answer["clocks"]["all"]["all"]
    assert answer["cases"] == len(everything().cases.known)
    assert all(sums["recorded"] == sums["draft"] for sums in kinds.values())
    assert answer["reached"]["recorded"] == answer["reached"]["draft"]
    assert answer["worse"] == []


def test_CL11_a_late_notice_moves_what_runs_when_it_is_applied_and_once_only() -> None:
    (shown,) = everything().answers["escalation.calendar_effect"]
    first, again = everything().answers["escalation.apply_calendar"]

    assert [(move["kind"], move["was"][:10], move["due_at"][:10]) for move in shown["moves"]] == [
        ("repair", "2027-01-11", "2027-01-12")
    ]
    assert first["moves"] == again["moves"] == shown["moves"]
    explained = everything().answers["escalation.explain"]
    (said,) = [each for each in explained if each["changes"][-1]["why"] == "calendar"]
    assert (
        "由 O1001 按新公布的放假调休安排重新计算：原截止 2027-01-11 24:00，改为 2027-01-12 24:00。" in said["text_zh"]
    )
    assert "法定节假日：临时放假" in said["text_zh"]


def test_CL11_intake_learns_the_time_that_a_late_notice_moved() -> None:
    stage = everything()
    (move,) = stage.answers["escalation.calendar_effect"][0]["moves"]

    complaint = stage.complaints.known[move["complaint_id"]].state
    assert complaint.due_times["repair"] == datetime.fromisoformat(move["due_at"])
