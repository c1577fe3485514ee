"""The principal before the facts are verified (RF4), and the three days for them (CL5)."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from services.refund import approving, pre_refunds
from services.refund.claim import Consent, FoundBy
from services.refund.course import REFUNDS
from services.refund.errors import NotNow
from services.refund.history import RefundPaid
from services.refund.outcomes import Entered, NoAnswer, Refused
from services.refund.requesting import Circumstances, Pieces, draft, request
from services.refund.sort_errors import RequesterNeverVerifies, VerifiedTooLate
from shared.aggregate import Actor
from shared.errors import RuleRefused
from tests.unit.refund.makers import (
    AGENT,
    BRANCH,
    DUTY_MANAGER,
    NOW,
    NUMBER,
    claim,
    complaint,
    met,
    rules,
    seconds,
)
from tests.unit.refund.till import Till

DUE = NOW + timedelta(hours=72)
CONSENT = Consent("B1001", "金额较小,客户坚持先退")
SURE = ("话单",)


def wanted(**changes: Any) -> Any:
    """A small pre-refund for which the branch has yet to sign."""
    usual = {"ground": "double_refund", "principal_fen": 1000, "evidence": (), "insisted": True, "consent": CONSENT}
    return claim(sort="pre_refund", **(usual | changes))


def refused(circumstances: Circumstances | None = None, **changes: Any) -> RuleRefused:
    with pytest.raises(RuleRefused) as refusal:
        request("r-1", wanted(**changes), circumstances or met(), NOW, rules(), "v1")
    return refusal.value


def paid_beforehand(**changes: Any) -> Till:
    """A pre-refund whose principal BOSS has entered."""
    till = Till(wanted=wanted(**changes))
    till.pay_all()
    return till


def verified(till: Till, upheld: bool, by: Actor = BRANCH, at: Any = NOW, due_at: Any = DUE) -> Till:
    till.then(pre_refunds.verify(till.refund, upheld, SURE, by, due_at, at, rules()), by, at)
    return till


def test_RF4_a_pre_refund_pays_the_principal_alone_and_is_then_to_be_verified() -> None:
    refund = paid_beforehand().refund
    assert [(line.kind, line.amount_fen, line.state) for line in refund.lines] == [("principal", 1000, "paid")]
    assert (refund.status, refund.verifying_since) == ("verifying", NOW)


def test_RF4_the_insistence_and_the_consent_are_recorded() -> None:
    recorded = paid_beforehand().refund.claim
    assert recorded.insisted
    assert recorded.consent == CONSENT


@pytest.mark.parametrize(
    ("changes", "missing"),
    [
        ({"insisted": False}, ["insisted"]),
        ({"consent": None}, ["consent"]),
        ({"ground": "company_fault"}, ["ground"]),
    ],
)
def test_RF4_insistence_consent_and_a_double_refund_are_asked_for(changes: Any, missing: list[str]) -> None:
    refusal = refused(**changes)
    assert (refusal.rule, refusal.details["missing"]) == ("RF4", missing)


def test_RF4_only_a_customers_complaint_is_paid_beforehand() -> None:
    found = {"complaint_id": None, "found_by": FoundBy("计费稽核", "JH-0601")}
    assert refused(Circumstances(), **found).details["missing"] == ["complaint_id"]
    assert refused(met(complaint=complaint(ticket_type="consultation"))).rule == "RF4"


def test_RF4_the_policy_caps_what_is_paid_before_it_is_verified() -> None:
    most_fen = rules().pre_refund.up_to_fen
    assert draft(wanted(principal_fen=most_fen), met(), NOW, rules()).objections == ()
    refusal = refused(principal_fen=most_fen + 1)
    assert (refusal.rule, refusal.details["most_fen"], refusal.details["needs"]) == (
        *("RF4", most_fen),
        {"method": "request"},
    )


def test_RF4_the_branch_consents_by_signing_what_an_agent_asked_for() -> None:
    story = Till(wanted=pre_refunds.with_authority(wanted(), AGENT, rules()), signed=False)
    assert story.refund.steps == ("duty_manager", "branch")
    assert [story.sign(by).status for by in (DUTY_MANAGER, BRANCH)] == ["approving", "approved"]


def test_RF4_the_branch_that_asks_itself_has_consented_and_the_bands_say_who_signs() -> None:
    asked = pre_refunds.with_authority(wanted(), BRANCH, rules())
    assert draft(asked, met(), NOW, rules()).steps == ("duty_manager",)


def test_RF4_RF12_it_is_signed_for_what_it_may_become() -> None:
    drafted = draft(wanted(principal_fen=2000), met(pieces=Pieces(500)), NOW, rules())
    assert (drafted.total_fen, drafted.counted_fen) == (2000, 4500)


def test_RF4_RF12_pieces_that_come_later_are_added_to_what_it_may_become() -> None:
    story = Till(wanted=wanted(principal_fen=400, consent=replace(CONSENT, given=True)), signed=False)
    assert story.refund.steps == ("duty_manager",)
    assert story.sign(DUTY_MANAGER, pieces_fen=2500).needs == "branch"


def test_RF4_a_principal_that_boss_refused_and_somebody_paid_by_hand_is_verified_too() -> None:
    till = Till(wanted=wanted())
    till.wake()
    till.paid(Refused("closed_day"))
    till.settled("by_hand")
    till.settled("paid")
    assert (till.refund.status, till.refund.verifying_since) == ("verifying", NOW)


def test_RF4_an_award_that_nobody_knows_of_is_asked_for_like_any_line() -> None:
    till = verified(paid_beforehand(), upheld=True)
    till.wake()
    till.paid(NoAnswer("timeout"))
    assert (till.refund.status, till.refund.present_line.kind) == ("unknown", "award")
    till.later(seconds(60)).wake()
    assert till.asked(Entered("B-9", NUMBER, 1000)) == "paid"


def test_RF4_upheld_the_equal_award_follows_by_the_same_machine() -> None:
    till = verified(paid_beforehand(), upheld=True)
    assert (till.refund.status, till.refund.total_fen, till.refund.returned_fen) == ("approved", 2000, 1000)
    till.pay_all()
    assert [(line.kind, line.amount_fen, line.state) for line in till.refund.lines] == [
        ("principal", 1000, "paid"),
        ("award", 1000, "paid"),
    ]
    assert till.refund.status == "paid"


def test_RF4_not_upheld_the_principal_stays_and_nothing_follows() -> None:
    till = verified(paid_beforehand(), upheld=False)
    assert (till.refund.status, till.refund.total_fen) == ("closed", 1000)
    assert till.wake() == []


def test_RF4_it_is_verified_once() -> None:
    for upheld in (True, False):
        till = verified(paid_beforehand(), upheld=upheld)
        with pytest.raises(NotNow):
            verified(till, upheld=True)


def test_RF4_RF19_after_its_principal_is_paid_a_pre_refund_is_not_withdrawn_before_its_award_either() -> None:
    for till in (paid_beforehand(), verified(paid_beforehand(), upheld=True)):
        with pytest.raises(NotNow):
            approving.withdraw(till.refund, DUTY_MANAGER, "重复")


def test_RF4_nothing_is_verified_before_the_principal_is_paid() -> None:
    with pytest.raises(NotNow):
        verified(Till(wanted=wanted()), upheld=True)


def test_RF4_who_asked_does_not_verify_unless_his_level_consents() -> None:
    with pytest.raises(RequesterNeverVerifies):
        verified(paid_beforehand(), upheld=True, by=AGENT)
    assert verified(paid_beforehand(), upheld=True, by=DUTY_MANAGER).refund.status == "approved"
    by_the_branch = Till(wanted=wanted(consent=replace(CONSENT, given=True)), by=BRANCH)
    by_the_branch.pay_all()
    assert verified(by_the_branch, upheld=True, by=BRANCH).refund.status == "approved"


def test_CL5_after_three_days_it_is_too_late_to_verify() -> None:
    assert verified(paid_beforehand(), upheld=True, at=DUE).refund.status == "approved"
    with pytest.raises(VerifiedTooLate) as refusal:
        verified(paid_beforehand(), upheld=True, at=DUE + seconds(1))
    assert (refusal.value.rule, refusal.value.details["due_at"]) == ("CL5", DUE.isoformat(timespec="milliseconds"))


def test_CL5_a_broken_clock_closes_it_as_unverifiable_without_an_award() -> None:
    till = paid_beforehand()
    till.then(pre_refunds.broken(till.refund, DUE, 1), BRANCH, DUE)
    assert (till.refund.status, till.refund.total_fen, till.refund.goodwill_slot) == ("closed", 1000, 1)
    assert till.refund.verification
    assert till.refund.verification.outcome == "broken"
    with pytest.raises(NotNow):
        verified(till, upheld=True)


@pytest.mark.parametrize("upheld", [True, False])
def test_CL5_a_break_that_comes_after_the_verification_changes_nothing(upheld: bool) -> None:
    assert pre_refunds.broken(verified(paid_beforehand(), upheld=upheld).refund, DUE, None) == []


def test_RF19_the_charge_of_a_pre_refund_stays_taken_whatever_becomes_of_it() -> None:
    for upheld in (True, False):
        assert verified(paid_beforehand(), upheld=upheld).refund.holds_charge


def test_a_history_from_before_pre_refunds_still_gives_its_refund() -> None:
    till = Till()
    till.pay_all()
    assert isinstance(till.history[-1][0], RefundPaid)
    assert REFUNDS.fold(None, till.history) == till.refund
    assert till.refund.status == "paid"
