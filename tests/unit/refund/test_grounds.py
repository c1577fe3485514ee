"""Which claims hold: the grounds of RF2 and what each of them asks for."""

from typing import Any

import pytest

from services.refund.claim import Confirmation, FoundBy, Unverifiable, charge
from services.refund.errors import AnotherBranch, ExceptionNotAllowed
from services.refund.requesting import Circumstances, draft, must_be_allowed, request
from shared.errors import InvalidRequest, RuleRefused
from tests.unit.refund.makers import AGENT, BRANCH, DUTY_MANAGER, NOW, PROVINCE, claim, complaint, met, rules

CANNOT = Unverifiable("cannot_verify", ("定制记录", "二次确认记录"))
TOO_LATE = Unverifiable("time_limit", ())
BY_SMS = Confirmation("sms", "二次确认上行", NOW)
ORAL = Confirmation("oral", "电话录音", NOW)


def refused(circumstances: Circumstances | None = None, **changes: Any) -> RuleRefused:
    with pytest.raises(RuleRefused) as refusal:
        request("r-1", claim(**changes), circumstances or met(), NOW, rules(), "v1")
    return refusal.value


def taken(circumstances: Circumstances | None = None, **changes: Any) -> bool:
    return bool(request("r-1", claim(**changes), circumstances or met(), NOW, rules(), "v1"))


def test_RF3_a_double_refund_pays_principal_and_an_equal_award_as_two_lines() -> None:
    lines = draft(claim(ground="double_refund", principal_fen=1560), met(), NOW, rules()).lines
    assert [(line.kind, line.amount_fen) for line in lines] == [("principal", 1560), ("award", 1560)]


def test_RF5_an_unverifiable_charge_returns_the_principal_alone() -> None:
    lines = draft(claim(ground="unverifiable", unverifiable=CANNOT), met(), NOW, rules()).lines
    assert [(line.kind, line.amount_fen) for line in lines] == [("principal", 1560)]


def test_RF16_company_fault_pays_principal_and_the_extra() -> None:
    lines = draft(claim(ground="company_fault", extra_fen=500), met(), NOW, rules()).lines
    assert [(line.kind, line.amount_fen) for line in lines] == [("principal", 1560), ("extra", 500)]


def test_RF2_the_unverifiable_ground_says_why() -> None:
    refusal = refused(ground="unverifiable", unverifiable=None)
    assert (refusal.rule, refusal.details["missing"]) == ("RF2", ["unverifiable"])


def test_RF2_what_cannot_be_verified_names_the_checks_that_were_made() -> None:
    refusal = refused(ground="unverifiable", unverifiable=Unverifiable("cannot_verify", ()))
    assert (refusal.rule, refusal.details["missing"]) == ("RF2", ["unverifiable.checks"])


@pytest.mark.parametrize("kind", ["handling", "verification"])
def test_RF2_a_time_limit_counts_once_the_clock_is_broken(kind: str) -> None:
    late = met(complaint=complaint(broken=frozenset({kind})))
    assert taken(late, ground="unverifiable", unverifiable=TOO_LATE)


@pytest.mark.parametrize("broken", [frozenset(), frozenset({"promise", "first_reply"})])
def test_RF2_a_time_limit_that_still_runs_is_no_ground(broken: frozenset[str]) -> None:
    running = met(complaint=complaint(broken=broken))
    refusal = refused(running, ground="unverifiable", unverifiable=TOO_LATE)
    assert refusal.rule == "RF2"
    assert refusal.details["needs"] == {"clock": ["handling", "verification"], "state": "broken"}


def test_RF2_without_a_complaint_no_time_limit_can_have_passed() -> None:
    found = {"complaint_id": None, "found_by": FoundBy("计费稽核", "JH-0601")}
    assert refused(Circumstances(), ground="unverifiable", unverifiable=TOO_LATE, **found).rule == "RF2"


