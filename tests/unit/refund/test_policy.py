"""policies/refunds.yml: what is wrong with it is found when it is loaded, with its place."""

from pathlib import Path

import pytest

from services.refund.policy import REFUNDS_POLICY
from services.refund.rules import RefundRules
from shared.policies import PolicyFaults, parse

DELIVERED = (Path(__file__).parents[3] / "policies" / "refunds.yml").read_text(encoding="utf-8")


def loaded(*changes: tuple[str, str]) -> RefundRules:
    text = DELIVERED
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    rules: RefundRules = parse(REFUNDS_POLICY, text).value
    return rules


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("from_fen: 3001", "from_fen: 3000", "overlaps"),
        ("pieces_within_days: 90", f"pieces_within_days: {10**30}", "less than or equal to 36500"),
        ("from_fen: 3001", "from_fen: 3002", "a gap after 3000"),
        ("from_fen: 1,", "from_fen: 2,", "begins at 1"),
        ("to_fen: 3000,", "to_fen: 0,", "Must be greater"),
        ("to_fen: 50000, ", "", "overlaps"),
        ("from_fen: 50001, levels", "from_fen: 50001, to_fen: 90000, levels", "has no end"),
        ("levels: [duty_manager, branch]", "levels: [branch, duty_manager]", "from the lowest to the highest"),
        ("levels: [duty_manager, branch, province]", "levels: [province]", "less than the band before"),
        ("levels: [duty_manager]", "levels: [boss]", "Must be one of"),
        ("to_fen: 5000,", "to_fen: 1000,", "rises"),
        ("lease_seconds: 20", "lease_seconds: 7", "longer than"),
        ("longest_wait_seconds: 1800", "longest_wait_seconds: 0.5", "not shorter"),
        ("attempts: 60", "attempts: 61", "60"),
        ("from_fen: 1,", "from_fen: 1.5,", "integer"),
        ("goodwill_refunds: 1", "goodwill: 1", "Unknown field"),
    ],
)
def test_RF12_a_faulty_policy_is_refused_and_says_why(old: str, new: str, said: str) -> None:
    with pytest.raises(PolicyFaults, match=said):
        loaded((old, new))


def test_a_fault_names_the_band() -> None:
    with pytest.raises(PolicyFaults) as refusal:
        loaded(("from_fen: 3001", "from_fen: 2999"))
    assert {fault.path for fault in refusal.value.faults} == {"approvals.bands.1"}


def test_every_amount_has_exactly_one_band() -> None:
    bands = loaded().bands
    for amount_fen in (1, 2999, 3000, 3001, 49999, 50000, 50001, 10**9):
        assert len([band for band in bands if band.holds(amount_fen)]) == 1


def test_spans_may_be_fractions_of_a_second() -> None:
    rules = loaded(("first_wait_seconds: 1 ", "first_wait_seconds: 0.25 "))
    assert rules.billing.first_wait.total_seconds() == 0.25
