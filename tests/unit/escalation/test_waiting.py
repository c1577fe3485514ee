"""While a customer waits he is called, with the new time to wait; an SMS does not do (RP8)."""

from typing import Any

from services.escalation.facts import Wait
from tests.check_explanation import check
from tests.unit.escalation.explanations import explained
from tests.unit.escalation.makers import Story, facts, hour, names, whole_rules


def waiting(**changes: Any) -> Story:
    return Story(facts(**changes), whole_rules())


def calls(story: Story) -> dict[str, str]:
    """The clocks of RP8, with their states."""
    return {clock_id: state for clock_id, state in story.states().items() if story.now.clock(clock_id).rule == "RP8"}


def test_RP8_a_call_meets_the_clock() -> None:
    story = waiting()
    story.follow(answered_at=hour(3), last_called_at=hour(3))

    assert calls(story) == {"waiting_call-1": "met"}
    assert story.now.clock("waiting_call-1").ended_at == hour(3)


def test_RP8_an_sms_does_not_meet_it_so_it_warns_and_breaks() -> None:
    story = waiting()
    story.follow(answered_at=hour(3))
    told = story.fire(hour(25))

    assert calls(story) == {"waiting_call-1": "broken"}
    assert "ClockWarned" in names(told)
    assert story.now.level == "agent"


def test_RP8_the_reply_meets_it() -> None:
    story = waiting()
    story.follow(status="replied", answered_at=hour(2), replied_at=hour(2))

    assert calls(story) == {"waiting_call-1": "met"}


def test_RP8_a_call_that_tells_how_long_to_wait_starts_the_next_clock_and_the_next_call_meets_it() -> None:
    story = waiting()
    wait = Wait("wait-1", hour(3), hour(20))
    story.follow(answered_at=hour(3), last_called_at=hour(3), waits=(wait,))

    assert calls(story) == {"waiting_call-1": "met", "wait-1": "running"}
    assert (story.now.clock("wait-1").started_at, story.now.clock("wait-1").due_at) == (hour(3), hour(20))
    story.follow(last_called_at=hour(19))
    assert calls(story) == {"waiting_call-1": "met", "wait-1": "met"}


def test_RP8_not_called_by_the_time_he_was_told_it_breaks_and_raises_nobody() -> None:
    story = waiting()
    story.follow(answered_at=hour(3), last_called_at=hour(3), waits=(Wait("wait-1", hour(3), hour(8)),))
    story.fire(hour(9))

    assert calls(story) == {"waiting_call-1": "met", "wait-1": "broken"}
    assert (story.now.level, story.now.awaiting) == ("agent", None)


def test_RP8_news_of_two_calls_at_once_give_the_clocks_that_two_events_would() -> None:
    """An event that was lost harms nothing: the waits tell of the calls that told them."""
    one, two = Wait("wait-1", hour(3), hour(8)), Wait("wait-2", hour(7), hour(30))
    at_once, in_turn = waiting(), waiting()
    at_once.follow(answered_at=hour(3), last_called_at=hour(7), waits=(one, two))
    in_turn.follow(answered_at=hour(3), last_called_at=hour(3), waits=(one,))
    in_turn.follow(last_called_at=hour(7), waits=(one, two))

    assert calls(at_once) == {"waiting_call-1": "met", "wait-1": "met", "wait-2": "running"}
    assert at_once.now.clocks == in_turn.now.clocks


def test_RP8_reopened_he_waits_anew() -> None:
    story = waiting()
    story.follow(status="replied", answered_at=hour(2), replied_at=hour(2))
    story.follow(status="open", replied_at=None, reopened_at=hour(10))

    assert calls(story) == {"waiting_call-1": "met", "waiting_call-2": "running"}
    assert story.now.clock("waiting_call-2").due_at == hour(34)


def test_RP8_CL10_each_wait_explains_itself_by_its_own_span() -> None:
    story = waiting(brand="vip")
    story.follow(answered_at=hour(3), last_called_at=hour(3), waits=(Wait("wait-1", hour(3), hour(20)),))

    by_brand, told = explained(story, "waiting_call-1"), explained(story, "wait-1")
    for each in (by_brand, told):
        check(each)
    assert (by_brand["span"], told["span"]) == ({"hours": 4}, {"until": told["due_at"]})
