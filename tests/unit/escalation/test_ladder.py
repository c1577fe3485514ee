"""The ladder: it climbs by itself when clocks break, and people take over, pass up and hand back (ES1 to ES5, ES9)."""

from datetime import timedelta

import pytest

from services.escalation import errors
from services.escalation.extending import extend
from services.escalation.facts import Coordination, Major, Opinion, Promise
from services.escalation.ladder import accept, arbitrate, escalate, hand_back
from shared.aggregate import Actor
from tests.unit.escalation.makers import AGENT, BRANCH, DUTY_MANAGER, PROVINCE, Story, facts, hour, names, rules

MOMENT = timedelta(milliseconds=1)


def rises(story: Story) -> list[tuple[str | None, str | None, str | None]]:
    return [(step.cause, step.from_level, step.to_level) for step in story.now.steps if step.step == "escalated"]


def test_ES4_a_broken_handling_clock_raises_by_one_and_starts_the_acceptance_clock() -> None:
    story = Story()

    story.fire(hour(48))

    assert (story.now.level, story.now.awaiting) == ("duty_manager", "duty_manager")
    assert story.now.clock("acceptance-1").due_at == hour(50)
    assert rises(story) == [("handling", "agent", "duty_manager")]


def test_ES4_unanswered_it_rises_level_by_level_up_to_the_province_and_never_into_arbitration() -> None:
    story = Story(facts(brand="vip"))

    story.fire(hour(1000))

    assert rises(story) == [
        ("handling", "agent", "duty_manager"),
        ("acceptance", "duty_manager", "branch"),
        ("acceptance", "branch", "province"),
    ]
    assert [clock.due_at for clock in story.now.clocks if clock.kind == "acceptance"] == [hour(10), hour(14), hour(22)]
    assert (story.now.level, story.now.awaiting) == ("province", "province")


@pytest.mark.parametrize(
    ("by", "level", "acceptance", "own"),
    [(DUTY_MANAGER, "duty_manager", 2, 8), (BRANCH, "branch", 4, 16), (PROVINCE, "province", 8, 24)],
)
def test_each_level_has_its_own_acceptance_and_level_time(by: Actor, level: str, acceptance: int, own: int) -> None:
    story = Story(facts(brand="vip"))
    rise = {"duty_manager": 8, "branch": 10, "province": 14}[level]
    story.fire(hour(rise))
    assert story.now.level == level

    story.do(accept, by=by, now=hour(rise + 1))

    awaited = next(clock for clock in story.now.clocks if clock.kind == "acceptance" and clock.level == level)
    assert (awaited.due_at, awaited.state, awaited.ended_at) == (hour(rise + acceptance), "met", hour(rise + 1))
    running = story.now.running_of("level")
    assert running is not None
    assert (running.started_at, running.due_at) == (hour(rise + 1), hour(rise + 1 + own))
    assert story.now.awaiting is None


def test_ES4_a_broken_level_clock_raises_again() -> None:
    story = Story(facts(brand="vip"))
    story.fire(hour(8))
    story.do(accept, by=DUTY_MANAGER, now=hour(9))

    story.fire(hour(17))

    assert rises(story)[-1] == ("level", "duty_manager", "branch")


def test_ES4_several_clocks_that_break_at_once_raise_once() -> None:
    story = Story(facts(brand="gotone"))
    story.follow(promises=(Promise("p1", "answer", hour(24), hour(1)),))

    told = story.fire(hour(24))

    assert names(told).count("ClockBroken") == 2
    assert story.now.level == "duty_manager"


def test_ES4_a_break_while_the_acceptance_clock_runs_only_notifies() -> None:
    story = Story(facts(brand="vip"))
    story.follow(promises=(Promise("p1", "effect", hour(9), hour(1)),))

    told = story.fire(hour(9))

    assert story.now.clock("p1").state == "broken"
    assert names(told).count("ClockBroken") == 2
    assert names(told).count("Escalated") == 1
    assert story.now.level == "duty_manager"


def test_a_broken_first_reply_notifies_but_does_not_raise() -> None:
    story = Story(facts(coordination=Coordination("interconnect")))
    story.take(extend(story.now, "handling", hour(200), "far away", BRANCH, hour(0), rules()))

    told = story.fire(hour(48))

    assert [event.clock_id for event in told if type(event).__name__ == "ClockBroken"] == ["first_reply-1"]
    assert story.now.level == "agent"


def test_CL8_a_broken_promise_rises_one_level() -> None:
    story = Story()
    story.follow(promises=(Promise("p1", "answer", hour(24), hour(1)),))

    story.fire(hour(24))

    assert rises(story) == [("promise", "agent", "duty_manager")]


