"""Operators' repairs of single clocks: moved, called off, foreseen; the manual's limits stay (CL3)."""

from datetime import timedelta
from typing import Any

import pytest

from services.escalation import repair_errors as errors
from services.escalation.events import decided_of, limits_of
from services.escalation.extending import extend
from services.escalation.facts import Coordination
from services.escalation.firing import firing
from services.escalation.ladder import accept
from services.escalation.repairing import cancel_clock, move_clock
from shared.aggregate import Actor
from tests.unit.escalation.explanations import checked, explained
from tests.unit.escalation.makers import BRANCH, DUTY_MANAGER, Story, facts, hour, names, rules

OPERATOR = Actor("O1001", "operator")
OF_THE_MANUAL = ("handling", "first_reply")


def moved(story: Story, clock: str, due: float, now: float) -> list[Any]:
    return story.do(move_clock, clock, hour(due), "时钟有误", by=OPERATOR, now=hour(now))


def called_off(story: Story, clock: str, now: float) -> list[Any]:
    return story.do(cancel_clock, clock, "重复登记", by=OPERATOR, now=hour(now))


def letter() -> Story:
    """With a contact clock of 4 hours."""
    return Story(facts(channel="letter"))


def test_a_clock_is_moved_with_who_when_why_and_both_times_on_record() -> None:
    story = letter()

    moved(story, "contact", 10, 1)

    clock, step = story.now.clock("contact-1"), story.now.steps[-1]
    assert (clock.due_at, clock.given_due, clock.state) == (hour(10), hour(4), "running")
    assert clock.warn_at == hour(7.5), "at its own share of the new span"
    assert (step.step, step.by, step.was, step.due_at, step.text) == (
        *("clock_moved", "O1001", hour(4), hour(10), "时钟有误"),
    )
    assert names(story.fire(hour(9))) == ["ClockWarned"]
    assert names(story.fire(hour(10))) == ["ClockBroken"]


def test_a_clock_that_is_called_off_neither_warns_nor_breaks_and_is_no_limit() -> None:
    story = letter()

    called_off(story, "contact", 1)

    clock, step = story.now.clock("contact-1"), story.now.steps[-1]
    assert (clock.state, clock.ended_at, step.step, step.by, step.text) == (
        *("cancelled", hour(1), "clock_called_off", "O1001", "重复登记"),
    )
    assert "contact" not in limits_of(story.now)
    assert decided_of(story.now) == {"contact": None}
    assert not [event for event in story.fire(hour(20)) if getattr(event, "clock_id", "") == "contact-1"]


@pytest.mark.parametrize("kind", OF_THE_MANUAL)
def test_CL3_a_limit_of_the_manual_moves_earlier_but_never_later_than_its_own_time(kind: str) -> None:
    story = Story()
    with pytest.raises(errors.OnlyEarlier) as refused:
        moved(story, kind, 49, 1)
    assert (refused.value.rule, refused.value.details["needed"]) == ("CL3", "extend, by branch or above")

    moved(story, kind, 30, 1)
    moved(story, kind, 48, 2)  # back again: a repair of a repair

    assert story.now.clock(f"{kind}-1").due_at == hour(48)
    with pytest.raises(errors.OnlyEarlier):
        moved(story, kind, 48.1, 3)


@pytest.mark.parametrize("kind", OF_THE_MANUAL)
def test_CL3_a_limit_of_the_manual_is_not_called_off(kind: str) -> None:
    with pytest.raises(errors.NotCancellable) as refused:
        called_off(Story(), kind, 1)

    assert (refused.value.rule, "contact" in refused.value.details["cancellable"]) == ("CL3", True)


def test_CL3_coordination_gives_a_moved_limit_more_time_and_that_is_its_own_then() -> None:
    story = Story(facts(coordination=Coordination("cross_province", "黑龙江")))
    moved(story, "handling", 30, 1)

    story.take(extend(story.now, "handling", hour(96), "other province", BRANCH, hour(2), rules()), BRANCH)

    assert story.now.clock("handling-1").given_due == hour(96)
    assert checked(explained(story, "handling-1")) == (0, "")


