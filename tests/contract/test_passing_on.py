"""Personal data leaves on a lawful ground and by name only (PR3, PR5); partners see their own hall (PR4)."""

import json
from typing import Any

import pytest

from services.grounds import DEMANDS
from shared.aggregate import Actor
from shared.errors import Forbidden, NotFound, RuleRefused
from suite.rehearsal import requests as r
from suite.rehearsal.acting import registered
from suite.rehearsal.people import AGENT, BRANCH, DUTY_MANAGER, FINANCE, LEGAL, NAME, NUMBER, PROVINCE, WORDS
from suite.rehearsal.stage import Stage

OTHER = "13911112222"
PARTNER = Actor("E1005", "agent", "SZ", "SZ-NS")
AGREED = {"kind": "partner_agreement", "reference": "XY-7", "consent": "短信确认-1", "service": "彩铃"}
WHOLE: dict[str, dict[str, Any]] = {
    "holder_verified": {"kind": "holder_verified", "reference": "密码核验"},
    "police_or_court": {"kind": "police_or_court", "reference": "公函12", "body": "福田公安分局"},
    "partner_agreement": AGREED,
    "authority": {"kind": "authority", "reference": "通管1", "body": "省通信管理局"},
}


@pytest.fixture
def stage() -> Stage:
    return Stage()


def of_hall(stage: Stage, hall: str = "SZ-FT", **more: Any) -> str:
    return registered(stage, r.PLAIN | {"hall": hall} | more)


def refused(stage: Stage, method: str, *asked: Any, by: Actor = BRANCH) -> dict[str, Any]:
    with pytest.raises(RuleRefused) as said:
        stage.call(method, *asked, by=by)
    return {"rule": said.value.rule} | said.value.details


# -- PR5


def test_PR5_a_transfer_to_outside_needs_a_lawful_ground(stage: Stage) -> None:
    complaint = of_hall(stage)
    outside = {"request_id": "t1", "to_department": "SZ-SP", "reason": WORDS}

    assert refused(stage, "intake.transfer", complaint, outside, by=AGENT)["needed"] == ["ground"]
    moved = stage.call("intake.transfer", complaint, outside | {"ground": AGREED}, by=AGENT)

    assert moved["department"] == "SZ-SP"
    step = stage.call("intake.get", complaint, by=AGENT)["history"][-1]["details"]
    assert (step["ground_kind"], step["ground"]["reference"]) == ("partner_agreement", "XY-7")


def test_PR5_inside_the_company_no_ground_is_asked_for(stage: Stage) -> None:
    inside = {"request_id": "t1", "to_department": "billing_support", "reason": WORDS}

    assert stage.call("intake.transfer", of_hall(stage), inside, by=AGENT)["department"] == "billing_support"


@pytest.mark.parametrize("department", ["SZ-SP", "SP合作伙伴接口", "某合作公司"])
def test_PR5_a_registration_dispatched_to_outside_needs_one_too(stage: Stage, department: str) -> None:
    dispatched = r.PLAIN | {"handling": "dispatch", "to_department": department, "request_id": "d1"}
    request = r.without_none(dispatched)

    assert refused(stage, "intake.register", request, by=AGENT)["rule"] == "PR5"
    assert stage.call("intake.register", request | {"ground": AGREED}, by=AGENT)["department"] == department


def test_PR5_a_dispatch_that_names_nobody_outside_stays_accepted(stage: Stage) -> None:
    request = r.without_none(r.PLAIN | {"handling": "dispatch", "request_id": "d1"})

    assert stage.call("intake.register", request, by=AGENT)["department"] == "complaint_team"


@pytest.mark.parametrize("kind", DEMANDS)
def test_PR5_each_of_the_four_grounds_is_given_whole_or_refused(stage: Stage, kind: str) -> None:
    complaint = of_hall(stage)
    for lacking in DEMANDS[kind]:  # type: ignore[index]  # the kinds of the table
        part = {name: value for name, value in WHOLE[kind].items() if name != lacking}
        assert refused(stage, "intake.export", complaint, {"request_id": "x", "ground": part})["needed"] == [lacking]

    stage.call("intake.export", complaint, {"request_id": "y", "ground": WHOLE[kind]}, by=BRANCH)

    (entry,) = stage.call("intake.reads", complaint, by=PROVINCE)["reads"]
    assert (entry["kind"], entry["ground"], entry["by"]) == ("export", kind, "B1001")
    assert entry["reference"] == WHOLE[kind]["reference"]


def test_PR5_the_holders_ground_needs_a_verified_holder(stage: Stage) -> None:
    letter = of_hall(stage, channel="letter", verification=None)

    asked = {"request_id": "x", "ground": WHOLE["holder_verified"]}
    assert refused(stage, "intake.export", letter, asked)["needed"] == ["verification"]


