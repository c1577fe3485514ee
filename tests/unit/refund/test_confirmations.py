"""What confirms a subscription (RF14), what else is asked of it (RF15), and the traffic before the fee page."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from services.refund.claim import Check, Confirmation, Unverifiable
from services.refund.lines import key_of
from services.refund.requesting import request
from services.refund.rules import RefundRules
from shared.errors import InvalidRequest, RuleRefused, TousuError
from tests.unit.refund.makers import NOW, claim, met, rules
from tests.unit.refund.till import Till

THEN = NOW - timedelta(days=30)
RECORD = Confirmation("wap", "确认页", THEN)
FOUND = Check(True, "二次确认上行", THEN + timedelta(minutes=1))
NOT_FOUND = Check(False)
DENIED = {
    "dispute_type": "subscription",
    "ground": "unverifiable",
    "unverifiable": Unverifiable("cannot_verify", ("定制记录",)),
}


def taken(policy: RefundRules | None = None, **changes: Any) -> bool:
    return bool(request("r-1", claim(**changes), met(), NOW, policy or rules(), "v1"))


def refused(error: type[TousuError], policy: RefundRules | None = None, **changes: Any) -> TousuError:
    with pytest.raises(error) as refusal:
        taken(policy, **changes)
    return refusal.value


def test_RF15_a_whole_record_that_the_customer_denies_may_be_unverifiable() -> None:
    whole = replace(RECORD, second_confirmation=FOUND, after_trial=FOUND, fee_page_at=THEN - timedelta(minutes=1))
    assert taken(**DENIED, confirmation=whole)


@pytest.mark.parametrize("check", ["second_confirmation", "after_trial"])
def test_RF15_where_a_named_check_was_not_found_it_is_company_fault_never_unverifiable(check: str) -> None:
    lacking = replace(RECORD, **{check: NOT_FOUND})
    refusal = refused(RuleRefused, **DENIED, confirmation=lacking)
    assert refusal.details["rule"] == "RF15"
    assert refusal.details["missing"] == [f"confirmation.{check}"]
    assert refusal.details["needs"] == {"ground": "company_fault"}
    assert taken(dispute_type="subscription", ground="company_fault", confirmation=lacking)


def test_RF15_a_policy_may_ask_for_checks_to_be_named_in_every_subscription_dispute() -> None:
    strict = replace(rules(), confirmation_checks=("second_confirmation",))
    refusal = refused(RuleRefused, strict, **DENIED, confirmation=RECORD)
    assert (refusal.details["rule"], refusal.details["missing"]) == ("RF15", ["confirmation.second_confirmation"])
    assert taken(strict, **DENIED, confirmation=replace(RECORD, second_confirmation=FOUND))


@pytest.mark.parametrize("name", ["at", "fee_page_at", "second_confirmation", "after_trial"])
def test_RF14_RF15_nothing_was_confirmed_in_the_future(name: str) -> None:
    later = NOW + timedelta(seconds=1)
    value = later if name in ("at", "fee_page_at") else replace(FOUND, at=later)
    refusal = refused(InvalidRequest, **DENIED, confirmation=replace(RECORD, **{name: value}))
    assert list(refusal.details) == [f"confirmation.{name}"]


def test_RF15_what_was_confirmed_before_the_fee_was_shown_confirms_no_fee() -> None:
    shown_later = replace(RECORD, fee_page_at=THEN + timedelta(seconds=1))
    refusal = refused(InvalidRequest, **DENIED, confirmation=shown_later)
    assert list(refusal.details) == ["confirmation.fee_page_at"]


@pytest.mark.parametrize("check", ["second_confirmation", "after_trial"])
def test_RF15_a_further_confirmation_does_not_come_before_the_first(check: str) -> None:
    too_early = replace(FOUND, at=THEN - timedelta(seconds=1))
    refusal = refused(InvalidRequest, **DENIED, confirmation=replace(RECORD, **{check: too_early}))
    assert list(refusal.details) == [f"confirmation.{check}"]


def test_RF15_traffic_before_the_fee_page_is_a_principal_line_of_its_own_with_its_own_key() -> None:
    till = Till(principal_fen=1000, pre_page_fen=40)
    till.pay_all()
    lines = [(line.kind, line.amount_fen, key_of("r-1", line), line.state) for line in till.refund.lines]
    assert lines == [
        ("principal", 1000, "r-1:principal", "paid"),
        ("principal", 40, "r-1:principal:pre_page", "paid"),
    ]


def test_RF15_RF3_the_award_equals_the_disputed_charge_traffic_before_the_page_is_waived_not_doubled() -> None:
    lines = Till(ground="double_refund", principal_fen=1000, pre_page_fen=40).refund.lines
    assert [(line.kind, line.amount_fen) for line in lines] == [("principal", 1000), ("principal", 40), ("award", 1000)]


def test_RF1_the_keys_of_lines_that_have_no_parts_are_what_they_always_were() -> None:
    lines = Till(ground="double_refund", extra_fen=500).refund.lines
    assert [key_of("r-1", line) for line in lines] == ["r-1:principal", "r-1:award", "r-1:extra"]
