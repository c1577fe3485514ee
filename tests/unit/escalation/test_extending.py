"""More time for coordinated complaints (CL3), and why a clock is due when it is due."""

from datetime import UTC, datetime, timedelta

import pytest

from services.escalation import errors
from services.escalation.extending import clock_named, extend
from services.escalation.facts import Coordination, Promise
from tests.unit.escalation.explanations import explained
from tests.unit.escalation.makers import BRANCH, Story, facts, hour, names, rules


def coordinated() -> Story:
    return Story(facts(coordination=Coordination("cross_province", "黑龙江")))


def extended(story: Story, clock: str, due: float, now: float) -> None:
    story.take(extend(story.now, clock, hour(due), "other province", BRANCH, hour(now), rules()), BRANCH)


def test_CL3_a_coordinated_complaint_gets_a_later_due_time_with_a_reason() -> None:
    story = coordinated()

    extended(story, "handling", 96, 1)

    clock = story.now.clock("handling-1")
    assert (clock.due_at, clock.extended) == (hour(96), True)
    assert (story.now.steps[-1].was, story.now.steps[-1].text) == (hour(48), "other province")
    assert names(story.fire(hour(48))) == ["ClockWarned", "ClockBroken"], "only the first reply was due"


def test_CL3_without_coordination_it_is_refused() -> None:
    with pytest.raises(errors.NotCoordinated) as refused:
        extended(Story(), "handling", 96, 1)

    assert refused.value.rule == "CL3"


def test_CL3_what_has_ended_is_not_extended() -> None:
    story = coordinated()
    story.fire(hour(48))

    with pytest.raises(errors.NotExtendable):
        extended(story, "handling-1", 96, 49)


def test_CL3_a_clock_that_ran_out_unseen_is_not_extended_either() -> None:
    with pytest.raises(errors.NotExtendable):
        extended(coordinated(), "handling", 96, 48.5)


def test_CL3_time_of_the_ladder_is_not_extended() -> None:
    story = coordinated()
    story.fire(hour(48))

    with pytest.raises(errors.NotExtendable):
        extended(story, "acceptance", 96, 49)


@pytest.mark.parametrize("due", [47, 48])
def test_CL3_an_extension_is_later_than_the_present_due_time(due: float) -> None:
    with pytest.raises(errors.NotLater) as refused:
        extended(coordinated(), "handling", due, 1)

    assert "due_at" in refused.value.details


def test_CL8_an_answers_promise_is_extended_within_the_handling_limit_only() -> None:
    story = coordinated()
    story.follow(promises=(Promise("promise-1", "answer", hour(10), hour(1)),))

    with pytest.raises(errors.BeyondHandling) as refused:
        extended(story, "promise", 60, 2)
    assert refused.value.rule == "CL8"
    assert datetime.fromisoformat(refused.value.details["latest"]) == hour(48)

    extended(story, "handling", 96, 2)
    extended(story, "promise", 60, 3)
    assert story.now.clock("promise-1").due_at == hour(60)


def test_CL7_an_effects_promise_is_extended_freely() -> None:
    story = coordinated()
    story.follow(promises=(Promise("promise-1", "effect", hour(10), hour(1)),))

    extended(story, "promise", 60, 2)

    assert story.now.clock("promise-1").due_at == hour(60)


def test_CL9_an_extended_clock_warns_again() -> None:
    story = coordinated()
    story.fire(hour(40))

    extended(story, "handling", 100, 41)

    assert "ClockWarned" in names(story.fire(hour(76)))


def test_CL10_a_correction_leaves_what_people_extended() -> None:
    story = coordinated()
    extended(story, "handling", 100, 1)

    story.follow(brand="vip", as_of=hour(2))

    assert story.now.clock("handling-1").due_at == hour(100)


def test_a_clock_is_named_by_its_id_or_by_its_kind_where_there_is_one() -> None:
    story = coordinated()
    promises = (Promise("p1", "effect", hour(80), hour(1)), Promise("p2", "effect", hour(90), hour(1)))
    story.follow(promises=promises)

    assert clock_named(story.now, "handling").clock_id == "handling-1"
    assert clock_named(story.now, "p2").clock_id == "p2"
    with pytest.raises(errors.SeveralClocks, match="several"):
        clock_named(story.now, "promise")
    with pytest.raises(errors.NoSuchClock):
        clock_named(story.now, "no such")


def test_of_several_clocks_of_a_kind_the_running_one_is_meant() -> None:
    story = coordinated()
    story.follow(status="replied", answered_at=hour(5), replied_at=hour(5))
    story.follow(status="open", replied_at=None, reopened_at=hour(30))

    assert clock_named(story.now, "handling").clock_id == "handling-2"


def test_the_intervals_that_count_sum_to_the_limit() -> None:
    story = coordinated()
    extended(story, "handling", 96, 1)

    said = explained(story, "handling-1")

    counted = [each for each in said["intervals"] if each["counts"]]
    lengths = [datetime.fromisoformat(each["to"]) - datetime.fromisoformat(each["from"]) for each in counted]
    assert sum(lengths, timedelta()) == timedelta(hours=96)
    assert said["intervals"][0]["from"] == hour(0).isoformat()
    assert said["intervals"][-1]["to"] == hour(96).isoformat()
    assert datetime.fromisoformat(said["due_at"]) == hour(96)
    assert (said["policy_version"], said["calendar_version"]) == (rules().clocks_version, rules().calendar_version)


def test_CL7_a_limit_in_working_days_explains_itself_in_both_languages() -> None:
    said = explained(Story(facts(self_service_fault=True)), "repair-1")

    assert "5个工作日" in said["text_zh"]
    assert "5 working days" in said["text_en"]
    assert datetime.fromisoformat(said["due_at"]) == datetime(2026, 11, 30, 16, 0, tzinfo=UTC)
