"""Mainland mobile numbers."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared import phone


@pytest.mark.parametrize("written", ["13900000001", "+8613900000001", "8613900000001", "008613900000001"])
def test_a_number_is_eleven_digits_however_its_country_is_written(written: str) -> None:
    assert phone.parse(written) == "13900000001"


@pytest.mark.parametrize(
    "written",
    [
        *("", "10086", "02012345678", "12345678901", "1390000000", "139000000011", "+85261234567", "+113900000001"),
        *(
            "139 0000 0001",
            "139-0000-0001",
            "1390000ABCD",
            "１３９００００００００１",
            "13900000001\n",
            "++8613900000001",
        ),
    ],
)
def test_anything_else_is_no_mobile_number_and_is_not_repeated(written: str) -> None:
    with pytest.raises(phone.NotAMobileNumber) as caught:
        phone.parse(written)

    assert not written or written not in str(caught.value)


@given(st.text(max_size=20))
def test_no_text_does_anything_but_parse_or_be_refused(written: str) -> None:
    with suppress(phone.NotAMobileNumber):
        assert len(phone.parse(written)) == 11


def test_PR1_a_masked_number_keeps_its_ends_only() -> None:
    assert phone.mask("13912340001") == "139****0001"


@pytest.mark.parametrize(
    ("told", "shown"),
    [
        ("13912340001", "139****0001"),
        ("号码+8613912340001不存在", "号码+86139****0001不存在"),
        ({"id": ["139 1234 0001"], "level": 2}, {"id": ["139****0001"], "level": 2}),
        ("b13912340001c", "b13912340001c"),
        ("261123753452771", "261123753452771"),
        ({"amount_fen": 13912340001, "known": None}, {"amount_fen": 13912340001, "known": None}),
    ],
)
def test_PR1_numbers_within_texts_are_masked_and_ids_are_not(told: object, shown: object) -> None:
    assert phone.masked_within(told) == shown
