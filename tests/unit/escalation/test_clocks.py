"""Clocks follow the complaint: which start, which are met, which break (CL1 to CL4, CL7 to CL10)."""

from dataclasses import replace
from datetime import timedelta

import pytest

from services.escalation.facts import FollowUp, Fulfilled, Major, Opinion, Promise
from services.escalation.follow import follow
from tests.unit.escalation.makers import MONDAY, Story, facts, hour, names, rules


@pytest.mark.parametrize(("brand", "hours"), [("vip", 8), ("gotone", 24), ("ordinary", 48)])
def test_CL1_handling_is_due_by_brand_from_registration(brand: str, hours: int) -> None:
    clock = Story(facts(brand=brand)).now.clock("handling-1")

    assert (clock.started_at, clock.due_at, clock.rule) == (MONDAY, hour(hours), "CL1")


def test_CL10_a_case_lives_under_the_version_of_the_clocks_it_has_whatever_its_facts_name() -> None:
    """Earlier versions gave it the clocks in force where those of its facts were not known yet."""
    case = Story(facts(policy_version="newer")).now
    lived = replace(case, clocks=tuple(replace(clock, policy_version="in force then") for clock in case.clocks))

    assert lived.clocks_version == "in force then"
    assert replace(case, clocks=()).clocks_version == "newer"


def test_CL2_every_complaint_is_first_answered_within_48_hours() -> None:
    assert Story(facts(brand="vip")).now.clock("first_reply-1").due_at == hour(48)


def test_CL2_a_contact_meets_the_first_reply_but_not_the_handling() -> None:
    story = Story()

    story.follow(answered_at=hour(3))

    assert story.states() == {"handling-1": "running", "first_reply-1": "met"}
    assert story.now.clock("first_reply-1").ended_at == hour(3)


def test_CL1_the_reply_meets_handling_at_the_replys_own_time() -> None:
    story = Story()

    story.follow(status="replied", answered_at=hour(5), replied_at=hour(5))

    assert story.states() == {"handling-1": "met", "first_reply-1": "met", "follow_up-1": "running"}
    assert story.now.clock("handling-1").ended_at == hour(5)


def test_a_reply_at_the_due_time_itself_is_in_time() -> None:
    story = Story()

    story.follow(status="replied", answered_at=hour(48), replied_at=hour(48))

    assert story.now.clock("handling-1").state == "met"
    assert story.now.level == "agent"


def test_a_reply_that_came_late_breaks_the_clock_though_no_tick_saw_it() -> None:
    story = Story()

    told = story.follow(status="replied", answered_at=hour(49), replied_at=hour(49))

    assert story.now.clock("handling-1").state == "broken"
    assert story.now.clock("handling-1").ended_at == hour(48)
    assert "Escalated" in names(told)


def test_a_broken_clock_stays_broken_when_the_reply_comes() -> None:
    story = Story()
    story.fire(hour(48))

    story.follow(status="replied", answered_at=hour(50), replied_at=hour(50))

    assert story.now.clock("handling-1").state == "broken"


def test_a_direct_reply_starts_and_meets_its_clocks_in_one_instant() -> None:
    at_once = facts(
        handling="direct_reply", status="archived", answered_at=MONDAY, replied_at=MONDAY, archived_at=MONDAY
    )

    case = Story(at_once).now

    assert [(clock.kind, clock.state, clock.ended_at) for clock in case.clocks] == [
        ("handling", "met", MONDAY),
        ("first_reply", "met", MONDAY),
    ]
    assert case.closed


def test_reopening_starts_handling_anew_from_the_reopening() -> None:
    story = Story()
    story.follow(status="replied", answered_at=hour(5), replied_at=hour(5))

    story.follow(status="open", replied_at=None, reopened_at=hour(30))

    assert story.now.clock("handling-1").state == "met"
    assert (story.now.clock("handling-2").state, story.now.clock("handling-2").due_at) == ("running", hour(78))


def test_CL8_a_promised_answer_is_met_by_the_reply() -> None:
    promise = Promise("p1", "answer", hour(24), hour(1))
    story = Story()
    story.follow(promises=(promise,))

    assert (story.now.clock("p1").started_at, story.now.clock("p1").due_at) == (hour(1), hour(24))

    story.follow(status="replied", replied_at=hour(20), answered_at=hour(20))
    assert story.now.clock("p1").state == "met"


def test_CL7_a_promised_effect_is_met_by_the_contact_that_fulfils_it_not_by_the_reply() -> None:
    story = Story()
    story.follow(promises=(Promise("p1", "effect", hour(80), hour(1)),))
    story.follow(status="replied", replied_at=hour(20), answered_at=hour(20))
    assert story.now.clock("p1").state == "running"

    story.follow(fulfilled=(Fulfilled("p1", hour(70)),))

    assert (story.now.clock("p1").state, story.now.clock("p1").ended_at) == ("met", hour(70))


def test_CL7_fulfilling_one_promise_leaves_another_running() -> None:
    story = Story()
    story.follow(promises=(Promise("p1", "effect", hour(80), hour(1)), Promise("p2", "effect", hour(90), hour(1))))

    story.follow(fulfilled=(Fulfilled("p2", hour(3)),))

    assert (story.now.clock("p1").state, story.now.clock("p2").state) == ("running", "met")


def test_CL4_declaring_major_starts_opinion_and_reply_clocks_from_that_moment() -> None:
    story = Story()

    story.follow(major=Major("legal", "M1001", hour(2)))

    due = {clock.kind: clock.due_at for clock in story.now.clocks if clock.moment == "declared_major"}
    assert due == {
        "opinion": hour(3),
        "major_reply": hour(50),
        "support_opinion": hour(14),
        "legal_opinion": hour(26),
    }


