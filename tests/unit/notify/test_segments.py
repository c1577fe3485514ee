"""Long texts in parts: nothing lost, nothing too long, no character cut in two."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.notify.segments import GSM7, UCS2, Part, alphabet, split

TEXTS = st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=600)
MIXED = st.text(alphabet="投诉🙂a€[中", max_size=600)
GSM_TEXTS = st.text(alphabet="abcXYZ019 @£$¥èé€[]{}~^|", max_size=900)
CODECS = {GSM7: "gsm03.38", UCS2: "utf-16-be"}


def read(part: Part) -> str:
    """Strict: half a character raises."""
    return part.payload.decode(CODECS[part.encoding])


def octets_on_air(part: Part) -> float:
    return len(part.header) + len(part.payload) * (7 / 8 if part.encoding == GSM7 else 1)


@given(TEXTS | MIXED | GSM_TEXTS, st.integers(0, 2**32), st.booleans())
def test_the_parts_together_are_the_text_and_none_is_over_the_limit(text: str, reference: int, wide: bool) -> None:
    parts = split(text, reference, wide=wide)

    assert "".join(read(part) for part in parts) == text
    assert all(octets_on_air(part) <= 140 for part in parts)
    assert [part.number for part in parts] == list(range(1, len(parts) + 1))
    assert {part.total for part in parts} == {len(parts)}


@given(MIXED, st.integers(0, 2**32), st.booleans())
def test_every_part_of_a_long_text_names_the_same_reference(text: str, reference: int, wide: bool) -> None:
    parts = split(text, reference, wide=wide)

    begin = b"\x06\x08\x04" + (reference % 2**16).to_bytes(2, "big") if wide else bytes((5, 0, 3, reference % 256))
    for part in parts:
        assert part.header == (begin + bytes((part.total, part.number)) if len(parts) > 1 else b"")


def test_seventy_chinese_characters_are_one_sms_and_one_more_makes_two() -> None:
    assert [len(read(part)) for part in split("投" * 70, 1)] == [70]
    assert [len(read(part)) for part in split("投" * 71, 1)] == [66, 5]
    assert [len(read(part)) for part in split("投" * 71, 1, wide=False)] == [67, 4]


def test_a_hundred_and_sixty_latin_characters_are_one_sms_and_one_more_makes_two() -> None:
    assert [len(read(part)) for part in split("a" * 160, 1)] == [160]
    assert [len(read(part)) for part in split("a" * 161, 1)] == [152, 9]
    assert [len(read(part)) for part in split("a" * 161, 1, wide=False)] == [153, 8]


def test_an_emoji_counts_two_units_and_stays_whole() -> None:
    assert [len(read(part)) for part in split("🙂" * 36, 1)] == [33, 3]
    assert [len(read(part)) for part in split("投" + "🙂" * 36, 1)] == [33, 4]


def test_a_euro_sign_counts_two_septets_and_its_pair_stays_together() -> None:
    assert [len(read(part)) for part in split("a" + "€" * 80, 1)] == [76, 5]


def test_one_chinese_character_makes_the_whole_text_ucs2() -> None:
    assert alphabet("hello") == GSM7
    assert alphabet("hello 你") == UCS2
    assert alphabet("\x1b") == UCS2


def test_a_text_no_phone_could_join_is_refused() -> None:
    with pytest.raises(ValueError, match="256 parts"):
        split("投" * 66 * 256, 1)
