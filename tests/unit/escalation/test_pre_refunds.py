"""A complaint's pre-refunds, each with its own clock (RF4, CL5)."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from services.escalation.facts import PreRefund
from services.escalation.history import PreRefundFollowed
from services.escalation.moves import CASES
from services.escalation.pre_refunds import follow_pre_refund
from services.escalation.refund_schema import pre_refund_read
from tests.unit.escalation.makers import MONDAY, Story, facts, hour, names, rules

PAID = PreRefund("r-1", 5, hour(2))
VERIFIED = PreRefund("r-1", 6, hour(2), hour(50))


def replied() -> Story:
    """A complaint that was replied to, so that nothing but a pre-refund raises it."""
    story = Story(facts(replied_at=hour(1), status="replied", seq=2, as_of=hour(1), ticket_type="complaint"))
    story.follow(follow_up=None, archived_at=hour(1.5), status="archived")
    return story


def hear(story: Story, told: PreRefund) -> list[Any]:
    return story.take(follow_pre_refund(story.now, told, rules()))


def clocks(story: Story) -> dict[str, tuple[str, datetime]]:
    found = [clock for clock in story.now.clocks if clock.kind == "verification"]
    assert len({clock.clock_id for clock in found}) == len(found), "one clock each"
    return {clock.clock_id: (clock.state, clock.due_at) for clock in found}


def test_CL5_the_clock_has_the_refunds_id_and_three_days_from_its_payment() -> None:
    story = replied()
    hear(story, PAID)
    assert clocks(story) == {"r-1": ("running", hour(74))}
    assert story.now.clock("r-1").rule == "CL5"


def test_RF4_a_verification_in_time_meets_it() -> None:
    story = replied()
    hear(story, PAID)
    hear(story, VERIFIED)
    story.fire(hour(200))
    assert clocks(story)["r-1"][0] == "met"
    assert story.now.level == "agent"


def test_RF4_a_broken_clock_rises_one_level() -> None:
    story = replied()
    hear(story, PAID)
    assert "Escalated" in names(story.fire(hour(74)))
    assert (clocks(story)["r-1"][0], story.now.level) == ("broken", "duty_manager")


def test_RF4_while_a_level_has_still_to_take_over_a_further_break_only_notifies() -> None:
    story = replied()
    hear(story, PAID)
    hear(story, replace(PAID, refund_id="r-2", paid_at=hour(3)))
    assert names(story.fire(hour(75))).count("Escalated") == 1
    assert {state for state, _ in clocks(story).values()} == {"broken"}
    assert story.now.level == "duty_manager"


def test_CL5_news_of_a_payment_that_come_after_its_three_days_break_at_once() -> None:
    story = replied()
    story.fire(hour(75))
    hear(story, PAID)
    story.fire(hour(75))
    assert (clocks(story)["r-1"], story.now.level) == (("broken", hour(74)), "duty_manager")


def test_CL5_what_was_verified_too_late_is_broken_not_met() -> None:
    story = replied()
    assert "ClockBroken" not in names(hear(story, replace(VERIFIED, verified_at=hour(75)))), "that is due work"
    story.fire(hour(75))
    assert (clocks(story)["r-1"][0], story.now.level) == ("broken", "duty_manager")


def test_CL5_a_break_is_never_undone_by_news_that_were_late() -> None:
    story = replied()
    hear(story, PAID)
    story.fire(hour(75))
    hear(story, VERIFIED)
    assert (clocks(story)["r-1"][0], story.now.level) == ("broken", "duty_manager")


def test_F21_news_of_a_pre_refund_break_no_other_clock_and_the_level_does_not_depend_on_when_they_come() -> None:
    """The handling limit is over at hour 48: whether it was met only intake knows, and nobody has asked it yet."""
    early, late = Story(), Story()
    for story in (early, late):
        told = replace(PAID, paid_at=hour(49)), replace(VERIFIED, paid_at=hour(49), verified_at=hour(130))
        if story is early:
            story.fire(hour(140))
        for each in told:
            assert set(names(hear(story, each))) == {"PreRefundFollowed"}
        story.fire(hour(140))
    assert (late.now.level, late.states()["r-1"]) == (early.now.level, "broken")


def test_a_withdrawn_complaint_gets_no_clock() -> None:
    story = Story()
    story.follow(status="withdrawn", withdrawn_at=hour(1))
    hear(story, PAID)
    assert clocks(story) == {}


def test_old_news_change_nothing() -> None:
    story = replied()
    hear(story, VERIFIED)
    assert hear(story, PAID) == []
    assert hear(story, VERIFIED) == []


def test_what_has_no_ladder_gets_no_clock() -> None:
    story = Story(facts(ticket_type="consultation", triggers=("media_threat",)))
    assert hear(story, PAID) == []


def test_only_a_paid_pre_refund_with_a_complaint_is_news() -> None:
    told = {"refund_id": "r-1", "seq": 5, "complaint_id": "c1", "more": 1}
    paid = {"paid_at": hour(2).isoformat(), "outcome": None, "ended_at": None}
    assert pre_refund_read(told) is None
    assert pre_refund_read(told | {"pre_refund": None}) is None
    assert pre_refund_read(told | {"pre_refund": paid, "complaint_id": None}) is None
    assert pre_refund_read(told | {"pre_refund": paid}) == ("c1", PAID)


def test_CL5_that_refund_closed_it_as_broken_is_no_verification() -> None:
    ended = {"paid_at": hour(2).isoformat(), "outcome": "broken", "ended_at": hour(74).isoformat()}
    told = {"refund_id": "r-1", "seq": 6, "complaint_id": "c1", "pre_refund": ended}
    assert pre_refund_read(told) == ("c1", replace(PAID, seq=6))


NEWS = [
    replace(PAID, refund_id=refund_id, seq=seq, paid_at=hour(paid), verified_at=verified)
    for refund_id, paid, at in (("r-1", 2, 50), ("r-2", 10, 60), ("r-3", 20, None))
    for seq, verified in ((5, None), (6, hour(at) if at else None), (7, hour(at) if at else None))
]


@given(order=st.lists(st.sampled_from(NEWS), max_size=20), data=st.data())
def test_RF4_CL5_the_case_ends_the_same_in_whatever_order_with_whatever_gaps_the_news_come(
    order: list[PreRefund], data: st.DataObject
) -> None:
    """As long as the newest of each come before time is up; what comes before, again or never does not matter."""
    newest = data.draw(st.permutations([each for each in NEWS if each.seq == 7]))
    story = replied()
    for told in [*order, *newest, *order]:
        hear(story, told)
    story.fire(hour(300))
    assert {refund_id: state for refund_id, (state, _) in clocks(story).items()} == {
        "r-1": "met",
        "r-2": "met",
        "r-3": "broken",
    }
    assert clocks(story)["r-3"][1] == hour(92)
    assert CASES.fold(None, story.told) == story.now
    started = [event for event, _ in story.told if isinstance(event, PreRefundFollowed) and event.clock]
    assert len(started) == 3


@given(
    acts=st.lists(st.one_of(st.sampled_from(NEWS), st.integers(0, 200).map(hour)), max_size=20),
)
def test_CL5_whenever_time_strikes_between_the_news_each_clock_ends_once_and_the_ladder_holds(acts: list[Any]) -> None:
    story, now = replied(), MONDAY
    for act in acts:
        before = clocks(story)
        if isinstance(act, PreRefund):
            hear(story, act)
        else:
            now = max(now, act)
            story.fire(now)
        after = clocks(story)
        for refund_id, (state, due_at) in before.items():
            assert after[refund_id][1] == due_at
            assert state == "running" or after[refund_id][0] == state
