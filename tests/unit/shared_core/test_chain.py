"""A history cannot be edited, cut, reordered or moved without being found, by anybody, without any key."""

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.aggregate import Actor, Stamp
from shared.chain import ChainBroken, Head, beginning, check, extend, read
from shared.sealing import SealBroken
from tests.unit.shared_core.sample import AGENT, MONDAY, TALLIES, AmountAdded, Person, TallyOpened, data_key, stamp
from tests.unit.shared_core.strategies import histories

Entries = list[dict[str, str]]
LEADER = Actor("E2002", "duty_manager")


def numbered(events: list[Any], first: int = 1) -> list[tuple[Any, Stamp]]:
    return [(event, stamp(n, by=LEADER if n % 2 else AGENT)) for n, event in enumerate(events, first)]


def stored(events: list[Any], document_id: str = "t1") -> tuple[Entries, Head]:
    return extend(document_id, beginning(document_id), numbered(events), data_key(document_id))


def sample() -> tuple[Entries, Head]:
    return stored([TallyOpened("SZ", Person("李雷", "13912340001")), AmountAdded(2, "两次"), AmountAdded(3)])


@given(histories)
def test_a_history_is_read_as_it_was_written(events: list[Any]):
    key = data_key()
    entries, head = extend("t1", beginning("t1"), numbered(events), key)
    check("t1", entries, head)
    assert read("t1", TALLIES, entries, key) == numbered(events)


@given(histories, st.data())
def test_a_history_extended_in_parts_is_as_whole_as_one_written_at_once(events: list[Any], data: st.DataObject):
    cut, key = data.draw(st.integers(0, len(events))), data_key()
    first, head = extend("t1", beginning("t1"), numbered(events[:cut]), key)
    rest, head = extend("t1", head, numbered(events[cut:], cut + 1), key)
    check("t1", first + rest, head)
    assert head.n == len(events)


def test_private_fields_are_not_in_the_stored_text():
    entries, _ = sample()
    told = json.dumps(entries, ensure_ascii=False)
    assert not any(secret in told for secret in ("李雷", "13912340001", "两次"))


def test_an_entry_says_number_name_time_and_who_in_the_clear():
    entry = json.loads(sample()[0][1]["entry"])
    assert (entry["n"], entry["event"], entry["at"]) == (2, "amount_added", "2026-03-02T01:00:00.000+00:00")
    assert entry["by"] == {"sub": "E1001", "role": "agent", "branch": "SZ"}
    assert entry["data"] == {"amount": 2}


def test_an_empty_history_fits_its_beginning_only():
    check("t1", [], beginning("t1"))
    with pytest.raises(ChainBroken):
        check("t1", [], sample()[1])


def test_every_edited_character_of_every_entry_is_found():
    entries, head = sample()
    for n, entry in enumerate(entries, 1):
        for place in range(len(entry["entry"])):
            text = entry["entry"]
            edited = text[:place] + chr(ord(text[place]) ^ 1) + text[place + 1 :]
            with pytest.raises(ChainBroken) as broken:
                check("t1", [*entries[: n - 1], entry | {"entry": edited}, *entries[n:]], head)
            assert broken.value.n == n


@given(histories, st.data())
def test_whatever_is_edited_in_whatever_history_is_found(events: list[Any], data: st.DataObject):
    entries, head = stored(events)
    n = data.draw(st.integers(0, len(entries) - 1))
    field = data.draw(st.sampled_from(["entry", "hash"]))
    edited = data.draw(st.text(max_size=80).filter(lambda text: text != entries[n][field]))
    with pytest.raises(ChainBroken):
        check("t1", [*entries[:n], entries[n] | {field: edited}, *entries[n + 1 :]], head)


@given(histories, st.data())
def test_a_removed_entry_is_found_wherever_it_was(events: list[Any], data: st.DataObject):
    entries, head = stored(events)
    n = data.draw(st.integers(0, len(entries) - 1))
    with pytest.raises(ChainBroken) as broken:
        check("t1", entries[:n] + entries[n + 1 :], head)
    assert broken.value.n == n + 1


@given(histories.filter(lambda events: len(events) > 1), st.data())
def test_two_swapped_entries_are_found(events: list[Any], data: st.DataObject):
    entries, head = stored(events)
    one, other = data.draw(st.lists(st.integers(0, len(entries) - 1), min_size=2, max_size=2, unique=True))
    entries[one], entries[other] = entries[other], entries[one]
    with pytest.raises(ChainBroken) as broken:
        check("t1", entries, head)
    assert broken.value.n == min(one, other) + 1


@given(histories, st.data())
def test_a_cut_tail_is_found_by_the_head(events: list[Any], data: st.DataObject):
    entries, head = stored(events)
    length = data.draw(st.integers(0, len(entries) - 1))
    with pytest.raises(ChainBroken) as broken:
        check("t1", entries[:length], head)
    assert broken.value.n == length + 1


def test_a_repeated_entry_is_found():
    entries, head = sample()
    with pytest.raises(ChainBroken):
        check("t1", [*entries, entries[-1]], head)


def test_an_entry_without_one_of_its_parts_is_found():
    entries, head = sample()
    for missing in ("entry", "hash"):
        damaged = [*entries[:1], {name: text for name, text in entries[1].items() if name != missing}, *entries[2:]]
        with pytest.raises(ChainBroken) as broken:
            check("t1", damaged, head)
        assert broken.value.n == 2


def test_a_history_moved_to_another_document_is_found():
    entries, head = sample()
    with pytest.raises(ChainBroken) as broken:
        check("t2", entries, head)
    assert (broken.value.document_id, broken.value.n) == ("t2", 1)


def test_a_head_with_another_number_or_hash_is_found():
    entries, head = sample()
    for wrong in (replace(head, n=head.n + 1), replace(head, hash="0" * 64)):
        with pytest.raises(ChainBroken):
            check("t1", entries, wrong)


def test_a_sealed_part_moved_to_another_entry_does_not_open():
    key = data_key()
    entries, _ = extend("t1", beginning("t1"), numbered([TallyOpened(), AmountAdded(1, "a"), AmountAdded(1, "b")]), key)
    second, third = (json.loads(entry["entry"]) for entry in entries[1:])
    moved = {"entry": json.dumps(third | {"sealed": second["sealed"]}), "hash": ""}
    with pytest.raises(SealBroken):
        read("t1", TALLIES, [moved], key)


def test_the_chain_is_checked_without_any_key_so_that_it_outlives_erasure():
    entries, head = sample()
    check("t1", entries, head)  # neither data key nor master key: what is erased stays provably unedited
    with pytest.raises(SealBroken):
        read("t1", TALLIES, entries, data_key())


def test_stamps_keep_the_business_time_and_the_actor():
    key = data_key()
    entries, _ = extend("t1", beginning("t1"), [(TallyOpened(), Stamp(1, MONDAY, LEADER))], key)
    ((_, read_stamp),) = read("t1", TALLIES, entries, key)
    assert read_stamp == Stamp(1, MONDAY, LEADER)


def test_two_writers_of_the_same_event_at_the_same_time_write_different_entries():
    """So that who won a compare-and-set is told by the hash."""
    key = data_key()
    one, other = (extend("t1", beginning("t1"), numbered([TallyOpened()]), key) for _ in range(2))
    assert one[1].hash != other[1].hash
