"""Which complaints count together, and when they are one incident (MJ4), decided by counting by hand."""

from datetime import timedelta
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.escalation.facts import Major
from services.escalation.grouping import Sighting, crowd, joined, marking_tried, place_of, waits_at
from services.escalation.rules import GroupPolicy
from tests.unit.escalation.makers import Story, facts, hour, rules

HERE = "SZ|04.01.01|福田"
POLICY = GroupPolicy(count=3, within=timedelta(hours=2), customers=2)
SIGHTINGS = st.lists(st.tuples(st.integers(0, 12), st.sampled_from("abc")), max_size=8)


def sightings(found: list[tuple[int, str]]) -> list[Sighting]:
    return [Sighting(f"c{number}", hour(half / 2), customer) for number, (half, customer) in enumerate(found)]


@given(SIGHTINGS)
def test_MJ4_a_window_is_found_exactly_where_some_three_of_two_customers_lie_within_two_hours(
    found: list[tuple[int, str]],
) -> None:
    seen = sightings(found)
    by_hand = any(
        max(each.at for each in some) - min(each.at for each in some) <= POLICY.within
        and len({each.customer for each in some}) >= POLICY.customers
        for size in range(POLICY.count, len(seen) + 1)
        for some in combinations(seen, size)
    )

    window = crowd(seen, POLICY)

    assert bool(window) == by_hand
    if window:
        assert len(window) >= POLICY.count
        assert window[-1].at - window[0].at <= POLICY.within
        assert len({each.customer for each in window}) >= POLICY.customers


def test_MJ4_a_complaint_counts_on_its_leaf_in_its_area_of_its_branch() -> None:
    assert place_of(facts(area="福田")) == HERE
    assert len({place_of(facts(area=area)) for area in ("福田", "罗湖")}) == 2
    assert place_of(facts(area="福田", branch="GZ")) != HERE
    assert place_of(facts(area="福田", category="04.01.02")) != HERE


@pytest.mark.parametrize(
    "changes",
    [
        {"area": None},
        {"status": "refused"},
        {"status": "withdrawn"},
        {"ticket_type": "consultation"},
    ],
)
def test_MJ4_what_is_refused_withdrawn_no_complaint_or_without_an_area_counts_nowhere(changes: dict[str, str]) -> None:
    assert place_of(facts(**{"area": "福田", **changes})) is None


def in_incident(story: Story) -> Story:
    story.take(joined(story.now, "i1", HERE, hour(1)))
    return story


def test_MJ4_a_complaint_joins_once_and_waits_nowhere_any_more() -> None:
    story = in_incident(Story(facts(area="福田")))

    assert (story.now.incident_id, waits_at(story.now)) == ("i1", None)
    assert joined(story.now, "i1", HERE, hour(2)) == []
    assert story.now.marking is not None


def test_MJ4_a_complaint_that_has_moved_on_meanwhile_does_not_join() -> None:
    story = Story(facts(area="福田"))
    story.follow(category="04.01.02", as_of=hour(1))

    assert joined(story.now, "i1", HERE, hour(1)) == []


def test_MJ4_a_replied_or_major_complaint_joins_but_is_not_to_be_marked() -> None:
    replied, major = Story(facts(area="福田")), Story(facts(area="福田", major=Major("legal", "M1", hour(0))))
    replied.follow(status="replied", answered_at=hour(1), replied_at=hour(1))

    for story in (replied, major):
        assert in_incident(story).now.incident_id == "i1"
        assert story.now.marking is None


@pytest.mark.parametrize(
    ("changes", "cause"),
    [
        ({"status": "withdrawn", "withdrawn_at": hour(2)}, "withdrawn"),
        ({"category": "04.01.02", "as_of": hour(2)}, "reclassified"),
    ],
)
def test_MJ4_a_withdrawn_or_reclassified_complaint_leaves_and_is_not_marked_any_more(
    changes: dict[str, object], cause: str
) -> None:
    story = in_incident(Story(facts(area="福田")))

    story.follow(**changes)

    assert (story.now.incident_id, story.now.marking) == (None, None)
    assert (story.now.steps[-1].step, story.now.steps[-1].cause) == ("incident_left", cause)


def test_MJ4_a_correction_of_the_brand_leaves_nothing() -> None:
    story = in_incident(Story(facts(area="福田")))

    story.follow(brand="vip", as_of=hour(2))

    assert story.now.incident_id == "i1"


def test_MJ4_marking_is_asked_for_by_one_at_a_time_with_growing_pauses() -> None:
    story = in_incident(Story(facts(area="福田")))

    story.take(marking_tried(story.now, hour(1)))
    assert marking_tried(story.now, hour(1)) == []
    assert story.now.marking is not None
    first = story.now.marking.wake_at
    story.take(marking_tried(story.now, first))

    assert story.now.marking.wake_at - first > first - hour(1)


def test_MJ4_the_shipped_policy_asks_for_several_customers() -> None:
    group = rules().ladder.group

    assert group.count >= group.customers > 1
