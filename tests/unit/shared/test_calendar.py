"""Working days, against the words of the official notices (CL: working days follow China's official calendar)."""

from datetime import UTC, date, datetime, timedelta

import pytest

from shared.calendar import Calendar, day_of, start_of

# 国务院办公厅关于部分节假日安排的通知 of each year: worked weekends, and days off (the first, how many).
MAKE_UP_DAYS = {
    2024: ["02-04", "02-18", "04-07", "04-28", "05-11", "09-14", "09-29", "10-12"],
    2025: ["01-26", "02-08", "04-27", "09-28", "10-11"],
    2026: ["01-04", "02-14", "02-28", "05-09", "09-20", "10-10"],
}
DAYS_OFF = {
    2024: [("01-01", 1), ("02-10", 8), ("04-04", 3), ("05-01", 5), ("06-10", 1), ("09-15", 3), ("10-01", 7)],
    2025: [("01-01", 1), ("01-28", 8), ("04-04", 3), ("05-01", 5), ("05-31", 3), ("10-01", 8)],
    2026: [("01-01", 3), ("02-15", 9), ("04-04", 3), ("05-01", 5), ("06-19", 3), ("09-25", 3), ("10-01", 7)],
}


def days_of(year: int) -> list[date]:
    first = date(year, 1, 1)
    return [first + timedelta(days=number) for number in range((date(year + 1, 1, 1) - first).days)]


def worked_by_the_notice(year: int) -> set[date]:
    """All working days of a year, from the notice alone."""
    off = set()
    for first, length in DAYS_OFF[year]:
        start = date.fromisoformat(f"{year}-{first}")
        off |= {start + timedelta(days=number) for number in range(length)}
    made_up = {date.fromisoformat(f"{year}-{day}") for day in MAKE_UP_DAYS[year]}
    return {day for day in days_of(year) if day in made_up or (day.weekday() < 5 and day not in off)}


@pytest.mark.parametrize("year", DAYS_OFF)
def test_CL_working_days_are_those_of_the_official_notice(calendar: Calendar, year: int) -> None:
    assert {day for day in days_of(year) if calendar.is_working(day)} == worked_by_the_notice(year)


def test_CL_every_year_that_claims_a_notice_is_checked_against_it(calendar: Calendar) -> None:
    assert set(calendar.official) == set(DAYS_OFF)


@pytest.mark.parametrize(
    ("day", "kind"),
    [
        ("2026-10-01", "holiday"),
        ("2026-10-07", "holiday"),
        ("2026-10-08", "working_day"),
        ("2026-10-10", "make_up_day"),  # a Saturday worked for the holiday
        ("2026-10-11", "weekend"),
        ("2026-02-14", "make_up_day"),
        ("2026-02-16", "holiday"),
    ],
)
def test_CL_each_day_says_what_it_is(calendar: Calendar, day: str, kind: str) -> None:
    assert calendar.kind_of(date.fromisoformat(day)) == kind


def test_a_day_that_the_policy_gives_off_is_a_holiday_whatever_the_library_says() -> None:
    calendar = Calendar(days_off={date(2026, 11, 23): "停电"})

    assert calendar.kind_of(date(2026, 11, 23)) == "holiday"


def test_a_weekend_that_the_policy_makes_worked_counts() -> None:
    calendar = Calendar(working_days={date(2027, 2, 14): "春节调休"})

    assert calendar.kind_of(date(2027, 2, 14)) == "make_up_day"
    assert Calendar().kind_of(date(2027, 2, 14)) == "weekend"


def test_a_festival_that_the_policy_makes_worked_is_an_ordinary_working_day() -> None:
    assert Calendar(working_days={date(2026, 10, 1): "值班"}).kind_of(date(2026, 10, 1)) == "working_day"


def test_a_year_without_its_notice_is_said_to_be_a_guess(calendar: Calendar) -> None:
    assert calendar.complete_for(2026)
    assert not calendar.complete_for(2027)
    assert calendar.warnings(date(2026, 11, 23)) == (
        "calendar.yml: 2027 has no official notice; its make-up days are unknown and working days are a guess",
    )


def test_in_spring_nothing_is_warned_of(calendar: Calendar) -> None:
    assert calendar.warnings(date(2026, 3, 1)) == ()


def test_days_are_those_of_shanghai() -> None:
    assert day_of(datetime(2026, 11, 23, 15, 59, 59, 999000, tzinfo=UTC)) == date(2026, 11, 23)
    assert day_of(datetime(2026, 11, 23, 16, 0, tzinfo=UTC)) == date(2026, 11, 24)
    assert start_of(date(2026, 11, 24)) == datetime(2026, 11, 23, 16, 0, tzinfo=UTC)