def test_a_broken_clock_stays_broken_also_one_that_ran_out_unseen() -> None:
    for now in (4, 5):
        with pytest.raises(errors.ClockEnded):
            moved(letter(), "contact", 20, now)
        with pytest.raises(errors.ClockEnded):
            called_off(letter(), "contact", now)


@pytest.mark.parametrize("due", [0.5, 1, 4])
def test_a_clock_is_moved_to_another_time_that_lies_ahead(due: float) -> None:
    with pytest.raises(errors.NotAhead):
        moved(letter(), "contact", due, 1)


def test_a_warning_that_lies_behind_after_a_move_is_told_at_once() -> None:
    story = letter()

    moved(story, "contact", 1.2, 1)

    assert [type(event).__name__ for event in story.fire(hour(1))] == ["ClockWarned"]
    assert names(story.fire(hour(1.2))) == ["ClockBroken"]


@pytest.mark.parametrize("due", [2, 10])
def test_the_explanation_of_a_moved_clock_tells_the_move_and_counts_up(due: float) -> None:
    story = letter()
    moved(story, "contact", due, 1)

    said = explained(story, "contact-1")

    assert checked(said) == (0, "")
    change = said["changes"][-1]
    assert (change["why"], change["by"], change["reason"], change["span"]) == (
        *("moved", "O1001", "时钟有误", {"until": said["due_at"]}),
    )
    assert "由 O1001 人工调整（原因：时钟有误）" in said["text_zh"]
    assert "人工调整的时间" in said["text_zh"]
    assert "承诺" not in said["text_zh"]


def test_CL10_a_correction_leaves_what_was_moved_and_does_not_bring_back_what_was_called_off() -> None:
    story = letter()
    moved(story, "handling", 30, 1)
    called_off(story, "contact", 1)

    story.follow(brand="gotone", as_of=hour(2))

    assert story.now.clock("handling-1").due_at == hour(30)
    assert [clock.state for clock in story.now.clocks if clock.kind == "contact"] == ["cancelled"]


def test_what_fires_is_what_then_happens_if_nobody_acts() -> None:
    """The forecast is the ladder's own decision, also of clocks that only a rise will start."""
    story = letter()
    foreseen = firing(story.now, hour(80), rules())

    story.fire(hour(80))

    ends = [(each["clock_id"], each["at"]) for each in foreseen if each["fires"] == "breaks"]
    assert ends == [(step.clock_id, step.at) for step in story.now.steps if step.step == "clock_broken"]
    warned = [(each["clock_id"], each["at"]) for each in foreseen if each["fires"] == "warns"]
    assert warned == [(step.clock_id, step.at) for step in story.now.steps if step.step == "clock_warned"]
    rises = [each["then"]["raises_to"] for each in foreseen if each["then"]["raises_to"]]
    assert rises == [step.to_level for step in story.now.steps if step.step == "escalated"]
    assert [each["at"] for each in foreseen] == sorted(each["at"] for each in foreseen)
    assert {each["clock_id"] for each in foreseen if each["new"]} == {"acceptance-1", "acceptance-2", "acceptance-3"}


def test_what_fires_tells_level_and_who_is_told_by_name() -> None:
    foreseen = {each["clock_id"]: each for each in firing(Story().now, hour(49), rules()) if each["fires"] == "breaks"}

    assert foreseen["handling-1"]["level"] == "agent"
    assert foreseen["handling-1"]["then"] == {"raises_to": "duty_manager", "tells": "E1004"}


def test_nothing_fires_beyond_the_time_that_was_asked_for() -> None:
    story = letter()

    assert {each["fires"] for each in firing(story.now, hour(3.5), rules())} == {"warns"}
    assert firing(story.now, hour(1), rules()) == []
    story.fire(hour(49))
    story.do(accept, by=DUTY_MANAGER, now=hour(49.5))
    assert all(each["at"] > hour(49.5) for each in firing(story.now, hour(49.5) + timedelta(days=2), rules()))