@pytest.mark.parametrize("ground", ["double_refund", "company_fault"])
def test_RF2_a_verified_ground_needs_evidence(ground: str) -> None:
    assert refused(ground=ground, evidence=()).details == {"rule": "RF2", "missing": ["evidence"]}


def test_RF6_what_the_company_found_itself_needs_no_complaint() -> None:
    assert taken(Circumstances(), complaint_id=None, found_by=FoundBy("计费稽核", "JH-0601"))


@pytest.mark.parametrize(
    ("given", "missing"),
    [
        ({}, ["maintenance_opinion", "fault_ticket"]),
        ({"fault_ticket": "GZ-1"}, ["maintenance_opinion"]),
        ({"maintenance_opinion": "应退费"}, ["fault_ticket"]),
    ],
)
def test_RF7_a_system_cause_lacks_what_the_refusal_names(given: dict[str, str], missing: list[str]) -> None:
    refusal = refused(dispute_type="system", **given)
    assert (refusal.rule, refusal.details["missing"]) == ("RF7", missing)


def test_RF7_a_system_cause_with_opinion_and_ticket_is_taken() -> None:
    assert taken(dispute_type="system", maintenance_opinion="应退费", fault_ticket="GZ-1")


def test_RF14_a_subscription_without_confirmation_is_never_unverifiable() -> None:
    refusal = refused(dispute_type="subscription", ground="unverifiable", unverifiable=CANNOT)
    assert (refusal.rule, refusal.details["missing"]) == ("RF14", ["confirmation"])
    assert refusal.details["needs"] == {"ground": "company_fault"}


def test_RF14_a_subscription_without_confirmation_is_company_fault() -> None:
    assert taken(dispute_type="subscription", ground="company_fault")


def test_RF14_a_denied_confirmation_may_be_unverifiable() -> None:
    assert taken(dispute_type="subscription", ground="unverifiable", unverifiable=CANNOT, confirmation=BY_SMS)


@pytest.mark.parametrize("ground", ["company_fault", "unverifiable"])
def test_RF14_oral_consent_is_no_confirmation(ground: str) -> None:
    why = CANNOT if ground == "unverifiable" else None
    refusal = refused(dispute_type="subscription", ground=ground, unverifiable=why, confirmation=ORAL)
    assert refusal.rule == "RF14"


def test_RF11_an_extra_is_never_paid_on_an_unverifiable_charge() -> None:
    assert refused(ground="unverifiable", unverifiable=CANNOT, extra_fen=1).rule == "RF11"


def test_RF11_an_extra_above_the_highest_cap_is_refused_and_the_cap_is_named() -> None:
    highest = rules().extra_caps[-1].to_fen
    assert taken(extra_fen=highest)
    assert refused(extra_fen=highest + 1).details == {"rule": "RF11", "most_fen": highest}


def test_RF8_a_second_unverifiable_refund_of_a_service_is_refused() -> None:
    again = met(goodwill=frozenset({1}))
    refusal = refused(again, ground="unverifiable", unverifiable=CANNOT)
    assert (refusal.rule, refusal.details["needs"]["level"]) == ("RF8", "branch")


def test_RF8_the_branch_may_allow_it_with_a_reason() -> None:
    again = met(goodwill=frozenset({1}))
    assert taken(again, ground="unverifiable", unverifiable=CANNOT, exception="客户特殊情况")


@pytest.mark.parametrize("by", [AGENT, DUTY_MANAGER])
def test_RF8_only_the_branch_or_above_allows_an_exception(by: Any) -> None:
    with pytest.raises(ExceptionNotAllowed):
        must_be_allowed(claim(exception="特批"), by)
    must_be_allowed(claim(exception="特批"), BRANCH)
    must_be_allowed(claim(exception="特批"), PROVINCE)


@pytest.mark.parametrize("ground", ["double_refund", "company_fault"])
def test_RF8_verified_grounds_are_never_blocked_by_it(ground: str) -> None:
    assert taken(met(goodwill=frozenset({1})), ground=ground)


