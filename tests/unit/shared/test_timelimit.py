"""Spans of time: natural hours, working days, given due times, extensions; checked by counting minute by minute."""

from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.calendar import Calendar
from shared.clockrules import (
    ClockPolicy,
    ClockRule,
    FixedSpan,
    Given,
    Hours,
    MissingFact,
    WorkingDays,
)
from shared.timelimit import Limit, extended, guessed_years, shortened, started_by, working_days_after

SHANGHAI = ZoneInfo("Asia/Shanghai")
MINUTE = timedelta(minutes=1)
MONDAY_NINE = datetime(2026, 11, 23, 9, 0, tzinfo=SHANGHAI)
TUESDAY_WITHOUT_OFFSET = (MONDAY_NINE + timedelta(days=1)).replace(tzinfo=None)


def policy_of(span: FixedSpan, warn: Fraction) -> ClockPolicy:
    clock = ClockRule("a", "a", ("begun",), (), span, "CL1", frozenset({"done"}), warn, "钟", "clock")
    return ClockPolicy(frozenset({"begun"}), (clock,))


def limit_of(
    span: FixedSpan, at: datetime, calendar: Calendar, warn: Fraction = Fraction(3, 4), **facts: object
) -> Limit:
    (limit,) = started_by("begun", facts, at, policy_of(span, warn), calendar)
    return limit


def by_minutes(at: datetime, minutes: int, counts: set[date]) -> datetime:
    """The end of the last of so many minutes on these days after the starting day, counted one by one."""
    moment, first_day = at, at.astimezone(SHANGHAI).date()
    while minutes:
        day = moment.astimezone(SHANGHAI).date()
        minutes -= day > first_day and day in counts
        moment += MINUTE
    return moment


starts = st.integers(0, 2 * 365 * 24 * 60).map(
    lambda minutes: datetime(2024, 12, 1, tzinfo=SHANGHAI) + minutes * MINUTE
)


