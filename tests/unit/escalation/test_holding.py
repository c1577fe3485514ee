"""Who had the case when, and what a hand-back gives back (ES1, ES2, ES3, ES5)."""

from dataclasses import replace
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest

from services.escalation import errors
from services.escalation.ladder import accept, arbitrate, escalate, hand_back
from services.escalation.shown import held_shown
from services.rights import LEVELS
from shared.aggregate import Actor
from tests.unit.escalation.makers import AGENT, BRANCH, DUTY_MANAGER, PROVINCE, Story, facts, hour, rules

PEOPLE = {"agent": AGENT, "duty_manager": DUTY_MANAGER, "branch": BRANCH, "province": PROVINCE}


def held(story: Story) -> list[tuple[str, float, float | None, bool]]:
    """Level, from and to in hours, awaited."""
    return [
        (each["level"], _hours(each["from"]), each["to"] and _hours(each["to"]), each["awaited"])
        for each in held_shown(story.now)
    ]


def _hours(moment: str) -> float:
    return (datetime.fromisoformat(moment) - hour(0)) / timedelta(hours=1)


def risen(story: Story, level: str, start: float) -> float:
    """Passed up by hand until that level has accepted it, an hour a step; the hour after."""
    for below, above in pairwise(LEVELS):
        if story.now.level == level:
            break
        story.do(escalate, "beyond me", by=PEOPLE[below], now=hour(start))
        story.do(accept, by=PEOPLE[above], now=hour(start + 0.5))
        start += 1
    return start


def test_ES1_a_case_climbs_the_five_levels_one_by_one_and_no_other() -> None:
    story = Story()
    seen = [story.now.level]

    for below in LEVELS[:3]:
        story.do(escalate, "beyond me", by=PEOPLE[below], now=hour(1))
        seen.append(story.now.level)
    story.do(arbitrate, "消费者委员会", "XW-1", by=PROVINCE, now=hour(2))

    assert (*seen, story.now.level) == ("agent", "duty_manager", "branch", "province", "arbitration") == LEVELS


def test_ES3_the_stretches_of_the_levels_sum_to_the_time_from_registration_to_reply() -> None:
    story = Story()
    story.do(escalate, "beyond me", by=AGENT, now=hour(1))
    story.do(accept, by=DUTY_MANAGER, now=hour(2))
    story.do(hand_back, "offer a refund", by=DUTY_MANAGER, now=hour(5))
    story.follow(status="replied", answered_at=hour(7), replied_at=hour(7))

    assert held(story) == [
        ("agent", 0, 1, False),
        ("duty_manager", 1, 2, True),
        ("duty_manager", 2, 5, False),
        ("agent", 5, 7, False),
    ]


def test_ES3_a_reopened_complaint_is_counted_on_where_it_stood() -> None:
    story = Story()
    story.do(escalate, "beyond me", by=AGENT, now=hour(1))
    story.follow(status="replied", answered_at=hour(2), replied_at=hour(2))

    story.follow(status="open", replied_at=None, reopened_at=hour(10))

    assert held(story) == [
        ("agent", 0, 1, False),
        ("duty_manager", 1, 2, True),
        ("duty_manager", 10, None, False),
    ]


def test_ES3_a_reply_that_is_heard_of_only_after_a_rise_ends_the_account_at_its_own_time() -> None:
    story = Story()
    story.fire(hour(48))

    story.follow(status="replied", answered_at=hour(47), replied_at=hour(47))

    assert story.now.level == "duty_manager", "a break is never undone"
    assert held(story) == [("agent", 0, 47, False)]


def test_ES3_a_withdrawn_complaint_is_held_by_nobody_any_more() -> None:
    story = Story()

    story.follow(status="withdrawn", withdrawn_at=hour(3))

    assert held(story) == [("agent", 0, 3, False)]


def test_a_case_stored_before_its_moves_were_kept_climbs_and_shows_what_is_known() -> None:
    story = Story()
    assert story.case
    story.case = replace(story.case, moves=(), worked=())
    assert held(story) == []

    story.do(escalate, "beyond me", by=AGENT, now=hour(1))
    story.follow(status="replied", answered_at=hour(2), replied_at=hour(2))
    story.follow(status="open", replied_at=None, reopened_at=hour(3))

    assert held(story) == [("duty_manager", 3, None, False)]


@pytest.mark.parametrize("by", [DUTY_MANAGER, PROVINCE])
@pytest.mark.parametrize("act", [escalate, hand_back])
def test_ES2_up_and_down_only_the_level_that_has_the_case_moves_it(act: Any, by: Actor) -> None:
    story = Story()
    start = risen(story, "branch", 1)

    with pytest.raises(errors.AnotherLevel) as refused:
        story.do(act, "words", by=by, now=hour(start))

    assert (refused.value.rule, refused.value.details["level"], refused.value.details["next"]) == (
        "ES2",
        "branch",
        "province",
    )


