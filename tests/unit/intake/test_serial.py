"""Serial numbers: quotable, checkable, made without a counter."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from services.intake.serial import LENGTH, check_digit, serial_number, understood

EVENING = datetime(2026, 11, 23, 17, 30, tzinfo=UTC)  # the 24th in Shanghai

serials = st.builds(
    serial_number,
    st.text("0123456789abcdef", min_size=32, max_size=32),
    st.integers(0, 12_000).map(lambda days: EVENING + timedelta(days=days)),
    st.integers(0, 4),
)


@given(serials)
def test_a_serial_number_is_digits_that_are_understood(serial_no: str) -> None:
    assert len(serial_no) == LENGTH
    assert serial_no.isdecimal()
    assert understood(serial_no) == serial_no


@given(serials, st.integers(0, LENGTH - 1), st.integers(1, 9))
def test_a_single_wrong_digit_is_found(serial_no: str, place: int, by: int) -> None:
    wrong = str((int(serial_no[place]) + by) % 10)
    assert understood(serial_no[:place] + wrong + serial_no[place + 1 :]) is None


@given(serials, st.integers(0, LENGTH - 2))
def test_a_swap_of_neighbours_is_found(serial_no: str, place: int) -> None:
    left, right = serial_no[place], serial_no[place + 1]
    swapped = serial_no[:place] + right + left + serial_no[place + 2 :]
    assert understood(swapped) == (serial_no if left == right else None)


def test_it_begins_with_the_day_in_shanghai() -> None:
    assert serial_number("c0ffee", EVENING).startswith("261124")


def test_the_same_complaint_has_the_same_number_and_another_attempt_draws_another() -> None:
    numbers = [serial_number("c0ffee", EVENING, attempt) for attempt in (0, 0, 1, 2, 3, 4)]
    assert len(set(numbers)) == 5
    assert numbers[0] == numbers[1]


def test_complaints_of_one_day_rarely_meet() -> None:
    drawn = {serial_number(f"complaint {number}", EVENING) for number in range(2000)}
    assert len(drawn) >= 1999


def test_it_is_understood_in_the_groups_people_read_it_in() -> None:
    serial_no = serial_number("c0ffee", EVENING + timedelta(days=1))
    assert understood(f"{serial_no[:6]}-{serial_no[6:10]} {serial_no[10:]}") == serial_no


def test_anything_else_is_no_serial_number() -> None:
    digits = "26112312345678"
    for said in (
        "",
        "c0ffee",
        digits,
        digits + check_digit(digits) + "0",
        "２６１１２３１２３４５６７８" + check_digit(digits),
    ):
        assert understood(said) is None
