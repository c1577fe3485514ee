"""Personal data is shown for a reason, and each look leaves its entry first (PR2)."""

import json
from typing import Any

import pytest

from services.rights import ROLES, allowed
from shared.aggregate import Actor
from shared.audit.reads import ENTRIES_A_PAGE
from shared.errors import Conflict, Forbidden, Unavailable
from suite.rehearsal import requests as r
from suite.rehearsal.acting import registered
from suite.rehearsal.people import AGENT, BRANCH, DUTY_MANAGER, NAME, NUMBER, OTHER_AGENT, PROVINCE, WORDS
from suite.rehearsal.stage import Stage

OPERATOR = Actor("O1001", "operator")
WHY = {"request_id": "w1", "reason": "客户来电核对,处理人休假"}


@pytest.fixture
def stage() -> Stage:
    return Stage()


@pytest.fixture
def complaint(stage: Stage) -> str:
    return registered(stage, r.PLAIN)


def reads(stage: Stage, complaint: str, by: Actor = PROVINCE) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = stage.call("intake.reads", complaint, by=by)["reads"]
    return found


def test_PR2_the_handlers_look_is_his_duty_and_leaves_an_entry_too(stage: Stage, complaint: str) -> None:
    shown = stage.call("intake.get", complaint, by=AGENT)

    assert (shown["customer"]["msisdn"], shown["customer"]["name"]) == (NUMBER, NAME)
    (entry,) = reads(stage, complaint)
    assert (entry["by"], entry["kind"], entry["role"]) == ("E1001", "duty", "agent")
    assert entry["fields"] == ["msisdn", "name", "group_name", "texts"]


def test_PR2_others_see_it_masked_and_without_a_reason_nothing_in_clear(stage: Stage, complaint: str) -> None:
    for by in (OTHER_AGENT, DUTY_MANAGER, PROVINCE, OPERATOR):
        assert NUMBER not in json.dumps(stage.call("intake.get", complaint, by=by), ensure_ascii=False)
    assert reads(stage, complaint) == []


def test_PR2_with_a_reason_others_read_it_and_who_when_which_and_why_stay(stage: Stage, complaint: str) -> None:
    shown = stage.call("intake.read_personal", complaint, WHY, by=DUTY_MANAGER)

    assert shown["customer"]["msisdn"] == NUMBER
    (entry,) = reads(stage, complaint)
    assert entry["reason"] == WHY["reason"]
    assert (entry["by"], entry["kind"], entry["fields"]) == ("M1001", "asked", ["msisdn", "name", "group_name"])
    assert entry["at"] == "2026-11-23T01:00:00.000+00:00"


def test_PR2_a_look_without_a_reason_is_refused(stage: Stage, complaint: str) -> None:
    for reason in ({}, {"reason": " "}):
        with pytest.raises(Exception, match=r"reason|empty"):
            stage.call("intake.read_personal", complaint, {"request_id": "w2", **reason}, by=DUTY_MANAGER)
    assert reads(stage, complaint) == []


def test_PR2_where_no_entry_can_be_written_nothing_is_shown(
    stage: Stage, complaint: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_: Any, **__: Any) -> None:
        raise Unavailable("the database is away")

    monkeypatch.setattr(stage.seen["intake"], "insert", away)

    for by, ask in ((AGENT, ("intake.get", complaint)), (DUTY_MANAGER, ("intake.read_personal", complaint, WHY))):
        with pytest.raises(Unavailable):
            stage.call(*ask, by=by)


def test_PR2_the_same_request_again_is_another_look_and_leaves_another_entry(stage: Stage, complaint: str) -> None:
    for _ in range(2):
        stage.call("intake.read_personal", complaint, WHY, by=DUTY_MANAGER)

    assert len(reads(stage, complaint)) == 2
    with pytest.raises(Conflict):
        stage.call("intake.read_personal", complaint, WHY | {"reason": "另一个"}, by=DUTY_MANAGER)
    assert len(reads(stage, complaint)) == 2


def test_PR2_a_request_id_of_another_command_is_no_look(stage: Stage, complaint: str) -> None:
    stage.call("intake.urge", complaint, {"request_id": "w1"}, by=DUTY_MANAGER)

    with pytest.raises(Conflict):
        stage.call("intake.read_personal", complaint, WHY, by=DUTY_MANAGER)
    assert reads(stage, complaint) == []


def test_PR2_the_record_rolls_over_before_it_is_full_and_stays_one_chain(stage: Stage, complaint: str) -> None:
    for _ in range(ENTRIES_A_PAGE + 5):
        stage.call("intake.get", complaint, by=AGENT)

    assert len(reads(stage, complaint)) == ENTRIES_A_PAGE + 5
    first, second = (stage.seen["intake"].known[f"{complaint}:reads:{page}"] for page in (1, 2))
    (begun, _), *_ = stage.seen["intake"].history(second.id)
    assert begun.before == first.head.hash
    assert (first.state.entries, second.state.entries) == (ENTRIES_A_PAGE, 5)


def test_PR2_the_operator_sees_the_record_without_reasons(stage: Stage, complaint: str) -> None:
    stage.call("intake.read_personal", complaint, WHY, by=DUTY_MANAGER)

    assert "reason" not in reads(stage, complaint, OPERATOR)[0]


@pytest.mark.parametrize("role", ROLES)
def test_PR2_only_province_and_operator_look_at_the_record(role: str) -> None:
    assert allowed(Actor("X", role, "SZ"), "intake.reads") == (role in ("province", "operator"))


def test_PR2_who_may_not_read_the_texts_may_not_by_a_reason_either(stage: Stage, complaint: str) -> None:
    with pytest.raises(Forbidden):
        stage.call("intake.read_personal", complaint, WHY, by=OPERATOR)


def test_PR6_the_record_flags_entries_with_graver_data_by_kind_and_count(stage: Stage) -> None:
    said = "请打13911112222或退到6222021234567894,密码123456"
    complaint = registered(stage, r.PLAIN | {"content": said, "category": "04.01.02"})
    stage.call("intake.record_contact", complaint, {"request_id": "c1", **r.CONTACT, "content": said}, by=AGENT)

    flags = stage.call("intake.reads", complaint, by=OPERATOR)["graver"]

    found = {"bank_card": 1, "mobile": 1, "service_password": 1}
    assert [(each["event"], each["found"]) for each in flags] == [
        ("complaint_registered", found),
        ("contact_recorded", found),
    ]
    assert "6222" not in json.dumps(flags)
    assert WORDS not in json.dumps(flags)


def test_PR2_a_printed_sheet_and_a_letter_leave_their_entries(stage: Stage, complaint: str) -> None:
    sheet = stage.call("intake.receipt", complaint, by=AGENT)
    others = stage.call("intake.receipt", complaint, by=OTHER_AGENT)
    stage.call("intake.reply", complaint, {"request_id": "a", **r.REPLY}, by=AGENT)
    stage.call("intake.written_reply", complaint, {"request_id": "b"}, by=BRANCH)
    stage.call("intake.get_written_reply", complaint, by=BRANCH)

    assert NUMBER in sheet["hall_copy"]
    assert NUMBER not in others["hall_copy"]
    told = [(each["by"], each["kind"]) for each in reads(stage, complaint)]
    assert told == [("E1001", "paper"), ("B1001", "paper"), ("B1001", "paper")]
