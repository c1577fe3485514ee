"""The notify chain: who is told of a rise by name, one after the other, and who failed (ES11)."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from services.escalation import errors
from services.escalation.follow import fire
from services.escalation.ladder import accept, escalate, hand_back
from services.escalation.walking import acknowledge, report_unreachable
from shared.aggregate import Actor
from shared.policies import PolicyFaults, parse
from shared.policies.organisation import ORGANISATION
from suite.rehearsal import requests as r
from suite.rehearsal.acting import live, registered
from suite.rehearsal.people import AGENT as CALLER
from suite.rehearsal.stage import Stage
from tests.unit.escalation.makers import AGENT, BRANCH, DUTY_MANAGER, FOLDER, SYSTEM, Story, facts, hour, rules

CONTACT = Actor("E1004", "agent", "SZ")  # first of the complaint team's chain in Shenzhen; then M1001
WEEKEND = 5 * 24  # hours from Monday 09:00 to Saturday 09:00
SHIPPED = (FOLDER / "organisation.yml").read_text(encoding="utf-8")


def risen(at: float = 1, **changes: object) -> Story:
    story = Story(facts(**changes))
    story.do(escalate, "beyond me", by=AGENT, now=hour(at))
    return story


def told(story: Story) -> list[tuple[str | None, datetime]]:
    return [(step.who, step.at) for step in story.now.steps if step.step == "chain_told"]


def failed(story: Story) -> list[tuple[str | None, str | None, str]]:
    return [(step.who, step.cause, step.by) for step in story.now.steps if step.step == "chain_failed"]


def test_ES11_a_rise_is_told_to_the_first_of_the_departments_chain_at_once() -> None:
    story = risen()

    assert told(story) == [("E1004", hour(1))]
    assert story.now.walk is not None
    assert story.now.walk.next_at == hour(1.5)


def test_ES11_without_acknowledgement_the_next_one_is_told_and_who_was_idle_is_on_record() -> None:
    story = risen()

    story.fire(hour(1.5) - timedelta(milliseconds=1))
    assert told(story) == [("E1004", hour(1))]
    story.fire(hour(2.5))

    assert told(story) == [("E1004", hour(1)), ("M1001", hour(1.5))]
    assert failed(story) == [("E1004", "idle", SYSTEM.sub), ("M1001", "idle", SYSTEM.sub)]
    assert "chain_exhausted" in [step.step for step in story.now.steps]
    assert story.now.walk is None
    assert story.now.awaiting == "duty_manager", "the acceptance clock runs on"


def test_ES11_an_acknowledgement_ends_the_walk_but_not_the_acceptance_clock() -> None:
    story = risen()

    story.do(acknowledge, by=CONTACT, now=hour(1.2))
    story.fire(hour(2.9))

    assert len(told(story)) == 1
    assert (story.now.steps[-1].step, story.now.steps[-1].by) != ("chain_exhausted", SYSTEM.sub)
    assert ("chain_acknowledged", "E1004") in [(step.step, step.by) for step in story.now.steps]
    story.fire(hour(3))
    assert story.now.awaiting == "branch", "who acknowledges and does nothing is passed over"


def test_ES11_taking_the_case_over_ends_the_walk() -> None:
    story = risen()

    story.do(accept, by=DUTY_MANAGER, now=hour(1.2))
    story.fire(hour(3))

    assert (len(told(story)), failed(story)) == (1, [])


def test_ES11_handing_back_and_a_reply_end_the_walk_too() -> None:
    handed, answered = risen(), risen()
    handed.do(hand_back, "yours", by=DUTY_MANAGER, now=hour(1.2))
    answered.follow(status="replied", answered_at=hour(1.2), replied_at=hour(1.2))

    assert handed.now.walk is answered.now.walk is None


def test_ES11_who_cannot_be_reached_is_passed_over_at_once_and_on_record_with_who_reported_it() -> None:
    story = risen()

    story.do(report_unreachable, "E1004", by=AGENT, now=hour(1.1))

    assert told(story) == [("E1004", hour(1)), ("M1001", hour(1.1))]
    assert failed(story) == [("E1004", "unreachable", "E1001")]
    assert story.now.walk is not None
    assert story.now.walk.next_at == hour(1.6), "the next one has his own time"


def test_ES11_only_the_one_told_acknowledges_and_is_unreachable() -> None:
    story = risen()

    with pytest.raises(errors.NotTold) as refused:
        story.do(acknowledge, by=DUTY_MANAGER, now=hour(1.2))
    assert (refused.value.rule, refused.value.details["told"]) == ("ES11", "E1004")
    with pytest.raises(errors.NotTold):
        story.do(report_unreachable, "M1001", by=AGENT, now=hour(1.2))


def test_ES11_an_acknowledgement_that_comes_too_late_finds_the_next_one_told() -> None:
    story = risen()

    with pytest.raises(errors.NotTold):
        story.do(acknowledge, by=CONTACT, now=hour(1.5))
    story.do(acknowledge, by=DUTY_MANAGER, now=hour(1.6))
    with pytest.raises(errors.NobodyTold):
        story.do(acknowledge, by=DUTY_MANAGER, now=hour(1.7))


def test_ES11_each_level_has_the_chain_of_its_own_department() -> None:
    story = risen()
    story.fire(hour(3))  # acceptance of the duty manager breaks
    story.fire(hour(7))  # and the branch's

    assert [who for who, _ in told(story)] == ["E1004", "M1001", "B1001", "P1001"]


def test_ES11_a_complaint_of_a_department_with_a_chain_of_its_own_walks_that() -> None:
    own = SHIPPED.replace(
        "      complaint_team: [E1004, M1001]\n", "      billing_support: [S1001]\n      complaint_team: [E1004]\n", 1
    )
    with_chain = replace(rules(), organisation=parse(ORGANISATION, own).value)
    story = Story(facts(brand="vip", department="billing_support"))

    events = fire(story.now, hour(8), with_chain)

    assert [event.who for event in events if type(event).__name__ == "ChainTold"] == ["S1001"]


def test_ES11_on_a_day_that_is_not_worked_the_duty_halls_manager_is_told_first() -> None:
    story = risen(at=WEEKEND, brand="ordinary", registered_at=hour(WEEKEND - 1), as_of=hour(WEEKEND - 1))

    story.fire(hour(WEEKEND + 1))

    assert [who for who, _ in told(story)] == ["M1002", "E1004", "M1001"]


def test_ES11_a_worked_weekend_is_no_holiday_and_a_festival_is_one() -> None:
    for day, first in (("2026-10-10", "E1004"), ("2026-10-01", "M1002")):  # a make-up Saturday; National Day
        at = datetime.fromisoformat(f"{day}T10:00:00+08:00")
        story = Story(facts(registered_at=at, as_of=at))
        story.do(escalate, "x", by=AGENT, now=at)
        assert told(story)[0][0] == first


def test_ES11_the_accused_is_not_told() -> None:
    story = risen(accused=("E1004",))

    assert [who for who, _ in told(story)] == ["M1001"]


def test_ES4_an_acceptance_that_breaks_puts_the_idle_one_on_record() -> None:
    story = risen()
    story.do(escalate, "higher", by=DUTY_MANAGER, now=hour(1.1))
    patient = replace(
        rules(), ladder=replace(rules().ladder, chain=replace(rules().ladder.chain, patience=timedelta(hours=9)))
    )
    waiting = Story(facts())
    waiting.take(escalate(waiting.now, "x", AGENT, hour(1), patient), AGENT)
    waiting.take(fire(waiting.now, hour(3), patient))

    assert failed(story) == [], "who passes a case up himself has acted"
    assert failed(waiting) == [("E1004", "idle", SYSTEM.sub)]


def test_ES11_each_one_gets_an_sms_and_the_service_group_hears_that_nobody_acted() -> None:
    stage = Stage()
    complaint = registered(stage, r.PLAIN)
    live(stage, complaint, (1, CALLER, "escalation.escalate", r.REASON))
    stage.pass_time(hour(2.9))

    messages = [saved.state for saved in stage.messages.known.values()]
    assert [each.to for each in messages if each.template == "chain_told"] == ["13800001104", "13800001020"]
    assert [each.role for each in messages if each.template == "chain_exhausted"] == ["service_group"]


def test_ES11_the_case_shows_who_is_told_and_who_comes_next() -> None:
    stage = Stage()
    complaint = registered(stage, r.PLAIN)
    live(stage, complaint, (1, CALLER, "escalation.escalate", r.REASON))
    shown = stage.call("escalation.case", complaint, by=CALLER)
    assert (shown["chain"]["told"], shown["chain"]["rest"]) == ("E1004", ["M1001"])

    live(stage, complaint, (1.1, CALLER, "escalation.report_unreachable", {"who": "E1004"}))
    live(stage, complaint, (1.2, Actor("M1001", "duty_manager", "SZ"), "escalation.acknowledge", {}))

    assert stage.call("escalation.case", complaint, by=BRANCH)["chain"] is None


@pytest.mark.parametrize(
    ("right", "wrong", "said"),
    [
        ("complaint_team: [E1004, M1001]", "complaint_team: [E1004, X9]", "X9"),
        ("complaint_team: [E1004, M1001]", "no_such_unit: [E1004]", "no_such_unit"),
        ("duty_hall: {hall: SZ-FT", "duty_hall: {hall: GZ-TH", "GZ-TH"),
    ],
)
def test_a_chain_of_nobody_is_a_fault(right: str, wrong: str, said: str) -> None:
    with pytest.raises(PolicyFaults, match=said):
        parse(ORGANISATION, SHIPPED.replace(right, wrong, 1))
