"""Keys have ids: two may be valid, the first one closes; a ring learns a new one when it meets it."""

import base64

import pytest

from shared.sealing import KeyRing, SealBroken
from shared.settings import Settings, master_keys_in
from tests.unit.shared.test_settings import GOOD

OLD, NEW = {"m1": b"1" * 32}, {"m2": b"2" * 32, "m1": b"1" * 32}


def ring(master: dict[str, bytes] = OLD, suite: bytes | dict[str, bytes] = b"s" * 32) -> KeyRing:
    return KeyRing(master, suite, b"i" * 32)


def test_PR1_a_rewrapped_key_opens_what_was_sealed_before() -> None:
    document = ring().new_document_key("d1")
    sealed = document.seal({"name": "李雷"}, "d1:state")

    rewrapped = ring(NEW).rewrapped("d1", document.stored)

    assert rewrapped["id"] == "m2"
    assert KeyRing({"m2": b"2" * 32}, b"s" * 32, b"i" * 32).document_key("d1", rewrapped).open(sealed, "d1:state") == {
        "name": "李雷"
    }


def test_PR1_a_running_service_reads_what_another_wrote_under_a_new_master_key() -> None:
    written = ring(NEW).new_document_key("d1")
    sealed = written.seal({"name": "李雷"}, "d1:state")
    running = KeyRing(OLD, b"s" * 32, b"i" * 32, again=lambda: NEW)

    assert running.document_key("d1", written.stored).open(sealed, "d1:state") == {"name": "李雷"}
    assert running.current == "m2"


def test_PR1_a_key_that_is_nowhere_is_told_by_its_id() -> None:
    with pytest.raises(SealBroken, match="m2"):
        ring().document_key("d1", ring(NEW).new_document_key("d1").stored)


def test_PR1_of_two_suite_keys_the_first_seals_and_both_open() -> None:
    one, two = b"1" * 32, b"2" * 32
    before = ring(suite={"s1": one}).seal_for_suite({"msisdn": "13900000001"})
    both = ring(suite={"s2": two, "s1": one})

    assert both.open_from_suite(before) == {"msisdn": "13900000001"}
    after = both.seal_for_suite({"msisdn": "13900000002"})
    assert after.startswith("s2.")
    with pytest.raises(SealBroken, match="s2"):
        ring(suite={"s1": one}).open_from_suite(after)


def test_PR1_what_was_sealed_before_suite_keys_had_ids_opens_still() -> None:
    keys = ring(suite={"s2": b"2" * 32, "s1": b"1" * 32})
    named = ring(suite={"s1": b"1" * 32}).seal_for_suite({"msisdn": "1"})

    assert keys.open_from_suite(named.partition(".")[2]) == {"msisdn": "1"}


def test_PR1_a_suite_key_comes_alone_or_in_lines_with_ids() -> None:
    key = base64.b64encode(b"k" * 32).decode()

    assert list(Settings.load(GOOD | {"SUITE_KEY": key}).suite_key) == ["suite"]
    assert list(Settings.load(GOOD | {"SUITE_KEY": f"s2:{key}\ns1:{key}"}).suite_key) == ["s2", "s1"]
    assert list(master_keys_in(f"a:{key}\nb:{key}")) == ["a", "b"]
