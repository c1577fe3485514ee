"""Measures, suggestions and lessons through intake's own doors, without servers (KP3, KP6, CR2, RP5)."""

import time
from datetime import timedelta
from typing import Any

import pytest

from services.intake.correcting import UnknownCategory
from services.intake.errors import OtherBranch, WrongField
from services.intake.improving.errors import MeasureIsDone
from shared.aggregate import Actor
from shared.errors import Conflict, Forbidden
from shared.sealing import SealBroken
from suite.rehearsal import requests as r
from suite.rehearsal.acting import live, registered
from suite.rehearsal.improving import MEASURE
from suite.rehearsal.people import AGENT, BRANCH, DUTY_MANAGER, PROVINCE, WORDS
from suite.rehearsal.stage import Stage, hour

OPERATOR = Actor("O1001", "operator")
MEASURE_KINDS = ("training", "process", "communication", "network", "equipment")


@pytest.fixture
def stage() -> Stage:
    return Stage()


def ask(stage: Stage, method: str, request: dict[str, Any], by: Actor = DUTY_MANAGER, id: str = "r1") -> Any:
    return stage.call(f"intake.{method}", {"request_id": id} | request, by=by)


def add(stage: Stage, id: str = "r1", by: Actor = DUTY_MANAGER, **fields: Any) -> Any:
    return ask(stage, "add_measure", MEASURE | fields, by, id)


def done(stage: Stage, measure: Any, **said: Any) -> Any:
    command = {"request_id": "done", "result": "已培训", **said}
    return stage.call("intake.measure_done", measure["measure_id"], command, by=DUTY_MANAGER)


def complaint(stage: Stage, number: int = 1, **fields: Any) -> str:
    customer = {"msisdn": f"1390000{number:04}", "brand": "ordinary"}
    return registered(stage, r.BARE | {"customer": customer} | fields, at=0)


def told(stage: Stage, complaint_id: str) -> int:
    """How often the customer of this complaint was told of an improvement."""
    return sum(type(event).__name__ == "ImprovementTold" for event, _ in stage.complaints.history(complaint_id))


@pytest.mark.parametrize("kind", MEASURE_KINDS)
def test_KP3_a_measure_has_kind_owner_and_day_against_a_leaf_or_cause(stage: Stage, kind: str) -> None:
    answer = add(stage, kind=kind)

    assert (answer["kind"], answer["owner"], answer["state"]) == (kind, "M1001", "open")
    assert (answer["leaf"], answer["cause"], answer["branch"]) == ("04.01.01", "billing_system", "SZ")


@pytest.mark.parametrize(
    ("wrong", "error"),
    [
        ({"due_at": "2026-11-23T08:00:00+08:00"}, WrongField),
        ({"leaf": "99.99.99"}, UnknownCategory),
        ({"cause": "weather"}, WrongField),
        ({"suggestions": ["nobody's"]}, WrongField),
        ({"tell": ["nobody's"]}, WrongField),
        ({"branch": "GZ"}, OtherBranch),
    ],
)
def test_KP3_a_measure_that_does_not_fit_is_refused(stage: Stage, wrong: Any, error: type[Exception]) -> None:
    with pytest.raises(error):
        add(stage, **wrong)


def test_KP3_a_measure_is_late_once_its_day_has_passed_and_done_once(stage: Stage) -> None:
    measure = add(stage, due_at="2026-11-24T09:00:00+08:00")
    stage.clock.at += timedelta(hours=25)
    listed = stage.call("intake.measures", {}, by=DUTY_MANAGER)["items"][0]

    assert listed["state"] == "overdue"
    assert done(stage, measure)["state"] == "done"
    with pytest.raises(MeasureIsDone):
        stage.call("intake.measure_done", measure["measure_id"], {"request_id": "x", "result": "再次"}, by=DUTY_MANAGER)


def test_KP3_a_repeated_request_adds_no_second_measure(stage: Stage) -> None:
    first = add(stage)
    stage.clock.at += timedelta(days=60)

    assert add(stage) == first | {"state": "overdue"}
    with pytest.raises(Conflict):
        add(stage, kind="process")


def test_KP3_the_operator_sees_measures_without_their_texts_and_agents_decide_none(stage: Stage) -> None:
    add(stage)

    assert "what" not in stage.call("intake.measures", {}, by=OPERATOR)["items"][0]
    with pytest.raises(Forbidden):
        add(stage, "r2", AGENT)


def test_KP6_a_handlers_suggestion_names_the_measures_that_follow_from_it(stage: Stage) -> None:
    made = ask(stage, "suggest", {"text": WORDS, "complaint_id": complaint(stage)}, AGENT, "s1")
    assert made["measures"] == []

    measure = add(stage, suggestions=[made["suggestion_id"]])

    listed = stage.call("intake.suggestions", {}, by=DUTY_MANAGER)["items"]
    assert [(each["made_by"], each["branch"], each["measures"]) for each in listed] == [
        (AGENT.sub, "SZ", [measure["measure_id"]])
    ]