def test_CL4_an_opinion_that_is_not_given_within_the_hour_rises() -> None:
    story = Story()
    story.follow(major=Major("legal", "M1001", hour(2)))

    story.fire(hour(3))

    assert rises(story) == [("opinion", "agent", "duty_manager")]


def test_CL4_a_major_complaint_that_is_not_replied_to_in_48_hours_rises() -> None:
    story = Story(facts(coordination=Coordination("cross_province")))
    story.take(extend(story.now, "handling", hour(200), "far away", BRANCH, hour(0), rules()))
    story.follow(major=Major("legal", "M1001", hour(1)), opinions={"supervisor": Opinion("M1001", hour(1))})

    story.fire(hour(49))

    assert rises(story) == [("major_reply", "agent", "duty_manager")]


def test_a_missing_opinion_of_support_or_legal_notifies_but_does_not_raise() -> None:
    story = Story()
    story.follow(major=Major("legal", "M1001", hour(0)))
    story.fire(hour(1))
    story.do(accept, by=DUTY_MANAGER, now=hour(1))
    story.do(hand_back, "calm him", by=DUTY_MANAGER, now=hour(2))

    story.fire(hour(24))

    assert story.states()["support_opinion-1"] == story.states()["legal_opinion-1"] == "broken"
    assert story.now.level == "agent"


def test_a_rise_takes_the_case_from_the_level_that_had_it() -> None:
    story = Story()
    story.do(escalate, "beyond me", by=AGENT, now=hour(1))
    story.do(accept, by=DUTY_MANAGER, now=hour(2))
    story.follow(promises=(Promise("p1", "answer", hour(6), hour(3)),))

    story.fire(hour(6))

    assert story.now.level == "branch"
    assert story.states()["level-1"] == "cancelled"


def test_ES5_escalate_asks_the_next_level_with_a_reason() -> None:
    story = Story()

    story.do(escalate, "beyond my authority", by=AGENT, now=hour(1))

    assert (story.now.level, story.now.awaiting) == ("duty_manager", "duty_manager")
    assert rises(story) == [("asked", "agent", "duty_manager")]
    risen = next(step for step in story.now.steps if step.step == "escalated")
    assert (risen.by, risen.text) == ("E1001", "beyond my authority")


def test_ES3_what_time_brought_is_not_put_down_to_whoever_came_next() -> None:
    story = Story(facts(brand="vip"))

    story.do(escalate, "beyond me", by=DUTY_MANAGER, now=hour(9))

    assert [(step.cause, step.by) for step in story.now.steps if step.step == "escalated"] == [
        ("handling", "service:escalation"),
        ("asked", "M1001"),
    ]


def test_a_level_may_escalate_without_having_accepted() -> None:
    story = Story()
    story.do(escalate, "x", by=AGENT, now=hour(1))

    story.do(escalate, "y", by=DUTY_MANAGER, now=hour(2))

    assert story.states()["acceptance-1"] == "met"
    assert story.now.awaiting == "branch"


def test_escalating_meets_the_level_clock() -> None:
    story = Story()
    story.do(escalate, "x", by=AGENT, now=hour(1))
    story.do(accept, by=DUTY_MANAGER, now=hour(2))

    story.do(escalate, "y", by=DUTY_MANAGER, now=hour(3))

    assert story.states()["level-1"] == "met"


def test_ES5_hand_back_goes_one_level_down_with_an_instruction_and_ends_the_clocks_of_the_level() -> None:
    story = Story()
    story.do(escalate, "x", by=AGENT, now=hour(1))
    story.do(accept, by=DUTY_MANAGER, now=hour(2))

    story.do(hand_back, "offer him the day pack", by=DUTY_MANAGER, now=hour(3))

    assert (story.now.level, story.now.awaiting) == ("agent", None)
    assert story.states()["level-1"] == "met"
    assert story.now.steps[-1].text == "offer him the day pack"


def test_hand_back_without_accepting_meets_the_acceptance_clock() -> None:
    story = Story()
    story.do(escalate, "x", by=AGENT, now=hour(1))

    story.do(hand_back, "do it yourself", by=DUTY_MANAGER, now=hour(1.5))

    assert story.states()["acceptance-1"] == "met"
    assert story.now.level == "agent"


