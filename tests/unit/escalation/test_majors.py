"""Major complaints, alarms, and what follows the reply (MJ1, MJ5, ES6, ES7, ES8, IN19)."""

import pytest

from services.escalation.facts import FollowUp, Major, Opinion
from services.escalation.follow import follow
from services.escalation.reopening import dropped, tried
from tests.unit.escalation.makers import Story, facts, hour, names, rules


def test_MJ5_declaring_asks_support_and_legal_at_once_each_with_its_own_clock() -> None:
    story = Story()

    told = story.follow(major=Major("legal", "M1001", hour(2)))

    asked = [event for event in told if type(event).__name__ == "OpinionRequested"]
    assert [(event.kind, event.department, event.clock_id) for event in asked] == [
        ("support", "支撑部门", "support_opinion-1"),
        ("legal", "法律室", "legal_opinion-1"),
    ]
    assert names(told).index("MajorDeclared") > names(told).index("ClockStarted"), "its event tells the clocks too"


def test_MJ1_a_complaint_that_is_registered_as_major_has_all_its_clocks_from_the_first_event_on() -> None:
    story = Story(facts(seq=2, triggers=("violence",), major=Major("violence", "E1001", hour(0))))

    assert {clock.kind for clock in story.now.running} >= {"opinion", "major_reply", "support_opinion", "legal_opinion"}
    assert "MajorDeclared" in names([event for event, _ in story.told])


def test_a_second_event_that_still_says_major_declares_nothing_again() -> None:
    story = Story()
    story.follow(major=Major("legal", "M1001", hour(2)))

    assert "MajorDeclared" not in names(story.follow(handler="E1002"))


def test_revoking_cancels_what_only_a_major_complaint_owes() -> None:
    story = Story()
    story.follow(major=Major("legal", "M1001", hour(2)))

    told = story.follow(major=None, opinions={}, as_of=hour(2.5))

    assert names(told)[-1] == "MajorRevoked"
    states = {clock.kind: clock.state for clock in story.now.clocks}
    assert states == {
        "handling": "running",
        "first_reply": "running",
        "opinion": "cancelled",
        "major_reply": "cancelled",
        "support_opinion": "cancelled",
        "legal_opinion": "cancelled",
    }


def test_declared_anew_it_gets_new_clocks() -> None:
    story = Story()
    story.follow(major=Major("legal", "M1001", hour(2)))
    story.follow(major=None, as_of=hour(2.5))

    story.follow(major=Major("regulator", "M1001", hour(3)))

    assert story.now.clock("opinion-2").due_at == hour(4)


def test_a_revocation_that_was_never_seen_is_made_up_for() -> None:
    story = Story()
    story.follow(major=Major("legal", "M1001", hour(2)))

    told = story.follow(major=Major("regulator", "M1001", hour(2.5)))

    assert [name for name in names(told) if name.startswith("Major")] == ["MajorRevoked", "MajorDeclared"]
    assert story.states()["opinion-1"] == "cancelled"


def test_an_opinion_is_told_once() -> None:
    story = Story()
    story.follow(major=Major("legal", "M1001", hour(2)))
    opinions = {"support": Opinion("S1001", hour(3))}

    assert "OpinionGiven" in names(story.follow(opinions=opinions))
    assert "OpinionGiven" not in names(story.follow(opinions=opinions, handler="E1002"))


@pytest.mark.parametrize("trigger", ["media_present", "media_threat"])
def test_ES7_media_alerts_at_once_and_once(trigger: str) -> None:
    story = Story(facts(triggers=(trigger,)))

    assert names([event for event, _ in story.told]).count("MediaAlerted") == 1
    assert names(story.follow(triggers=(trigger, "legal"), handler="E2")) == ["FactsFollowed"]


def test_ES7_being_declared_major_for_media_alerts_too() -> None:
    story = Story()

    assert "MediaAlerted" in names(story.follow(major=Major("media_threat", "M1001", hour(2))))


def test_ES8_a_disturbance_named_later_alerts_then() -> None:
    story = Story()

    assert "DisturbanceAlerted" in names(story.follow(triggers=("disturbance",), as_of=hour(1)))


def test_IN19_a_refused_complaint_makes_no_ladder_but_its_alarms_go_off() -> None:
    refused = facts(status="refused", complainant="media", triggers=("media_present", "disturbance"))

    events = follow(None, refused, rules())

    assert names(events) == ["CaseOpened", "MediaAlerted", "DisturbanceAlerted"]
    assert events[0].clocks == ()