def test_ES2_down_it_goes_one_level_at_a_time_and_the_agent_has_nothing_below() -> None:
    story = Story()
    start = risen(story, "province", 1)

    seen = []
    for level in ("province", "branch", "duty_manager"):
        story.do(hand_back, "do this", by=PEOPLE[level], now=hour(start))
        seen.append(story.now.level)

    assert seen == ["branch", "duty_manager", "agent"]
    with pytest.raises(errors.NothingBelow) as refused:
        story.do(hand_back, "x", by=AGENT, now=hour(start))
    assert refused.value.rule == "ES2"


def test_ES5_a_hand_back_returns_only_the_unused_rest_of_the_lower_levels_own_limit() -> None:
    story = Story()
    story.do(escalate, "x", by=AGENT, now=hour(1))
    story.do(accept, by=DUTY_MANAGER, now=hour(2))
    story.do(escalate, "y", by=DUTY_MANAGER, now=hour(5))  # 3 of 8 hours used
    story.do(accept, by=BRANCH, now=hour(6))

    story.do(hand_back, "z", by=BRANCH, now=hour(10))

    rest = story.now.running_of("level")
    assert rest is not None
    assert (rest.level, rest.started_at, rest.due_at, rest.limit.span) == (
        "duty_manager",
        hour(10),
        hour(15),
        timedelta(hours=5),
    )
    assert rest.warn_at == hour(10 + 5 * 0.75)
    story.fire(hour(15))
    assert (story.now.level, story.now.awaiting) == ("branch", "branch")


def test_ES5_a_level_that_never_had_the_case_in_hand_has_its_whole_time_left() -> None:
    story = Story()
    story.do(escalate, "x", by=AGENT, now=hour(1))
    story.do(escalate, "y", by=DUTY_MANAGER, now=hour(2))

    story.do(hand_back, "yours", by=BRANCH, now=hour(3))

    rest = story.now.running_of("level")
    assert rest is not None
    assert (rest.level, rest.due_at) == ("duty_manager", hour(11))


def test_ES5_where_nothing_is_left_the_hand_back_is_refused_and_says_what_to_do() -> None:
    story = Story()
    story.do(escalate, "x", by=AGENT, now=hour(1))
    story.do(accept, by=DUTY_MANAGER, now=hour(2))
    story.fire(hour(10))  # the level clock of 8 hours breaks
    story.do(accept, by=BRANCH, now=hour(11))

    with pytest.raises(errors.NothingLeft) as refused:
        story.do(hand_back, "yours", by=BRANCH, now=hour(12))

    assert (refused.value.rule, refused.value.details["level"], refused.value.details["holder"]) == (
        "ES5",
        "duty_manager",
        "branch",
    )
    assert "escalate" in refused.value.details["needed"]
    assert story.now.level == "branch"


def test_ES5_the_agent_is_watched_after_a_hand_back_although_his_handling_clock_is_broken() -> None:
    story = Story(facts(brand="vip"))
    story.fire(hour(8))
    story.do(accept, by=DUTY_MANAGER, now=hour(9))

    story.do(hand_back, "call him", by=DUTY_MANAGER, now=hour(10))

    watch = story.now.running_of("level")
    assert watch is not None
    assert (watch.level, watch.due_at) == ("agent", hour(18))
    story.fire(hour(18))
    assert (story.now.level, story.now.awaiting) == ("duty_manager", "duty_manager")
    story.do(accept, by=DUTY_MANAGER, now=hour(19))
    with pytest.raises(errors.NothingLeft):
        story.do(hand_back, "again", by=DUTY_MANAGER, now=hour(20))


def test_ES5_while_the_handling_clock_runs_it_is_the_agents_own_limit() -> None:
    story = Story()
    story.do(escalate, "x", by=AGENT, now=hour(1))

    story.do(hand_back, "do it yourself", by=DUTY_MANAGER, now=hour(2))

    assert story.now.running_of("level") is None
    story.fire(hour(48))
    assert story.now.awaiting == "duty_manager"


def up_and_down(story: Story, start: float) -> None:
    story.do(escalate, "x", by=AGENT, now=hour(start))
    story.do(hand_back, "y", by=DUTY_MANAGER, now=hour(start + 0.1))


def test_ES5_after_so_many_hand_backs_the_next_one_is_refused_and_says_what_to_do() -> None:
    story = Story()
    for trip in range(rules().ladder.round_trips):
        up_and_down(story, 1 + trip)
    story.do(escalate, "x", by=AGENT, now=hour(20))

    with pytest.raises(errors.TooOften) as refused:
        story.do(hand_back, "y", by=DUTY_MANAGER, now=hour(21))

    assert (refused.value.rule, refused.value.details["handed_back"], refused.value.details["next"]) == (
        "ES5",
        rules().ladder.round_trips,
        "branch",
    )
    story.do(escalate, "then higher", by=DUTY_MANAGER, now=hour(21.5))
    assert story.now.level == "branch"


def test_ES5_a_reopened_complaint_may_go_up_and_down_anew() -> None:
    story = Story()
    for trip in range(rules().ladder.round_trips):
        up_and_down(story, 1 + trip)
    story.follow(status="replied", answered_at=hour(30), replied_at=hour(30))
    story.follow(status="open", replied_at=None, reopened_at=hour(40))

    up_and_down(story, 41)

    assert story.now.level == "agent"
