"""PR1: what is sealed can be read only with its key and in its place; equal numbers meet without being readable."""

import base64
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.sealing import KeyRing, SealBroken
from tests.unit.shared_core.sample import data_key, keys
from tests.unit.shared_core.strategies import json_values, texts

VALUES = {"name": "李雷", "number": "13912340001"}


@given(st.dictionaries(texts, json_values, max_size=4))
def test_sealed_values_are_opened_in_their_place(values: dict[str, Any]):
    key = data_key()
    assert key.open(key.seal(values, "t1:state"), "t1:state") == values


def test_sealed_bytes_show_nothing_of_the_values():
    sealed = data_key().seal(VALUES, "t1:state")
    assert "李雷".encode() not in sealed
    assert b"13912340001" not in sealed


def test_the_same_values_are_never_sealed_into_the_same_bytes():
    key = data_key()
    assert key.seal(VALUES, "t1:state") != key.seal(VALUES, "t1:state")


def test_sealed_bytes_moved_to_another_place_are_refused():
    key = data_key()
    with pytest.raises(SealBroken):
        key.open(key.seal(VALUES, "t1:1"), "t1:2")


def test_every_changed_byte_is_refused():
    key = data_key()
    sealed = key.seal(VALUES, "t1:1")
    for place in range(len(sealed)):
        changed = sealed[:place] + bytes([sealed[place] ^ 1]) + sealed[place + 1 :]
        with pytest.raises(SealBroken):
            key.open(changed, "t1:1")


def test_every_cut_is_refused():
    key = data_key()
    sealed = key.seal(VALUES, "t1:1")
    for length in range(len(sealed)):
        with pytest.raises(SealBroken):
            key.open(sealed[:length], "t1:1")


def test_another_documents_key_opens_nothing():
    with pytest.raises(SealBroken):
        data_key().open(data_key().seal(VALUES, "t1:1"), "t1:1")


def test_a_stored_key_is_unwrapped_again():
    key = data_key("t1")
    again = keys().document_key("t1", key.stored)
    assert again.open(key.seal(VALUES, "t1:1"), "t1:1") == VALUES


def test_a_stored_key_shows_nothing_of_the_key():
    stored = data_key("t1").stored
    assert set(stored) == {"id", "wrapped"}
    assert b"m1" + b"m" * 8 not in stored["wrapped"]


def test_a_stored_key_moved_to_another_document_is_refused():
    with pytest.raises(SealBroken):
        keys().document_key("t2", data_key("t1").stored)


def test_after_rotation_old_documents_are_read_and_new_ones_wrapped_by_the_new_key():
    old = keys("m1").new_document_key("t1")
    rotated = keys("m2", "m1")
    assert rotated.document_key("t1", old.stored).open(old.seal(VALUES, "t1:1"), "t1:1") == VALUES
    assert rotated.new_document_key("t2").stored["id"] == "m2"


def test_a_master_key_that_is_not_on_the_ring_is_named():
    stored = keys("m1").new_document_key("t1").stored
    with pytest.raises(SealBroken, match="m1"):
        keys("m2").document_key("t1", stored)


def test_the_wrong_bytes_under_a_master_keys_name_open_nothing():
    stored = keys("m1").new_document_key("t1").stored
    other = KeyRing({"m1": b"x" * 32}, suite=b"s" * 32, index=b"i" * 32)
    with pytest.raises(SealBroken):
        other.document_key("t1", stored)


def test_once_its_key_is_deleted_nothing_on_the_ring_opens_a_document():
    ring = keys("m2", "m1")
    sealed = ring.new_document_key("t1").seal(VALUES, "t1:1")
    with pytest.raises(SealBroken):
        ring.new_document_key("t1").open(sealed, "t1:1")


def test_services_that_share_the_suite_key_read_each_others_events():
    intake, notify = keys("intake"), keys("notify")
    assert notify.open_from_suite(intake.seal_for_suite(VALUES)) == VALUES


def test_what_is_sealed_for_the_suite_is_text_that_shows_nothing():
    sealed = keys().seal_for_suite(VALUES)
    assert sealed.isascii()
    assert b"13912340001" not in base64.b64decode(sealed)


@pytest.mark.parametrize("sealed", ["", "no base64!", "AAAA", "Ünïcode", base64.b64encode(b"x" * 40).decode()])
def test_text_that_was_not_sealed_for_the_suite_is_refused(sealed: str):
    with pytest.raises(SealBroken):
        keys().open_from_suite(sealed)


def test_another_suites_seal_is_refused():
    other = KeyRing({"m1": b"m" * 32}, suite=b"t" * 32, index=b"i" * 32)
    with pytest.raises(SealBroken):
        keys().open_from_suite(other.seal_for_suite(VALUES))


@given(texts, texts)
def test_blind_indexes_are_equal_for_equal_texts_only(one: str, other: str):
    assert (keys().blind(one) == keys("m9").blind(other)) == (one == other)


def test_a_blind_index_needs_the_index_key():
    other = KeyRing({"m1": b"m" * 32}, suite=b"s" * 32, index=b"j" * 32)
    assert keys().blind("13912340001") != other.blind("13912340001")


@given(st.lists(texts, max_size=4), st.lists(texts, max_size=4))
def test_ids_are_equal_for_equal_parts_only(one: list[str], other: list[str]):
    assert (keys().identity(*one) == keys().identity(*other)) == (one == other)


def test_parts_that_run_together_give_different_ids():
    ways = [("ab", "c"), ("a", "bc"), ("abc",), ("a", "b", "c"), ("a\0b", "c"), ("a", "b\0c"), ("abc", "")]
    ids = sorted(keys().identity(*parts) for parts in ways)
    assert all(one != other for one, other in pairwise(ids))


def test_an_id_is_thirty_two_hex_digits_and_stays_the_same():
    made = keys().identity("intake", "E1001", "r1")
    assert made == keys("m2").identity("intake", "E1001", "r1")
    assert len(made) == 32
    assert int(made, 16) > 0


@given(json_values, json_values)
def test_digests_are_equal_for_equal_content_only(one: Any, other: Any):
    same = keys().digest(one) == keys().digest(other)
    assert same == (repr(one) == repr(other) or _sorted(one) == _sorted(other))


def _sorted(value: Any) -> str:
    """A second opinion on what equal JSON is: True is not 1."""
    if isinstance(value, dict):
        return "{" + ",".join(sorted(f"{key!r}:{_sorted(inner)}" for key, inner in value.items())) + "}"
    return "[" + ",".join(map(_sorted, value)) + "]" if isinstance(value, list) else repr(value)


def test_an_id_a_blind_index_and_a_digest_of_one_text_have_nothing_in_common():
    ring = keys()
    made = {ring.identity("a"), ring.blind("a").hex(), ring.digest("a")[:32], ring.digest(["a"])[:32]}
    assert len(made) == 4