def test_CR2_customers_are_told_what_their_complaints_changed_each_exactly_once(stage: Stage) -> None:
    first, second, other = (complaint(stage, number) for number in (1, 2, 3))
    measure = add(stage, tell=[first, second])
    stage.services["intake"].tell_improvements()
    assert (told(stage, first), told(stage, second)) == (0, 0)

    done(stage, measure, for_customers="充值卡密码错误可在自助终端更正")
    for _look in range(3):
        stage.services["intake"].tell_improvements()

    assert [told(stage, each) for each in (first, second, other)] == [1, 1, 0]
    assert stage.call("intake.measures", {}, by=DUTY_MANAGER)["items"][0]["untold"] == 0


def test_CR2_a_complaint_that_cannot_be_read_leaves_nobody_behind_it_untold(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken, kept = complaint(stage, 1), complaint(stage, 2)
    measure = add(stage, tell=[broken, kept])
    done(stage, measure)
    read = stage.complaints.get
    with monkeypatch.context() as damaged:
        damaged.setattr(stage.complaints, "get", lambda id, *rest: unreadable() if id == broken else read(id, *rest))
        stage.services["intake"].tell_improvements()
        assert told(stage, kept) == 1
        stage.measures.wake_aside.done(measure["measure_id"])
        stage.services["intake"].tell_improvements()

    stage.measures.wake_aside.done(measure["measure_id"])
    stage.services["intake"].tell_improvements()
    assert (told(stage, broken), told(stage, kept)) == (1, 1)


def unreadable() -> Any:
    raise SealBroken("damaged")


def test_CR2_a_withdrawn_complaint_is_not_told_and_holds_nobody_up(stage: Stage) -> None:
    withdrawn, kept = complaint(stage, 1), complaint(stage, 2)
    measure = add(stage, tell=[withdrawn, kept])
    live(stage, withdrawn, (0.5, AGENT, "intake.withdraw", r.REASON))
    done(stage, measure)

    stage.services["intake"].tell_improvements()

    assert (told(stage, withdrawn), told(stage, kept)) == (0, 1)
    assert stage.measures.waking(stage.clock.now() + timedelta(days=9999)) == []


def test_RP5_KP6_the_lessons_of_archived_complaints_are_collected_with_cause_and_leaf(stage: Stage) -> None:
    archived = complaint(stage)
    live(stage, archived, (1, AGENT, "intake.reply", r.REPLY), (2, AGENT, "intake.archive", r.ARCHIVE))
    complaint(stage, 2)

    found = stage.call("intake.lessons", r.WEEK, by=AGENT)["items"]

    assert [(each["complaint_id"], each["lesson"], each["category"]) for each in found] == [
        (archived, WORDS, "04.01.01")
    ]
    assert (found[0]["cause_kind"], found[0]["cause_name"]) == ("billing_system", "计费系统差错")


def test_KP4_a_sample_is_of_a_hall_of_the_auditors_branch(stage: Stage) -> None:
    findings = [{"item": "一", "solved": True, "recorded": False}]

    assert ask(stage, "audit_sample", {"hall": "SZ-FT", "findings": findings}, BRANCH)["score"] == 5
    for hall, more in (("GZ-TH", {}), ("SZ-XX", {}), ("complaint_team", {})):
        with pytest.raises(WrongField):
            ask(stage, "audit_sample", {"hall": hall, "findings": findings} | more, BRANCH, hall)
    with pytest.raises(WrongField):
        ask(stage, "audit_sample", {"hall": "SZ-FT", "findings": findings}, PROVINCE, "without a branch")


def test_KP5_the_weeks_key_cases_carry_advice_and_what_handlers_suggested(stage: Stage) -> None:
    customer = {"msisdn": "13900000009", "brand": "vip", "high_value": True}
    key = complaint(stage, customer=customer)
    complaint(stage, 2)
    ask(stage, "suggest", {"text": WORDS, "complaint_id": key}, AGENT, "s1")
    stage.pass_time(hour(3))

    answer = stage.call("intake.key_cases", {"week": "2026-W48"}, by=DUTY_MANAGER)

    assert [(each["complaint_id"], each["account_manager"], each["suggestions"]) for each in answer["items"]] == [
        (key, "SZ", [WORDS])
    ]
    assert answer["items"][0]["advice"]
    assert answer["items"][0]["customer"]["msisdn"] == "139****0009"
    assert stage.call("intake.key_cases", {"week": "2026-W48", "account_manager": "GZ"}, by=DUTY_MANAGER)["items"] == []


def test_CR2_what_is_looked_up_of_a_measure_follows_from_its_state_alone(stage: Stage) -> None:
    """Else a customer is told by luck, and the audit finds a fault where nothing was touched."""
    measure = add(stage, tell=[complaint(stage)])
    done(stage, measure)
    state = stage.measures.get(measure["measure_id"]).state

    found = stage.measures.index(state)
    time.sleep(0.002)  # two milliseconds of the machine's time, in which nothing happened

    assert state.untold
    assert stage.measures.index(state) == found