def test_a_refused_complaint_without_alarms_needs_no_case() -> None:
    assert follow(None, facts(status="refused"), rules()) == []


def test_ES8_a_ticket_that_is_no_complaint_alerts_without_clocks() -> None:
    story = Story(facts(ticket_type="consultation", triggers=("disturbance",)))

    story.follow(status="replied", replied_at=hour(1))

    assert story.now.clocks == ()


def replied() -> Story:
    story = Story()
    story.follow(status="replied", answered_at=hour(5), replied_at=hour(5))
    return story


def test_ES6_the_first_dissatisfied_follow_up_asks_for_an_explanation() -> None:
    story = replied()

    told = story.follow(follow_up=FollowUp("dissatisfied", hour(10)))

    assert names(told)[-1] == "ExplanationAsked"
    assert (story.now.level, story.now.reopening) == ("agent", None)


def test_ES6_still_dissatisfied_it_rises_one_level_and_is_to_be_reopened() -> None:
    story = replied()
    story.follow(follow_up=FollowUp("dissatisfied", hour(10)))

    story.follow(follow_up=FollowUp("dissatisfied", hour(20)))

    assert (story.now.level, story.now.awaiting) == ("duty_manager", "duty_manager")
    assert story.now.reopening is not None
    assert story.now.reopening.cause == "still_dissatisfied"
    assert story.now.clock("acceptance-1").started_at == hour(20)


def test_ES6_who_will_complain_further_is_not_asked_twice() -> None:
    story = replied()

    story.follow(follow_up=FollowUp("neutral", hour(10), will_complain_further=True))

    assert story.now.level == "duty_manager"
    assert story.now.reopening is not None
    assert story.now.reopening.cause == "will_complain_further"


def test_ES6_content_in_between_starts_the_count_anew() -> None:
    story = replied()
    story.follow(follow_up=FollowUp("dissatisfied", hour(10)))
    story.follow(follow_up=FollowUp("satisfied", hour(11)))

    story.follow(follow_up=FollowUp("dissatisfied", hour(12)))

    assert (story.now.level, story.now.explaining) == ("agent", 1)


def test_ES6_who_could_not_be_asked_in_between_is_still_dissatisfied() -> None:
    story = replied()
    story.follow(follow_up=FollowUp("dissatisfied", hour(10)))
    story.follow(follow_up=FollowUp("unknown", hour(11)))

    story.follow(follow_up=FollowUp("dissatisfied", hour(12)))

    assert story.now.level == "duty_manager"
    assert story.now.reopening is not None
    assert story.now.reopening.cause == "still_dissatisfied"


def test_ES6_at_the_province_it_is_reopened_without_a_rise() -> None:
    story = Story(facts(brand="vip"))
    story.fire(hour(30))
    story.follow(status="replied", answered_at=hour(31), replied_at=hour(31))

    story.follow(follow_up=FollowUp("dissatisfied", hour(40), will_complain_further=True))

    assert (story.now.level, story.now.awaiting) == ("province", None)
    assert story.now.reopening is not None


def test_the_reopening_is_asked_for_by_one_at_a_time_with_growing_pauses() -> None:
    story = replied()
    story.follow(follow_up=FollowUp("dissatisfied", hour(10), will_complain_further=True))

    story.take(tried(story.now, hour(10)))
    assert tried(story.now, hour(10)) == []
    assert story.now.reopening is not None
    first = story.now.reopening.wake_at

    story.take(tried(story.now, first))
    assert story.now.reopening.wake_at - first > first - hour(10)


def test_the_reopening_is_proved_by_newer_facts() -> None:
    story = replied()
    story.follow(follow_up=FollowUp("dissatisfied", hour(10), will_complain_further=True))

    story.follow(status="open", replied_at=None, follow_up=None, reopened_at=hour(10.1))

    assert story.now.reopening is None
    assert story.now.clock("handling-2").due_at == hour(58.1)
    assert story.now.level == "duty_manager"


def test_a_reopening_that_intake_refuses_for_good_is_dropped_with_the_reason() -> None:
    story = replied()
    story.follow(follow_up=FollowUp("dissatisfied", hour(10), will_complain_further=True))

    story.take(dropped(story.now, "Conflict", hour(11)))

    assert story.now.reopening is None
    assert (story.now.steps[-1].step, story.now.steps[-1].cause) == ("reopening_dropped", "Conflict")
    assert dropped(story.now, "Conflict", hour(12)) == []