@pytest.mark.parametrize("spelled", ["wap 包月", "ＷＡＰ包月", " WAP　包 月 ", "WAP\u200b包月"])
def test_RF19_one_service_spelled_otherwise_is_one_charge(spelled: str) -> None:
    assert charge(claim(service=spelled)) == charge(claim(service="WAP包月")) != charge(claim(service="WAP包年"))


def test_RF19_a_second_claim_on_a_charge_is_refused_with_the_first_ones_id() -> None:
    assert refused(met(holder="r-0")).details == {"rule": "RF19", "refund_id": "r-0"}


def test_IN5_nothing_is_refunded_on_a_refused_complaint() -> None:
    assert refused(met(complaint=complaint(status="refused"))).rule == "IN5"


@pytest.mark.parametrize("channel", ["letter", "opinion_book"])
def test_IN5_no_money_before_the_call_back_has_verified_the_customer(channel: str) -> None:
    assert refused(met(complaint=complaint(channel=channel, verified=False))).rule == "IN5"
    assert taken(met(complaint=complaint(channel=channel, verified=True)))


@pytest.mark.parametrize(
    ("field", "changes"),
    [
        ("branch", {"branch": "GZ"}),
        ("msisdn", {"msisdn": "13900000999"}),
        ("period", {"period": "2026-12"}),
        ("unverifiable", {"unverifiable": CANNOT}),
    ],
)
def test_a_claim_that_contradicts_its_complaint_or_itself_names_the_field(field: str, changes: dict[str, Any]) -> None:
    with pytest.raises(InvalidRequest) as refusal:
        request("r-1", claim(**changes), met(), NOW, rules(), "v1")
    assert field in refusal.value.details


def test_nobody_claims_for_another_branch() -> None:
    with pytest.raises(AnotherBranch):
        must_be_allowed(claim(branch="GZ"), AGENT)
    must_be_allowed(claim(branch="GZ"), PROVINCE)


def test_a_quote_tells_everything_that_is_missing_at_once() -> None:
    quoted = draft(claim(dispute_type="system", ground="unverifiable"), met(holder="r-0"), NOW, rules())
    assert quoted.missing == ["unverifiable", "maintenance_opinion", "fault_ticket"]
    assert [refusal.details["rule"] for refusal in quoted.objections] == ["RF2", "RF7", "RF19"]


def test_NT2_a_claim_keeps_when_its_customer_last_asked() -> None:
    asked = met(complaint=complaint(acted_at=NOW))
    assert request("r-1", claim(), asked, NOW, rules(), "v1")[0].acted_at == NOW


@pytest.mark.parametrize("dispute_type", ["subscription", "agency", "interconnect", "sp", "billing"])
def test_RF6_a_dispute_has_one_of_the_types(dispute_type: str) -> None:
    assert taken(dispute_type=dispute_type)


@pytest.mark.parametrize(
    "sub_cause",
    [
        *("free_charged", "unlike_advertised", "change_unannounced"),
        *("not_opened", "suspended_or_closed", "after_cancelling"),
    ],
)
def test_RF6_the_six_causes_go_with_disputes_over_sp_and_billing(sub_cause: str) -> None:
    assert taken(dispute_type="sp", sub_cause=sub_cause)
    assert taken(dispute_type="billing", sub_cause=sub_cause)
    with pytest.raises(InvalidRequest) as refusal:
        taken(dispute_type="agency", sub_cause=sub_cause)
    assert list(refusal.value.details) == ["sub_cause"]


def test_RF16_RF2_company_fault_is_never_unverifiable_besides() -> None:
    with pytest.raises(InvalidRequest) as refusal:
        taken(ground="company_fault", unverifiable=CANNOT)
    assert list(refusal.value.details) == ["unverifiable"]


@pytest.mark.parametrize("ground", ["double_refund", "company_fault"])
def test_RF8_a_number_that_had_its_goodwill_still_gets_what_is_verified(ground: str) -> None:
    assert taken(met(goodwill=frozenset({1})), ground=ground)
