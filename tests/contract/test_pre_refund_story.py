"""A pre-refund through all services: paid, told, timed, verified or broken (RF4, CL5)."""

from itertools import permutations
from typing import Any

import pytest

from shared.errors import Conflict, RuleRefused
from suite.rehearsal import requests as r
from suite.rehearsal.acting import ask, live, registered
from suite.rehearsal.people import AGENT, BRANCH, DUTY_MANAGER, WORDS
from suite.rehearsal.refunds import SIGNED, entered, pay
from suite.rehearsal.stage import Stage, hour

VERIFIED = {"evidence": [WORDS]}
UPHELD, NOT_UPHELD = VERIFIED | {"upheld": True}, VERIFIED | {"upheld": False}
SIMPLE = {name: value for name, value in r.PRE_REFUND.items() if name != "pre_page_fen"}


def complaint(stage: Stage) -> str:
    """A complaint that was replied to, so that only the pre-refund can raise its level."""
    complaint_id = registered(stage, r.PLAIN)
    live(stage, complaint_id, (1, AGENT, "intake.reply", r.REPLY))
    return complaint_id


def paid_beforehand(stage: Stage, complaint_id: str, service: str = "彩铃", at: float = 2) -> str:
    wanted = SIMPLE | {"complaint_id": complaint_id, "service": service}
    refund_id = str(ask(stage, "refund.pre_refund", wanted, AGENT, at)["refund_id"])
    live(stage, refund_id, (at, DUTY_MANAGER, "refund.approve", SIGNED), (at, BRANCH, "refund.approve", SIGNED))
    pay(stage, refund_id, entered(1560))
    return refund_id


def clocks(stage: Stage, complaint_id: str) -> dict[str, tuple[str, str]]:
    """State and due time of each verification clock, by refund."""
    case = stage.call("escalation.case", complaint_id, by=AGENT)
    return {
        each["clock_id"]: (each["state"], each["due_at"]) for each in case["clocks"] if each["kind"] == "verification"
    }


def level(stage: Stage, complaint_id: str) -> str:
    return str(stage.call("escalation.case", complaint_id, by=AGENT)["level"])


def told(stage: Stage, template: str) -> list[str]:
    """The texts of this template that were sent to somebody."""
    return [saved.state.text for saved in stage.messages.known.values() if saved.state.template == template]


@pytest.fixture
def stage() -> Stage:
    return Stage()


def test_CL5_the_verification_clock_runs_three_days_from_the_payment(stage: Stage) -> None:
    complaint_id = complaint(stage)
    refund_id = paid_beforehand(stage, complaint_id)
    [(state, due_at)] = clocks(stage, complaint_id).values()
    assert (state, due_at) == ("running", hour(2 + 72).isoformat(timespec="milliseconds"))
    assert list(clocks(stage, complaint_id)) == [refund_id]


def test_RF4_the_customer_is_told_that_it_is_verified_within_three_days(stage: Stage) -> None:
    paid_beforehand(stage, complaint(stage))
    [text] = told(stage, "pre_refund_paid")
    assert "15.60" in text
    assert "3天内核实" in text
    assert told(stage, "refund_paid") == []


def test_RF4_upheld_in_time_the_award_is_paid_and_told_and_the_clock_is_met(stage: Stage) -> None:
    complaint_id = complaint(stage)
    refund_id = paid_beforehand(stage, complaint_id)
    live(stage, refund_id, (50, BRANCH, "refund.verify", UPHELD))
    pay(stage, refund_id, entered(1560))
    refund = stage.call("refund.get", refund_id, by=AGENT)
    assert (refund["status"], refund["total_fen"]) == ("paid", 3120)
    assert clocks(stage, complaint_id)[refund_id][0] == "met"
    assert ["15.60" in text for text in told(stage, "refund_paid")] == [True]
    stage.pass_time(hour(200))
    assert level(stage, complaint_id) == "agent"


def test_RF4_not_upheld_the_customer_keeps_the_principal_and_is_told(stage: Stage) -> None:
    complaint_id = complaint(stage)
    refund_id = paid_beforehand(stage, complaint_id)
    live(stage, refund_id, (50, BRANCH, "refund.verify", NOT_UPHELD))
    assert stage.call("refund.get", refund_id, by=AGENT)["status"] == "closed"
    assert ["15.60" in text for text in told(stage, "pre_refund_not_upheld")] == [True]
    assert clocks(stage, complaint_id)[refund_id][0] == "met"