@pytest.mark.parametrize("act", [accept, hand_back, escalate])
@pytest.mark.parametrize("by", [BRANCH, PROVINCE])
def test_ES2_a_jump_is_refused_and_says_which_level_is_next(act: object, by: Actor) -> None:
    story = Story()
    words = () if act is accept else ("words",)

    with pytest.raises(errors.AnotherLevel) as refused:
        story.do(act, *words, by=by, now=hour(1))

    assert refused.value.rule == "ES2"
    assert refused.value.details["level"] == "agent"
    assert refused.value.details["next"] == "duty_manager"


def test_ES2_the_agent_cannot_escalate_what_has_left_him() -> None:
    story = Story()
    story.do(escalate, "x", by=AGENT, now=hour(1))

    with pytest.raises(errors.AnotherLevel):
        story.do(escalate, "again", by=AGENT, now=hour(1.1))


def test_a_second_acceptance_is_a_conflict() -> None:
    story = Story()
    story.do(escalate, "x", by=AGENT, now=hour(1))
    story.do(accept, by=DUTY_MANAGER, now=hour(2))

    with pytest.raises(errors.NobodyAwaited):
        story.do(accept, by=DUTY_MANAGER, now=hour(2.1))


def test_an_acceptance_that_comes_too_late_finds_the_case_one_level_higher() -> None:
    story = Story()
    story.fire(hour(48))

    with pytest.raises(errors.AnotherLevel):
        story.do(accept, by=DUTY_MANAGER, now=hour(50))

    story.do(accept, by=DUTY_MANAGER, now=hour(50) - MOMENT)
    assert story.now.level == "duty_manager"


def test_ES9_the_province_cannot_escalate_only_arbitrate() -> None:
    story = Story(facts(brand="vip"))
    story.fire(hour(14))

    with pytest.raises(errors.OnlyByHand) as refused:
        story.do(escalate, "x", by=PROVINCE, now=hour(15))
    assert refused.value.details["next"] == "arbitration"

    story.do(arbitrate, "消费者委员会", "XW-2026-11", by=PROVINCE, now=hour(15))
    assert (story.now.level, story.now.awaiting) == ("arbitration", None)
    assert (story.now.arbitration_body, story.now.arbitration_case_no) == ("消费者委员会", "XW-2026-11")


def test_ES9_arbitration_is_opened_from_the_province_only() -> None:
    story = Story()

    with pytest.raises(errors.NotFromHere) as refused:
        story.do(arbitrate, "body", "1", by=PROVINCE, now=hour(1))

    assert (refused.value.rule, refused.value.details["next"]) == ("ES9", "duty_manager")


def test_a_reply_ends_acceptance_and_level_clocks_and_nobody_is_awaited() -> None:
    story = Story()
    story.do(escalate, "x", by=AGENT, now=hour(1))

    story.follow(status="replied", answered_at=hour(2), replied_at=hour(2))

    assert story.states()["acceptance-1"] == "met"
    assert story.now.awaiting is None
    assert story.now.level == "duty_manager", "the level is history, not undone"


def test_a_reply_after_the_last_acceptance_clock_broke_leaves_nobody_awaited() -> None:
    story = Story(facts(brand="vip"))
    story.fire(hour(30))
    assert story.now.awaiting == "province"

    story.follow(status="replied", answered_at=hour(31), replied_at=hour(31))

    assert story.now.awaiting is None


def test_nobody_passes_up_or_hands_back_a_complaint_that_is_replied_to() -> None:
    story = Story()
    story.follow(status="replied", answered_at=hour(2), replied_at=hour(2))

    with pytest.raises(errors.NotInHand):
        story.do(escalate, "x", by=AGENT, now=hour(3))


def test_what_has_no_ladder_is_refused_by_IN3() -> None:
    story = Story(facts(status="refused", triggers=("media_present",)))

    with pytest.raises(errors.NoLadder):
        story.do(escalate, "x", by=AGENT, now=hour(1))


@pytest.mark.parametrize("step", [1 / 60, 0.37, 5, 1000])
def test_an_outage_gives_the_same_ladder_as_watching_all_the_time(step: float) -> None:
    watched, away = Story(facts(brand="vip")), Story(facts(brand="vip"))

    looks = int(60 / step) + 1
    for look in range(1, looks):
        watched.fire(hour(look * step))
    watched.fire(hour(60))
    away.fire(hour(60))

    assert watched.now == away.now


def test_a_late_fact_finds_the_ladder_that_an_attentive_watcher_would_have_seen() -> None:
    away = Story()

    away.follow(status="replied", answered_at=hour(55), replied_at=hour(55))

    assert [rise[2] for rise in rises(away)] == ["duty_manager", "branch", "province"]
    assert away.states()["acceptance-3"] == "met"
    assert away.now.awaiting is None
