"""Who signs (RF12)."""

from dataclasses import replace
from datetime import datetime

import pytest

from services.refund import approving
from services.refund.approvals import Signature, steps_for, unsigned
from services.refund.claim import Unverifiable
from services.refund.errors import LevelTooLow, NotNow, NotYours, RequesterNeverApproves, SignedBefore
from services.refund.requesting import Pieces
from services.refund.rules import Band
from shared.aggregate import Actor
from tests.unit.refund.makers import AGENT, BRANCH, DUTY_MANAGER, NOW, PROVINCE, Story, claim, met, rules

OTHER_BRANCH_PERSON = Actor("B1002", "branch", "SZ")


@pytest.mark.parametrize(
    ("total_fen", "levels"),
    [
        (1, ("duty_manager",)),
        (3000, ("duty_manager",)),
        (3001, ("duty_manager", "branch")),
        (50000, ("duty_manager", "branch")),
        (50001, ("duty_manager", "branch", "province")),
    ],
)
def test_RF12_the_total_finds_its_band(total_fen: int, levels: tuple[str, ...]) -> None:
    assert Story(claim(principal_fen=total_fen)).refund.steps == levels


def test_RF12_the_award_counts_in_the_total() -> None:
    assert Story(claim(ground="double_refund", principal_fen=1560)).refund.steps == ("duty_manager", "branch")


def test_RF12_a_claim_split_in_pieces_counts_by_its_sum() -> None:
    piece = Story(claim(principal_fen=2000), met(pieces=Pieces(2000))).refund
    assert (piece.counted_fen, piece.steps) == (4000, ("duty_manager", "branch"))


def test_RF12_pieces_that_came_after_the_request_are_counted_at_the_signature() -> None:
    story = Story(claim(principal_fen=2000))
    signed = story.sign(DUTY_MANAGER, pieces_fen=2000)
    assert (signed.status, signed.needs, signed.steps) == ("approving", "branch", ("duty_manager", "branch"))


def test_RF12_fewer_pieces_never_take_a_step_away() -> None:
    story = Story(claim(principal_fen=2000), met(pieces=Pieces(2000)))
    assert story.sign(DUTY_MANAGER, pieces_fen=0).status == "approving"


def test_RF12_steps_are_signed_in_order_and_the_last_one_approves() -> None:
    story = Story(claim(principal_fen=60000))
    assert [story.sign(by).status for by in (DUTY_MANAGER, BRANCH, PROVINCE)] == ["approving", "approving", "approved"]
    assert [signature.level for signature in story.refund.signatures] == ["duty_manager", "branch", "province"]


def test_RF12_a_lower_level_does_not_sign_for_a_higher_one() -> None:
    story = Story(claim(principal_fen=5000))
    story.sign(DUTY_MANAGER)
    with pytest.raises(LevelTooLow) as refusal:
        story.sign(Actor("M1002", "duty_manager", "SZ"))
    assert refusal.value.details["needs"] == {"level": "branch"}


def test_RF12_a_higher_level_signs_for_a_lower_one() -> None:
    assert Story(claim(principal_fen=100)).sign(PROVINCE).status == "approved"


def test_RF12_one_signature_of_a_higher_level_is_still_one_signature() -> None:
    story = Story(claim(principal_fen=5000))
    assert story.sign(BRANCH).needs == "branch"
    with pytest.raises(SignedBefore):
        story.sign(BRANCH)
    assert story.sign(OTHER_BRANCH_PERSON).status == "approved"


def test_RF12_one_person_signs_once_in_whatever_role() -> None:
    story = Story(claim(principal_fen=5000))
    story.sign(DUTY_MANAGER)
    with pytest.raises(SignedBefore):
        story.sign(Actor(DUTY_MANAGER.sub, "branch", "SZ"))


def test_RF12_the_requester_neither_approves_nor_rejects() -> None:
    story = Story(by=DUTY_MANAGER)
    with pytest.raises(RequesterNeverApproves):
        story.sign(Actor(DUTY_MANAGER.sub, "province"))
    with pytest.raises(RequesterNeverApproves):
        approving.reject(story.refund, DUTY_MANAGER, "不同意")


def test_RF12_what_is_approved_is_not_signed_again() -> None:
    story = Story(claim(principal_fen=100)).approved()
    with pytest.raises(NotNow):
        story.sign(BRANCH)


def test_RF11_a_larger_extra_needs_the_branch() -> None:
    small, large = rules().extra_caps
    assert Story(claim(principal_fen=100, extra_fen=small.to_fen)).refund.steps == ("duty_manager",)
    assert Story(claim(principal_fen=100, extra_fen=large.to_fen)).refund.steps[-1] == "branch"


def test_RF2_the_duty_manager_confirms_what_cannot_be_verified_even_where_no_band_asks() -> None:
    free = replace(rules(), bands=(Band(1, None, ()),))
    cannot = claim(ground="unverifiable", unverifiable=Unverifiable("cannot_verify", ("查",)))
    assert steps_for(cannot, 100, free) == ("duty_manager",)
    assert steps_for(claim(), 100, free) == ()


def test_a_rejected_claim_needs_nobody_any_more() -> None:
    story = Story(claim(principal_fen=5000))
    story.sign(DUTY_MANAGER)
    rejected = story.then(approving.reject(story.refund, BRANCH, "证据不足"), BRANCH)
    assert (rejected.status, rejected.needs, rejected.holds_charge) == ("rejected", None, False)


def test_a_level_below_the_waiting_step_does_not_reject() -> None:
    story = Story(claim(principal_fen=5000))
    story.sign(DUTY_MANAGER)
    with pytest.raises(LevelTooLow):
        approving.reject(story.refund, DUTY_MANAGER, "不同意")


def test_the_requester_and_any_manager_may_withdraw_before_payment() -> None:
    for by in (AGENT, DUTY_MANAGER, BRANCH):
        story = Story(claim(principal_fen=100)).approved()
        assert story.then(approving.withdraw(story.refund, by, "重复"), by).status == "withdrawn"


def test_another_agent_does_not_withdraw() -> None:
    with pytest.raises(NotYours):
        approving.withdraw(Story().refund, Actor("E1002", "agent", "SZ"), "重复")


def signature(role: str, at: datetime = NOW) -> Signature:
    return Signature("duty_manager", role, role, at)


@pytest.mark.parametrize(
    ("steps", "roles", "waiting"),
    [
        (("duty_manager", "branch"), (), ("duty_manager", "branch")),
        (("duty_manager", "branch"), ("branch",), ("branch",)),  # it serves the first step it reaches
        (("duty_manager", "branch", "province"), ("duty_manager",), ("branch", "province")),
        (("branch", "branch"), ("branch",), ("branch",)),  # two persons of one level
        (("branch", "province"), ("province", "province"), ()),
    ],
)
def test_each_signature_serves_one_step(
    steps: tuple[str, ...], roles: tuple[str, ...], waiting: tuple[str, ...]
) -> None:
    assert unsigned(steps, [signature(role) for role in roles]) == waiting  # type: ignore[arg-type]
