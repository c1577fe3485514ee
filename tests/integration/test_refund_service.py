"""What refund takes and what it refuses, from a plain Nameko caller, with intake beside it."""

from collections.abc import Iterator
from typing import Any

import pytest

from services.intake.service import IntakeService
from services.refund.service import RefundService
from tests.integration.refund_counter import (
    Counter,
    at_once,
    claim,
    command,
    new_id,
    new_number,
    opened,
    refused,
    soon,
)

CANNOT = {"why": "cannot_verify", "checks": ["定制记录", "终端无法核实"]}
BY_SMS = {"kind": "sms", "reference": "二次确认上行", "at": "2026-10-03T10:00:00+08:00"}
UNVERIFIABLE = {"ground": "unverifiable", "unverifiable": CANNOT}


@pytest.fixture(scope="module")
def counter(
    make_settings: Any, start_service: Any, make_client: Any, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Counter]:
    tools = make_settings, start_service, make_client
    with opened(tools, tmp_path_factory.mktemp("counter"), RefundService, IntakeService) as counter:
        yield counter


def of_complaint(counter: Counter, **changes: Any) -> dict[str, Any]:
    """A claim on a complaint that intake has taken, of a number of its own."""
    number = new_number()
    request = {
        "request_id": new_id(),
        "ticket_type": "complaint",
        "channel": "hotline",
        "handling": "record_only",
        "customer": {"msisdn": number, "name": "陈先生", "brand": "gotone"},
        "verification": {"method": "calling_number", "verified": True},
        "category": "04.01.01",
        "content": "话费有误",
        "branch": "SZ",
    }
    complaint = counter.client("agent").intake.register(request)
    return claim(complaint_id=complaint["complaint_id"], msisdn=number, **changes)


def test_RF3_a_complaints_charge_error_is_refunded_double_after_two_signatures(counter: Counter) -> None:
    wanted = of_complaint(counter, ground="double_refund", principal_fen=1560)
    refund = counter.agent.request(wanted)
    assert (refund["status"], refund["total_fen"], refund["needs"]) == ("requested", 3120, {"level": "duty_manager"})
    assert [(line["kind"], line["amount_fen"]) for line in refund["lines"]] == [("principal", 1560), ("award", 1560)]

    approving = counter.duty_manager.approve(refund["refund_id"], command(comment="同意双倍返还"))
    assert (approving["status"], approving["needs"]) == ("approving", {"level": "branch"})
    assert counter.branch.approve(refund["refund_id"], command())["status"] == "approved"

    paid = counter.settles(refund["refund_id"])
    assert (paid["status"], paid["shows_in"]) == ("paid", "2026-12")
    assert [step["by"] for step in paid["approvals"]] == ["M1001", "B1001"]
    booked = counter.boss.entries(wanted["msisdn"])
    assert booked == {f"{refund['refund_id']}:principal": 1560, f"{refund['refund_id']}:award": 1560}


def test_a_complaint_whose_copy_is_missing_is_asked_for_in_intake(counter: Counter) -> None:
    wanted = of_complaint(counter)
    copies = counter.database["complaints"]
    soon(lambda: copies.find_one({"_id": wanted["complaint_id"]}))
    copies.delete_one({"_id": wanted["complaint_id"]})
    assert counter.agent.request(wanted)["complaint_id"] == wanted["complaint_id"]
    assert copies.find_one({"_id": wanted["complaint_id"]})


def test_an_unknown_complaint_and_another_branches_look_the_same(counter: Counter) -> None:
    foreign = of_complaint(counter)
    with refused("NotFound"):
        counter.agent.request(claim(complaint_id="no-such-complaint"))
    with refused("NotFound"):
        counter.stranger.request(foreign | {"branch": "GZ"})
    with refused("Forbidden"):
        counter.stranger.request(foreign)


def test_the_claim_goes_to_the_number_of_the_complaint(counter: Counter) -> None:
    with refused("InvalidRequest") as refusal:
        counter.agent.request(of_complaint(counter) | {"msisdn": new_number()})
    assert list(refusal.details) == ["msisdn"]


def test_RF6_a_charge_that_the_company_found_itself_needs_no_complaint(counter: Counter) -> None:
    refund = counter.agent.request(claim())
    assert refund["complaint_id"] is None
    assert refund["found_by"] == {"department": "计费稽核", "reference": "JH-0601"}


def test_the_same_request_again_answers_as_it_did_first_and_does_nothing_twice(counter: Counter) -> None:
    wanted = claim()
    first = counter.agent.request(wanted)
    counter.duty_manager.approve(first["refund_id"], command())
    assert counter.agent.request(wanted) == first
    with refused("Conflict"):
        counter.agent.request(wanted | {"principal_fen": 991})


def test_the_same_request_from_many_connections_at_once_is_one_refund(counter: Counter) -> None:
    wanted = claim()
    callers = counter.crowd(5, sub="E1001")
    answers = at_once([lambda caller=caller: caller.request(wanted) for caller in callers])
    assert {answer["refund_id"] for answer in answers} == {answers[0]["refund_id"]}
    assert len(counter.agent.search({"msisdn": wanted["msisdn"]})["items"]) == 1


def test_RF19_claims_on_one_charge_at_once_make_one_refund_however_its_service_is_spelt(counter: Counter) -> None:
    wanted = claim(service="WAP 上网")
    spelt = ["WAP 上网", "wap 上网", "WAP  上网", "ＷＡＰ 上网", " WAP 上网", "Wap 上网"]
    acts = [
        lambda caller=caller, service=service: caller.request(wanted | {"request_id": new_id(), "service": service})
        for caller, service in zip(counter.crowd(6), spelt, strict=True)
    ]
    answers = at_once(acts)
    (made,) = [answer for answer in answers if "status" in answer]
    assert [answer for answer in answers if answer is not made] == [
        {"rule": "RF19", "refund_id": made["refund_id"]}
    ] * 5


