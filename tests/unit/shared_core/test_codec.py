"""States and events become plain JSON values and are restored without loss; private fields come apart."""

import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Literal

import cattrs
import pytest
from hypothesis import given

from shared.codec import canonical, plain, restore, split
from tests.unit.shared_core.sample import MONDAY, AmountAdded, Mark, Person, Tally, TallyOpened
from tests.unit.shared_core.strategies import json_values, tallies


@given(tallies)
def test_a_state_is_restored_as_it_was(tally: Tally):
    assert restore(plain(tally), Tally) == tally


@given(tallies)
def test_a_state_is_restored_from_its_json_text(tally: Tally):
    assert restore(json.loads(canonical(plain(tally))), Tally) == tally


@given(tallies)
def test_open_and_private_parts_together_are_the_whole(tally: Tally):
    seen, apart = split(tally)
    assert restore(seen | apart, Tally) == tally
    assert not seen.keys() & {"person", "notes"}
    assert apart.keys() <= {"person", "notes"}


def test_fields_at_their_default_are_left_out():
    assert plain(Tally("SZ")) == {"branch": "SZ"}
    assert split(TallyOpened()) == ({}, {})


def test_private_fields_come_apart_whole():
    seen, apart = split(TallyOpened("GZ", Person("李雷", "13912340001")))
    assert seen == {"branch": "GZ"}
    assert apart == {"person": {"name": "李雷", "number": "13912340001"}}


def test_fields_that_this_version_does_not_know_are_ignored():
    values = {"branch": "SZ", "mood": "good", "marks": [{"amount": 1, "at": MONDAY.isoformat(), "mood": "bad"}]}
    assert restore(values, Tally) == Tally("SZ", marks=(Mark(1, MONDAY),))


def test_fields_that_an_older_version_did_not_write_get_their_default():
    assert restore({}, AmountAdded) == AmountAdded(1, "")


def test_a_word_that_is_not_among_the_fields_words_is_refused():
    with pytest.raises(cattrs.BaseValidationError):
        restore({"branch": "SZ", "status": "burnt"}, Tally)


def test_times_are_iso_8601_with_offset_in_milliseconds():
    assert plain(MONDAY) == "2026-03-02T01:00:00.000+00:00"


def test_a_finer_time_than_milliseconds_is_not_lost():
    fine = MONDAY + timedelta(microseconds=1234)
    assert restore(plain(fine), datetime) == fine


def test_dictionaries_and_optional_values_are_restored():
    @dataclass(frozen=True)
    class Sheet:
        counts: dict[str, int]
        opinions: dict[str, Mark | None]
        words: dict[str, Any]
        mood: Literal["good", "bad"] | None = None
        amount_fen: int | None = None

    full = Sheet({"a": 1}, {"legal": Mark(2, MONDAY), "support": None}, {"x": [1, "2", None]}, "bad", 0)
    assert restore(json.loads(canonical(plain(full))), Sheet) == full
    assert restore(plain(Sheet({}, {}, {})), Sheet) == Sheet({}, {}, {})


@given(json_values)
def test_canonical_bytes_say_the_value(value: Any):
    assert json.loads(canonical(value)) == value


def test_canonical_bytes_do_not_depend_on_the_order_of_keys():
    assert canonical({"b": 1, "a": {"d": 1, "c": 2}}) == canonical({"a": {"c": 2, "d": 1}, "b": 1})
    assert canonical({"a": 1}) == b'{"a":1}'


def test_utc_is_restored_as_an_aware_time():
    assert restore(plain(MONDAY), datetime).utcoffset() == MONDAY.astimezone(UTC).utcoffset()
