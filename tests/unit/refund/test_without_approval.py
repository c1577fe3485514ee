"""Late fees (RF9), and corrections that move no money (RF10)."""

from dataclasses import replace
from typing import Any

import pytest

from services.refund import approving
from services.refund.claim import charge
from services.refund.errors import AlreadyClaimed
from services.refund.requesting import Circumstances, Pieces, draft, request
from services.refund.rules import RefundRules
from shared.errors import InvalidRequest, RuleRefused
from tests.unit.refund.makers import BRANCH, DUTY_MANAGER, NOW, Story, claim, complaint, met, rules
from tests.unit.refund.till import Till

ORDINARY = met(complaint=complaint(brand="ordinary"))
CAP = rules().late_fee.up_to_fen


def late_fee(**changes: Any) -> Any:
    usual = {"service": "违约金", "dispute_type": None, "ground": None, "principal_fen": 0, "evidence": ()}
    return claim(sort="late_fee", **(usual | {"late_fee_fen": 1200} | changes))


def correction(**changes: Any) -> Any:
    usual = {"dispute_type": None, "ground": None, "principal_fen": 0, "evidence": (), "correction": "套餐已更正"}
    return claim(sort="correction", **(usual | changes))


def taken(wanted: Any, circumstances: Circumstances, policy: RefundRules | None = None) -> list[Any]:
    return request("r-1", wanted, circumstances, NOW, policy or rules(), "v1")


def refused(wanted: Any, circumstances: Circumstances) -> RuleRefused:
    with pytest.raises(RuleRefused) as refusal:
        taken(wanted, circumstances)
    return refusal.value


def test_RF9_a_late_fee_within_the_cap_is_waived_without_approval_as_one_line() -> None:
    till = Till(wanted=late_fee(late_fee_fen=CAP), circumstances=ORDINARY)
    assert (till.refund.status, till.refund.steps, till.refund.signatures) == ("approved", (), ())
    till.pay_all()
    assert [(line.kind, line.amount_fen, line.state) for line in till.refund.lines] == [("late_fee", CAP, "paid")]
    assert till.refund.status == "paid"


def test_RF9_above_the_cap_it_is_refused_with_what_would_be_needed() -> None:
    refusal = refused(late_fee(late_fee_fen=CAP + 1), ORDINARY)
    assert (refusal.rule, refusal.details["most_fen"]) == ("RF9", CAP)
    assert refusal.details["needs"] == {"method": "request", "levels": ["duty_manager"]}


def test_RF9_waivers_in_small_steps_count_together() -> None:
    earlier = replace(ORDINARY, pieces=Pieces(claimed_fen=CAP, late_fee_fen=CAP))
    refusal = refused(late_fee(late_fee_fen=1), earlier)
    assert (refusal.rule, refusal.details["earlier_fen"]) == ("RF9", CAP)


@pytest.mark.parametrize("brand", ["vip", "gotone"])
def test_RF9_the_front_line_waives_for_ordinary_customers_only(brand: str) -> None:
    assert refused(late_fee(), met(complaint=complaint(brand=brand))).rule == "RF9"
    assert refused(late_fee(complaint_id=None, brand=brand), Circumstances()).rule == "RF9"


def test_RF9_without_a_complaint_the_brand_is_stated() -> None:
    refusal = refused(late_fee(complaint_id=None), Circumstances())
    assert (refusal.rule, refusal.details["missing"]) == ("RF9", ["brand"])
    assert taken(late_fee(complaint_id=None, brand="ordinary"), Circumstances())


def test_RF9_a_stated_brand_does_not_contradict_the_complaint() -> None:
    with pytest.raises(InvalidRequest):
        taken(late_fee(brand="vip"), ORDINARY)


def test_RF9_RF19_a_late_fee_is_a_charge_of_its_own_waived_once_a_month() -> None:
    fee = late_fee()
    assert charge(fee) != charge(claim(service=fee.service))
    assert charge(fee) == charge(late_fee(late_fee_fen=1, service="滞纳金"))
    assert charge(fee) != charge(late_fee(period="2026-09"))
    with pytest.raises(AlreadyClaimed):
        taken(fee, replace(ORDINARY, holder="r-0"))


def test_RF10_a_correction_without_money_is_recorded_at_once_without_approval() -> None:
    refund = Story(correction()).refund
    assert (refund.status, refund.lines, refund.total_fen, refund.steps) == ("closed", (), 0, ())
    assert refund.wake_at is None
    assert refund.claim.correction == "套餐已更正"


def test_RF10_RF19_a_correction_takes_no_charge_and_is_stopped_by_none() -> None:
    assert not Story(correction()).refund.holds_charge
    assert taken(correction(), met(holder="r-0"))


def test_RF10_where_the_policy_names_levels_they_sign_before_it_is_recorded() -> None:
    signed_by_the_branch = replace(rules(), correction_levels=("branch",))
    story = Story(correction(), policy=signed_by_the_branch, by=DUTY_MANAGER)
    assert (story.refund.status, story.refund.needs) == ("requested", "branch")
    assert story.then(approving.approve(story.refund, BRANCH, "", 0, signed_by_the_branch), BRANCH).status == "closed"
    assert story.refund.wake_at is None


def test_RF9_RF10_neither_has_a_ground_or_an_award() -> None:
    for wanted in (late_fee(), correction()):
        assert wanted.ground is None
        assert not [line for line in draft(wanted, ORDINARY, NOW, rules()).lines if line.kind != "late_fee"]


def test_RF9_a_waiver_of_a_month_that_is_not_billed_yet_is_refused() -> None:
    with pytest.raises(InvalidRequest):
        taken(late_fee(period="2026-12"), ORDINARY)