def test_RF19_a_withdrawn_or_rejected_claim_frees_its_charge(counter: Counter) -> None:
    wanted = claim()
    first = counter.agent.request(wanted)["refund_id"]
    with refused("RuleRefused", "RF19") as refusal:
        counter.colleague.request(wanted | {"request_id": new_id()})
    assert refusal.details["refund_id"] == first
    assert counter.agent.withdraw(first, command(reason="填错"))["status"] == "withdrawn"
    second = counter.colleague.request(wanted | {"request_id": new_id()})["refund_id"]
    assert counter.duty_manager.reject(second, command(reason="证据不足"))["status"] == "rejected"
    assert counter.agent.request(wanted | {"request_id": new_id()})["status"] == "requested"


def test_RF8_a_further_unverifiable_refund_of_a_service_needs_the_branch(counter: Counter) -> None:
    number = new_number()
    counter.agent.request(claim(msisdn=number, **UNVERIFIABLE))
    again = claim(msisdn=number, period="2026-09", **UNVERIFIABLE)
    with refused("RuleRefused", "RF8") as refusal:
        counter.agent.request(again)
    assert refusal.details["needs"] == {"level": "branch", "field": "exception"}
    with refused("Forbidden"):
        counter.duty_manager.request(again | {"exception": "客户特殊情况"})
    assert counter.branch.request(again | {"exception": "客户特殊情况"})["exception"] == "客户特殊情况"
    assert counter.agent.request(claim(msisdn=number, period="2026-08"))["status"] == "requested"
    assert counter.agent.request(claim(msisdn=number, service="彩信", **UNVERIFIABLE))["status"] == "requested"


def test_RF8_unverifiable_claims_at_once_do_not_pass_together(counter: Counter) -> None:
    number = new_number()
    wanted = [claim(msisdn=number, period=f"2026-0{month}", **UNVERIFIABLE) for month in range(1, 5)]
    callers = counter.crowd(4)
    answers = at_once([lambda pair=pair: pair[0].request(pair[1]) for pair in zip(callers, wanted, strict=True)])
    assert sorted(answer.get("rule") or answer["status"] for answer in answers) == ["RF8", "RF8", "RF8", "requested"]


def test_RF5_a_time_limit_is_a_ground_once_escalation_says_the_clock_broke(counter: Counter) -> None:
    wanted = of_complaint(counter, ground="unverifiable", unverifiable={"why": "time_limit", "checks": []})
    case = {"complaint_id": wanted["complaint_id"]}
    clock = {"clock_id": "c1", "kind": "handling"}
    with refused("RuleRefused", "RF2"):
        counter.agent.request(wanted)
    counter.tell("escalation", "clock_broken", case | {"seq": 2, "clocks": [clock | {"state": "broken"}]})
    soon(lambda: counter.agent.quote(wanted)["refusals"] == [])
    counter.tell("escalation", "case_opened", case | {"seq": 1, "clocks": [clock | {"state": "running"}]})
    counter.tell("escalation", "clock_broken", {"complaint_id": new_id(), "seq": 1, "clocks": []})
    soon(lambda: counter.database["complaints"].count_documents({"case_seq": 1}))
    lines = counter.agent.request(wanted)["lines"]
    assert [(line["kind"], line["amount_fen"]) for line in lines] == [("principal", 990)]


def test_RF7_the_refusal_names_what_a_system_cause_lacks(counter: Counter) -> None:
    wanted = claim(dispute_type="system", ground="double_refund")
    with refused("RuleRefused", "RF7") as refusal:
        counter.agent.request(wanted)
    assert refusal.details["missing"] == ["maintenance_opinion", "fault_ticket"]
    complete = wanted | {"maintenance_opinion": "应退费", "fault_ticket": "GZ-20261123-017"}
    assert counter.agent.request(complete)["fault_ticket"] == "GZ-20261123-017"


def test_RF14_without_confirmation_a_subscription_is_never_unverifiable(counter: Counter) -> None:
    wanted = claim(dispute_type="subscription", **UNVERIFIABLE)
    with refused("RuleRefused", "RF14"):
        counter.agent.request(wanted)
    with refused("RuleRefused", "RF14"):
        counter.agent.request(wanted | {"confirmation": BY_SMS | {"kind": "oral"}})
    assert counter.agent.request(wanted | {"confirmation": BY_SMS})["status"] == "requested"


def test_a_quote_tells_lines_steps_and_what_is_missing_and_changes_nothing(counter: Counter) -> None:
    wanted = claim(dispute_type="system", ground="double_refund", principal_fen=30000)
    quote = counter.agent.quote(wanted)
    assert quote["total_fen"] == 60000
    assert quote["lines"] == [{"kind": "principal", "amount_fen": 30000}, {"kind": "award", "amount_fen": 30000}]
    assert quote["steps"] == ["duty_manager", "branch", "province"]
    assert quote["missing"] == ["maintenance_opinion", "fault_ticket"]
    assert [refusal["details"]["rule"] for refusal in quote["refusals"]] == ["RF7"]
    assert counter.agent.search({"msisdn": wanted["msisdn"]})["items"] == []


def test_a_quote_of_what_was_requested_already_does_not_stumble_over_itself(counter: Counter) -> None:
    wanted = claim(**UNVERIFIABLE)
    counter.agent.request(wanted)
    assert counter.agent.quote(wanted)["refusals"] == []