def test_CL5_RF4_a_broken_clock_raises_one_level_and_closes_the_refund_without_an_award(stage: Stage) -> None:
    complaint_id = complaint(stage)
    refund_id = paid_beforehand(stage, complaint_id)
    stage.pass_time(hour(74))
    assert clocks(stage, complaint_id)[refund_id][0] == "broken"
    assert level(stage, complaint_id) == "duty_manager"
    refund = stage.call("refund.get", refund_id, by=AGENT)
    assert (refund["status"], refund["total_fen"], refund["verification"]["outcome"]) == ("closed", 1560, "broken")
    assert len(told(stage, "pre_refund_kept")) == 1
    with pytest.raises(Conflict):
        stage.call("refund.verify", refund_id, UPHELD | {"request_id": "too-late"}, by=BRANCH)


def test_CL5_too_late_is_refused_even_before_anybody_noticed_the_break(stage: Stage) -> None:
    refund_id = paid_beforehand(stage, complaint(stage))
    stage.clock.at = hour(74.001)
    with pytest.raises(RuleRefused) as refusal:
        stage.call("refund.verify", refund_id, UPHELD | {"request_id": "too-late"}, by=BRANCH)
    assert refusal.value.rule == "CL5"


def test_RF4_each_pre_refund_of_a_complaint_has_its_own_clock(stage: Stage) -> None:
    complaint_id = complaint(stage)
    first, second = (paid_beforehand(stage, complaint_id, service, at) for service, at in (("彩铃", 2), ("彩信", 12)))
    live(stage, second, (20, BRANCH, "refund.verify", NOT_UPHELD))
    states = {refund_id: state for refund_id, (state, _) in clocks(stage, complaint_id).items()}
    assert states == {first: "running", second: "met"}
    stage.pass_time(hour(75))
    assert {refund_id: state for refund_id, (state, _) in clocks(stage, complaint_id).items()} == {
        first: "broken",
        second: "met",
    }


def test_RF2_a_broken_verification_clock_is_a_time_limit_that_has_passed(stage: Stage) -> None:
    complaint_id = complaint(stage)
    paid_beforehand(stage, complaint_id)
    late = r.BARE_CLAIM | {"complaint_id": complaint_id, "service": "彩信", "ground": "unverifiable"}
    late |= {"unverifiable": {"why": "time_limit", "checks": []}}
    with pytest.raises(RuleRefused) as refusal:
        ask(stage, "refund.request", late, AGENT, 73)
    assert refusal.value.rule == "RF2"
    assert ask(stage, "refund.request", late, AGENT, 75)["total_fen"] == 1560


def test_RF8_a_pre_refund_that_nobody_verified_counts_as_unverifiable(stage: Stage) -> None:
    complaint_id = complaint(stage)
    paid_beforehand(stage, complaint_id)
    again = r.UNVERIFIABLE | {"complaint_id": complaint_id, "period": "2026-09"}
    stage.pass_time(hour(75))
    with pytest.raises(RuleRefused) as refusal:
        ask(stage, "refund.request", again, AGENT, 76)
    assert refusal.value.rule == "RF8"


def test_a_withdrawn_complaint_starts_no_clock(stage: Stage) -> None:
    complaint_id = registered(stage, r.PLAIN)
    live(stage, complaint_id, (1, AGENT, "intake.withdraw", r.REASON))
    paid_beforehand(stage, complaint_id)
    assert clocks(stage, complaint_id) == {}


class Held(Stage):
    """Refund's events for escalation are held back; everything else arrives."""

    def __init__(self) -> None:
        super().__init__()
        self.held: list[Any] = []

    def hand(self, told: Any, handler: Any) -> None:
        if (told.service, handler.service) == ("refund", "escalation"):
            self.held.append((told, handler))
        else:
            super().hand(told, handler)


def ended_as(order: tuple[int, ...]) -> tuple[Any, ...]:
    """What the case is like when refund's events come in this order, some of them twice or never."""
    stage = Held()
    complaint_id = complaint(stage)
    refund_id = paid_beforehand(stage, complaint_id)
    live(stage, refund_id, (50, BRANCH, "refund.verify", UPHELD))
    pay(stage, refund_id, entered(1560))
    for number in order:
        Stage.hand(stage, *stage.held[number])
    stage.deliver()
    before = stage.cases.known[complaint_id].v
    for held in stage.held:
        Stage.hand(stage, *held)
    assert stage.cases.known[complaint_id].v - before == len(stage.held) - 1 - max(order), "only what is newer is news"
    case = stage.call("escalation.case", complaint_id, by=AGENT)
    assert [clock["kind"] for clock in case["clocks"]].count("verification") == 1
    return clocks(stage, complaint_id)[refund_id], level(stage, complaint_id)


@pytest.mark.parametrize(
    "order", [*permutations(range(3)), (1,), (2,), (0, 1), (0, 2), (2, 0), (1, 1, 0), (0, 0, 1, 2, 2)]
)
def test_RF4_no_order_no_gap_and_no_repetition_of_the_news_harms_the_case(order: tuple[int, ...]) -> None:
    assert ended_as(order) == (("met", hour(74).isoformat(timespec="milliseconds")), "agent")