@given(starts, st.integers(1, 6))
def test_CL7_working_days_agree_with_counting_minute_by_minute(at: datetime, days: int) -> None:
    calendar = Calendar()
    horizon = [at.date() + timedelta(days=number) for number in range(40)]
    worked = {day for day in horizon if calendar.is_working(day)}
    limit = limit_of(WorkingDays(days), at, calendar)

    assert limit.due_at == by_minutes(at, days * 24 * 60, worked)
    assert limit.warn_at == by_minutes(at, days * 24 * 60 * 3 // 4, worked)


@given(
    starts, st.one_of(st.integers(1, 100).map(lambda n: Hours(timedelta(hours=n))), st.integers(1, 9).map(WorkingDays))
)
def test_the_intervals_lie_end_to_end_and_those_that_count_sum_to_the_span(at: datetime, span: FixedSpan) -> None:
    limit = limit_of(span, at, Calendar())
    length = (
        span.length if isinstance(span, Hours) else timedelta(days=span.days) if isinstance(span, WorkingDays) else None
    )

    assert limit.intervals[0].from_ == limit.started_at == at
    assert limit.intervals[-1].to == limit.due_at
    assert all(one.to == following.from_ for one, following in zip(limit.intervals, limit.intervals[1:], strict=False))
    assert sum((each.to - each.from_ for each in limit.intervals if each.counts), timedelta()) == limit.span == length


@given(starts, st.integers(1, 9), st.integers(1, 10_000), st.fractions(Fraction(1, 20), Fraction(19, 20)))
def test_CL3_an_extension_ends_where_it_says_and_warns_at_the_same_share(
    at: datetime, days: int, minutes: int, warn: Fraction
) -> None:
    before = limit_of(WorkingDays(days), at, Calendar(), warn=warn)
    longer = extended(before, before.due_at + minutes * MINUTE)

    assert longer.due_at - before.due_at == longer.span - before.span == minutes * MINUTE
    assert abs(longer.counted_until(longer.warn_at) - longer.span * float(warn)) < timedelta(seconds=1)


@pytest.mark.parametrize(
    ("at", "days", "due"),
    [
        ("2026-11-23T09:00", 3, "2026-11-27T00:00"),  # Monday: Tuesday, Wednesday, Thursday
        ("2026-11-23T00:00", 1, "2026-11-25T00:00"),  # the starting day is a gift, even from its first minute
        ("2026-11-27T23:59", 3, "2026-12-03T00:00"),  # a Friday: the weekend does not count
        ("2026-09-30T09:00", 3, "2026-10-11T00:00"),  # National Day: 8th, 9th, and Saturday the 10th is made up
        ("2026-02-13T09:00", 3, "2026-02-26T00:00"),  # Spring Festival: Saturday the 14th, then the 24th and 25th
    ],
)
def test_CL7_working_days_last_to_the_end_of_the_last_one(calendar: Calendar, at: str, days: int, due: str) -> None:
    start = datetime.fromisoformat(at).replace(tzinfo=SHANGHAI)

    assert working_days_after(start, days, calendar) == datetime.fromisoformat(due).replace(tzinfo=SHANGHAI)


def test_CL7_each_stretch_of_a_working_day_limit_says_why_it_counts_or_not(calendar: Calendar) -> None:
    limit = limit_of(WorkingDays(4), datetime(2026, 9, 30, 9, tzinfo=SHANGHAI), calendar)

    assert [(each.why, each.counts) for each in limit.intervals] == [
        ("starting_day", False),
        ("holiday", False),
        ("weekend", False),  # Sunday the 4th
        ("holiday", False),
        ("working_day", True),
        ("make_up_day", True),
        ("weekend", False),
        ("working_day", True),
    ]


def test_CL_natural_hours_run_through_holidays(calendar: Calendar) -> None:
    limit = limit_of(Hours(timedelta(hours=48)), datetime(2026, 9, 30, 18, tzinfo=SHANGHAI), calendar)

    assert limit.due_at == datetime(2026, 10, 2, 18, tzinfo=SHANGHAI)
    assert [each.why for each in limit.intervals] == ["natural_hours"]


def test_CL9_a_clock_warns_at_three_quarters_of_its_span(calendar: Calendar) -> None:
    assert limit_of(Hours(timedelta(hours=8)), MONDAY_NINE, calendar).warn_at == MONDAY_NINE + timedelta(hours=6)


def test_times_are_kept_in_utc(calendar: Calendar) -> None:
    limit = limit_of(Hours(timedelta(hours=8)), MONDAY_NINE, calendar)

    assert {moment.tzinfo for moment in (limit.started_at, limit.warn_at, limit.due_at)} == {UTC}


def test_CL8_a_promise_is_due_when_it_was_promised(calendar: Calendar) -> None:
    due_at = MONDAY_NINE + timedelta(hours=20)
    limit = limit_of(Given("due_at"), MONDAY_NINE, calendar, due_at=due_at)

    assert (limit.due_at, limit.warn_at) == (due_at, MONDAY_NINE + timedelta(hours=15))
    assert [each.why for each in limit.intervals] == ["given"]


@pytest.mark.parametrize("due_at", [MONDAY_NINE, MONDAY_NINE - MINUTE, TUESDAY_WITHOUT_OFFSET])
def test_CL8_a_due_time_that_is_past_or_without_offset_is_refused(calendar: Calendar, due_at: datetime) -> None:
    with pytest.raises(ValueError):
        limit_of(Given("due_at"), MONDAY_NINE, calendar, due_at=due_at)


def test_a_given_limit_without_its_time_is_refused(calendar: Calendar) -> None:
    with pytest.raises(MissingFact):
        limit_of(Given("due_at"), MONDAY_NINE, calendar)


def test_a_start_without_offset_is_refused(calendar: Calendar) -> None:
    with pytest.raises(ValueError, match="offset"):
        limit_of(Hours(timedelta(hours=1)), TUESDAY_WITHOUT_OFFSET, calendar)


def test_CL3_a_limit_is_never_extended_backwards(calendar: Calendar) -> None:
    limit = limit_of(Hours(timedelta(hours=8)), MONDAY_NINE, calendar)

    with pytest.raises(ValueError, match="extension"):
        extended(limit, limit.due_at)


def test_CL3_two_extensions_stand_beside_the_first_span(calendar: Calendar) -> None:
    limit = limit_of(Hours(timedelta(hours=8)), MONDAY_NINE, calendar)
    twice = extended(extended(limit, MONDAY_NINE + timedelta(hours=10)), MONDAY_NINE + timedelta(hours=12))

    assert [each.why for each in twice.intervals] == ["natural_hours", "extension", "extension"]
    assert twice.warn_at == MONDAY_NINE + timedelta(hours=9)


def test_a_limit_that_reaches_a_year_without_notice_says_so(calendar: Calendar) -> None:
    reaching = limit_of(WorkingDays(5), datetime(2026, 12, 30, 9, tzinfo=SHANGHAI), calendar)
    within = limit_of(WorkingDays(1), datetime(2026, 12, 30, 9, tzinfo=SHANGHAI), calendar)
    in_hours = limit_of(Hours(timedelta(hours=48)), datetime(2026, 12, 31, 9, tzinfo=SHANGHAI), calendar)

    assert [guessed_years(limit, calendar) for limit in (reaching, within, in_hours)] == [(2027,), (), ()]


def test_an_interval_travels_as_from_to_counts_and_why(calendar: Calendar) -> None:
    (interval,) = limit_of(Hours(timedelta(hours=1)), MONDAY_NINE, calendar).intervals

    assert interval.to_wire() == {
        "from": "2026-11-23T01:00:00+00:00",
        "to": "2026-11-23T02:00:00+00:00",
        "counts": True,
        "why": "natural_hours",
    }


@given(starts, st.sampled_from([Hours(timedelta(hours=9)), WorkingDays(3)]), st.integers(1, 3 * 24 * 60))
def test_ES5_a_shortened_limit_keeps_the_first_part_of_the_time_that_counts_and_no_more(
    at: datetime, span: FixedSpan, minutes: int
) -> None:
    whole = limit_of(span, at, Calendar())
    length = min(minutes * MINUTE, whole.span)

    rest = shortened(whole, length)

    assert rest.span == length
    assert rest.due_at == rest.intervals[-1].to <= whole.due_at
    assert whole.counted_until(rest.due_at) == length
    assert rest.counted_until(rest.warn_at) == length * 3 / 4
