"""IN8: repeats within three calendar months of archiving."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.intake.repeats import Standing, months_after, place_after
from services.intake.values import Place


def shanghai(text: str) -> datetime:
    return datetime.fromisoformat(f"{text}+08:00").astimezone(UTC)


@pytest.mark.parametrize(
    ("archived", "last_moment"),
    [
        ("2026-08-23T09:00:00", "2026-11-23T09:00:00"),
        ("2026-11-30T09:00:00", "2027-02-28T09:00:00"),  # February is shorter
        ("2027-11-30T09:00:00", "2028-02-29T09:00:00"),  # a leap year
        ("2026-10-31T23:30:00", "2027-01-31T23:30:00"),  # over the end of a year
        ("2026-12-01T00:10:00", "2027-03-01T00:10:00"),  # still November in UTC
    ],
)
def test_IN8_three_calendar_months_end_at_the_same_time_of_day(archived: str, last_moment: str) -> None:
    assert months_after(shanghai(archived), 3) == shanghai(last_moment)


ARCHIVED = shanghai("2026-08-23T09:00:00")
LAST_MOMENT = shanghai("2026-11-23T09:00:00")


def test_IN8_within_three_months_of_archiving_it_repeats_the_archived_one() -> None:
    assert place_after([Standing("a", 1, False, ARCHIVED)], LAST_MOMENT) == Place(2, "a", 1)


def test_IN8_later_it_is_a_complaint_of_its_own() -> None:
    later = shanghai("2026-11-23T09:00:01")
    assert place_after([Standing("a", 1, False, ARCHIVED)], later) == Place(2)


def test_IN8_the_repeat_count_rises() -> None:
    earlier = [Standing("a", 1, False, ARCHIVED), Standing("b", 2, False, ARCHIVED, repeat_count=1)]
    assert place_after(earlier, LAST_MOMENT) == Place(3, "b", 2)


def test_IN8_a_withdrawn_one_takes_its_place_but_is_not_repeated() -> None:
    earlier = [Standing("a", 1, False, ARCHIVED), Standing("withdrawn", 2, False)]
    assert place_after(earlier, LAST_MOMENT) == Place(3, "a", 1)
    assert place_after([Standing("withdrawn", 1, False)], LAST_MOMENT) == Place(2)


@given(st.lists(st.integers(1, 50), unique=True))
def test_a_new_place_is_always_free(taken: list[int]) -> None:
    earlier = [Standing(str(nth), nth, False) for nth in taken]
    assert place_after(earlier, LAST_MOMENT).nth not in taken
