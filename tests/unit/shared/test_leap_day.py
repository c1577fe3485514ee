"""Limits over a leap day, and in a land without summer time (F17)."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.calendar import Calendar
from shared.clockrules import Hours, WorkingDays
from tests.unit.shared.test_timelimit import SHANGHAI, limit_of

A_DAY = Hours(timedelta(hours=24))
LONG_AGO = datetime(2024, 1, 1, tzinfo=UTC)
MINUTES = 17 * 365 * 24 * 60


@pytest.mark.parametrize(
    ("began", "ends"),
    [
        (datetime(2028, 2, 28, 20, tzinfo=SHANGHAI), datetime(2028, 2, 29, 20, tzinfo=SHANGHAI)),
        (datetime(2028, 2, 29, 20, tzinfo=SHANGHAI), datetime(2028, 3, 1, 20, tzinfo=SHANGHAI)),
        (datetime(2027, 2, 28, 20, tzinfo=SHANGHAI), datetime(2027, 3, 1, 20, tzinfo=SHANGHAI)),
    ],
)
def test_F17_a_day_is_twenty_four_hours_over_a_leap_day_too(began: datetime, ends: datetime) -> None:
    assert limit_of(A_DAY, began, Calendar()).due_at == ends


def test_F17_a_leap_day_that_is_worked_is_a_working_day() -> None:
    monday = datetime(2028, 2, 28, 10, tzinfo=SHANGHAI)  # the leap day is a Tuesday
    limit = limit_of(WorkingDays(1), monday, Calendar())
    assert (limit.due_at - timedelta(milliseconds=1)).astimezone(SHANGHAI).date() == date(2028, 2, 29)


@given(st.integers(0, MINUTES))
def test_F17_shanghai_has_no_summer_time_that_would_lose_or_double_an_hour(minutes: int) -> None:
    moment = LONG_AGO + timedelta(minutes=minutes)
    assert moment.astimezone(SHANGHAI).utcoffset() == timedelta(hours=8)
    assert limit_of(A_DAY, moment, Calendar()).due_at - moment == timedelta(hours=24)