def test_PR5_a_ground_opens_only_what_it_needs(stage: Stage) -> None:
    complaint = of_hall(stage)
    asked = {"request_id": "x", "ground": AGREED, "fields": ["msisdn", "name"]}

    assert refused(stage, "intake.export", complaint, asked)["refused"] == ["name"]
    assert stage.call("intake.export", complaint, asked | {"fields": ["msisdn"]}, by=BRANCH) == {"msisdn": NUMBER}


# -- PR3


def regulator(*fields: str) -> dict[str, Any]:
    return {"request_id": f"x{fields}"[:60], "body": "省通信管理局", "reference": "申诉-88", "fields": list(fields)}


def test_PR3_a_regulator_gets_the_named_fields_and_nothing_else_even_nested(stage: Stage) -> None:
    complaint = of_hall(stage, content=f"另请打{OTHER}")
    stage.call("intake.propose", complaint, {"request_id": "p", **r.PROPOSAL}, by=AGENT)
    stage.call("intake.reply", complaint, {"request_id": "q", **r.REPLY}, by=AGENT)

    told = stage.call("intake.regulator_export", complaint, regulator("content", "reply", "proposals"), by=BRANCH)

    assert told.keys() == {"content", "reply", "proposals"}
    assert told["reply"].keys() == {"at", "content", "satisfaction"}
    assert [each.keys() for each in told["proposals"]] == [{"at", "solution", "answer", "counter"}]
    everything = json.dumps(told, ensure_ascii=False)
    assert [secret for secret in (NUMBER, NAME, OTHER, "E1001") if secret in everything] == []


@pytest.mark.parametrize("field", ["history", "contacts", "customer", "handler", "no_such"])
def test_PR3_what_is_not_on_the_list_is_refused_by_name(stage: Stage, field: str) -> None:
    said = refused(stage, "intake.regulator_export", of_hall(stage), regulator("content", field))

    assert (said["rule"], said["refused"]) == ("PR3", [field])


def test_PR3_the_export_is_recorded_with_body_reference_and_fields(stage: Stage) -> None:
    complaint = of_hall(stage)
    stage.call("intake.regulator_export", complaint, regulator("serial_no", "name"), by=BRANCH)

    (entry,) = stage.call("intake.reads", complaint, by=PROVINCE)["reads"]
    assert (entry["kind"], entry["fields"]) == ("regulator", ["serial_no", "name"])
    assert (entry["recipient"], entry["reference"]) == ("省通信管理局", "申诉-88")


@pytest.mark.parametrize("by", [AGENT, DUTY_MANAGER, Actor("O1", "operator"), FINANCE])
def test_PR3_only_branch_province_and_legal_export(stage: Stage, by: Actor) -> None:
    with pytest.raises(Forbidden):
        stage.call("intake.regulator_export", of_hall(stage), regulator("content"), by=by)


def test_PR3_the_legal_office_exports_majors_only(stage: Stage) -> None:
    with pytest.raises(NotFound):
        stage.call("intake.regulator_export", of_hall(stage), regulator("content"), by=LEGAL)


# -- PR4


def test_PR4_a_partners_staff_sees_its_own_halls_complaints_only(stage: Stage) -> None:
    theirs = of_hall(stage, "SZ-NS")
    others = of_hall(stage, "SZ-FT", category="04.01.02")
    stage.deliver()

    assert stage.call("intake.get", theirs, by=PARTNER)["complaint_id"] == theirs
    for method in ("intake.get", "escalation.case"):
        with pytest.raises(NotFound):
            stage.call(method, others, by=PARTNER)


def test_PR4_it_sees_them_masked_even_as_handler(stage: Stage) -> None:
    theirs = stage.call("intake.register", r.without_none(r.PLAIN | {"hall": "SZ-NS", "request_id": "n"}), by=PARTNER)

    assert theirs["handler"] == PARTNER.sub
    shown = stage.call("intake.get", theirs["complaint_id"], by=PARTNER)
    sheet = stage.call("intake.receipt", theirs["complaint_id"], by=PARTNER)
    assert NUMBER not in json.dumps([shown, sheet], ensure_ascii=False)
    assert NAME not in json.dumps([shown, sheet], ensure_ascii=False)


def test_PR4_it_registers_in_its_own_hall_only(stage: Stage) -> None:
    for hall in ("SZ-FT", None):
        with pytest.raises(Forbidden):
            stage.call("intake.register", r.without_none(r.PLAIN | {"hall": hall, "request_id": "n"}), by=PARTNER)


@pytest.mark.parametrize("method", ["intake.read_personal", "intake.export", "refund.approve"])
def test_PR4_it_neither_reads_personal_data_nor_sends_nor_pays(stage: Stage, method: str) -> None:
    with pytest.raises(Forbidden):
        stage.call(method, "x", {}, by=Actor("M1005", "duty_manager", "SZ", "SZ-NS"))