def test_CL4_each_opinion_meets_its_own_clock() -> None:
    story = Story()
    story.follow(major=Major("legal", "M1001", hour(2)))

    story.follow(opinions={"supervisor": Opinion("M1001", hour(2.5))})

    assert story.now.clock("opinion-1").state == "met"
    assert story.now.clock("support_opinion-1").state == "running"


def test_CL9_a_clock_warns_once_at_three_quarters_and_again_when_broken() -> None:
    story = Story(facts(brand="vip"))

    assert names(story.fire(hour(6) - timedelta(milliseconds=1))) == []
    assert names(story.fire(hour(6))) == ["ClockWarned"]
    assert names(story.fire(hour(7))) == []
    assert names(story.fire(hour(8))) == ["ClockBroken", "Escalated", "ChainTold"]


def test_CL10_a_change_of_brand_recomputes_what_runs_and_keeps_the_old_value() -> None:
    story = Story()

    story.follow(brand="vip", as_of=hour(1))

    assert story.now.clock("handling-1").due_at == hour(8)
    assert story.now.clock("first_reply-1").due_at == hour(48)
    assert [(step.step, step.was, step.due_at) for step in story.now.steps if step.was] == [
        ("clock_recomputed", hour(48), hour(8))
    ]


def test_CL10_what_was_met_or_broken_is_never_recomputed() -> None:
    story = Story(facts(brand="gotone"))
    story.fire(hour(25))

    story.follow(brand="ordinary", as_of=hour(26))

    assert story.now.clock("handling-1").state == "broken"
    assert story.now.clock("handling-1").due_at == hour(24)


def test_CL10_a_due_time_that_was_over_before_it_was_known_breaks_when_it_became_known() -> None:
    story = Story()
    story.follow(brand="vip", as_of=hour(20))

    story.fire(hour(20))

    assert story.now.clock("handling-1").ended_at == hour(8)
    assert story.now.level == "duty_manager"
    assert story.now.clock("acceptance-1").due_at == hour(22), "nobody was late before the brand was known"


def test_CL10_a_recomputed_clock_warns_again_for_its_new_time() -> None:
    story = Story(facts(brand="gotone"))
    story.fire(hour(18))

    story.follow(brand="ordinary", as_of=hour(19))

    assert names(story.fire(hour(36))) == ["ClockWarned", "ClockWarned"]


def test_CL11_another_leaf_starts_its_own_clocks_and_ends_those_of_the_old_one() -> None:
    story = Story(facts(self_service_fault=True))
    assert story.now.clock("fault_report-1").state == "running"

    story.follow(category="01.01.01", self_service_fault=False, as_of=hour(1))
    assert story.now.clock("fault_report-1").state == "cancelled"

    story.follow(category="02.01.01", self_service_fault=True, as_of=hour(2))
    assert story.now.clock("fault_report-2").state == "running"


def test_withdrawal_cancels_all_that_runs() -> None:
    story = Story()
    story.follow(promises=(Promise("p1", "effect", hour(80), hour(1)),))

    story.follow(status="withdrawn", withdrawn_at=hour(2))

    assert set(story.states().values()) == {"cancelled"}
    assert story.now.closed


def test_what_was_due_before_the_withdrawal_is_broken_not_cancelled() -> None:
    story = Story(facts(brand="vip"))

    story.follow(status="withdrawn", withdrawn_at=hour(9))

    assert story.states() == {"handling-1": "broken", "first_reply-1": "cancelled", "acceptance-1": "cancelled"}
    assert story.now.awaiting is None


@pytest.mark.parametrize("ticket_type", ["consultation", "service_request", "appointment"])
def test_IN3_other_tickets_get_neither_clocks_nor_ladder(ticket_type: str) -> None:
    assert follow(None, facts(ticket_type=ticket_type), rules()) == []


def test_any_event_can_create_the_case() -> None:
    late = facts(seq=9, status="replied", answered_at=hour(3), replied_at=hour(49), as_of=hour(49))

    case = Story(late).now

    assert (case.clock("first_reply-1").state, case.clock("handling-1").state) == ("met", "broken")
    assert case.level == "duty_manager"
    assert case.clock("acceptance-1").state == "met"


def test_an_older_or_repeated_event_changes_nothing() -> None:
    story = Story()
    story.follow(seq=5, answered_at=hour(2))

    assert follow(story.now, facts(seq=5, brand="vip"), rules()) == []
    assert follow(story.now, facts(seq=2, brand="vip"), rules()) == []


def test_a_newer_event_that_says_nothing_new_leaves_only_its_number() -> None:
    story = Story()

    assert names(story.follow(as_of=hour(1))) == ["FactsSeen"]
    assert story.now.facts.seq == 2


def test_a_reopening_whose_reply_was_never_seen_counts_the_clock_as_met() -> None:
    story = Story()

    story.follow(seq=7, status="open", reopened_at=hour(60))

    assert story.states() == {"handling-1": "met", "first_reply-1": "met", "handling-2": "running"}
    assert story.now.level == "agent"


def test_the_follow_up_clock_starts_with_the_reply_and_ends_with_the_follow_up() -> None:
    story = Story()
    story.follow(status="replied", answered_at=hour(5), replied_at=hour(5))

    story.follow(follow_up=FollowUp("satisfied", hour(20)))

    assert story.now.clock("follow_up-1").state == "met"
