"""A dead letter's life, whatever people and crashes do to it: sent by one at a time, edited by two (F26)."""

from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.aggregate import Actor, Stamp
from shared.letters import deciding
from shared.letters.letter import LETTERS, Death, EditReleased, Letter, LetterDied, ReplayBegun
from shared.letters.patching import patched

NOW = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
ANNE, BEN = Actor("O1", "operator"), Actor("O2", "operator")


def death(number: int, body: str = "came") -> LetterDied:
    return LetterDied(Death(NOW + timedelta(seconds=number), "no template"), "intake", "urged", 1, "", "c1", body)


class Life:
    """A letter folded as its document folds it."""

    def __init__(self) -> None:
        self.letter, self.n, self.events = None, 0, list[Any]()
        self.take(deciding.died(None, death(0)), ANNE)

    letter: Letter | None

    @property
    def known(self) -> Letter:
        assert self.letter is not None
        return self.letter

    def take(self, events: list[Any], by: Actor) -> int:
        for event in events:
            self.n += 1
            self.letter = LETTERS.apply(self.letter, event, Stamp(self.n, NOW, by))
            self.events.append(event)
        return self.n


REFUSED = (deciding.EditWaits, deciding.NothingProposed, deciding.NotWaiting)


@given(st.lists(st.sampled_from(["click", "end", "die", "lease over", "propose", "release", "drop"]), max_size=30))
def test_F26_nobody_sends_while_somebody_may_still_be_sending(acts: list[str]) -> None:
    """One may send at a time: between two beginnings lies an end, a death, or the end of the first one's lease."""
    life, now, holder = Life(), NOW, 0
    for number, act in enumerate(acts, 1):
        before = life.n
        now += deciding.LEASE if act == "lease over" else timedelta()
        with suppress(*REFUSED):
            life.take(decided(act, life.known, number, now, holder), BEN if act == "release" else ANNE)
        if act in ("end", "die", "lease over"):
            holder = 0
        if any(isinstance(event, ReplayBegun) for event in life.events[before:]):
            assert not holder, "two send at once"
            holder = life.n


def decided(act: str, letter: Letter, number: int, now: datetime, holder: int) -> list[Any]:
    match act:
        case "click":
            return deciding.begun(letter, "why", now)
        case "propose":
            return deciding.proposed(letter, f"edit {number}", "why", now)
        case "release":
            return deciding.released(letter, BEN, "why", now)
        case "drop":
            return deciding.dropped(letter, "why")
        case "end":
            return deciding.ended(letter, holder, sent=True)
        case "die":
            return deciding.died(letter, death(number, letter.body))
    return []


def test_F26_what_the_broker_did_not_take_is_sent_by_the_same_request_made_again_and_no_other() -> None:
    life = Life()
    fence = life.take(deciding.begun(life.known, "again", NOW), ANNE)
    life.take(deciding.ended(life.known, fence, False), ANNE)
    again = deciding.taken_up(life.known, "again", NOW)
    assert [type(event) for event in again] == [ReplayBegun]
    life.take(deciding.ended(life.known, life.take(again, ANNE), True), ANNE)
    assert deciding.taken_up(life.known, "again", NOW) == []
    life.take(deciding.died(life.known, death(9)), ANNE)
    assert deciding.taken_up(life.known, "again", NOW) == []


def test_F26_who_was_taken_over_does_not_end_the_other_ones_sending() -> None:
    life = Life()
    first = life.take(deciding.begun(life.known, "why", NOW), ANNE)
    later = NOW + deciding.LEASE
    second = life.take(deciding.begun(life.known, "why", later), BEN)

    assert deciding.ended(life.known, first, sent=True) == []
    assert life.take(deciding.ended(life.known, second, sent=True), BEN)
    assert life.known.state == "replayed"


def test_F26_one_person_alone_does_not_edit_and_release() -> None:
    life = Life()
    life.take(deciding.proposed(life.known, "edited", "why", NOW), ANNE)

    with pytest.raises(deciding.AnotherPerson):
        deciding.released(life.known, ANNE, "why", NOW)
    life.take(deciding.released(life.known, BEN, "why", NOW), BEN)
    assert (life.known.body, life.known.version, life.known.proposed) == ("edited", 2, None)
    assert isinstance(life.events[-2], EditReleased)
    assert life.events[0].body == "came"


def test_F26_what_is_with_its_reader_is_not_edited() -> None:
    life = Life()
    fence = life.take(deciding.begun(life.known, "why", NOW), ANNE)
    life.take(deciding.ended(life.known, fence, sent=True), ANNE)

    with pytest.raises(deciding.NotWaiting):
        deciding.proposed(life.known, "edited", "why", NOW)


def test_F26_who_stood_still_past_his_lease_does_not_send_any_more() -> None:
    life = Life()
    fence = life.take(deciding.begun(life.known, "why", NOW), ANNE)
    assert deciding.may_send(life.known, fence, NOW)
    assert not deciding.may_send(life.known, fence, NOW + deciding.LEASE)
    assert not deciding.may_send(life.known, fence + 1, NOW)


def test_F26_an_edit_is_not_released_beside_the_body_before_that_was_sent_after_all() -> None:
    """One stands still while sending, another edits what looks abandoned, then the first one goes on."""
    life, later = Life(), NOW + deciding.LEASE
    fence = life.take(deciding.begun(life.known, "why", NOW), ANNE)
    life.take(deciding.proposed(life.known, "edited", "why", later), ANNE)
    life.take(deciding.ended(life.known, fence, sent=True), ANNE)

    with pytest.raises(deciding.NotWaiting):
        deciding.released(life.known, BEN, "why", later)
    life.take(deciding.died(life.known, death(1)), ANNE)
    assert deciding.released(life.known, BEN, "why", later), "the body before did not help: now the edited one may"


def test_a_death_that_is_told_twice_is_one_and_its_body_is_kept_once() -> None:
    life = Life()

    assert deciding.died(life.known, death(0)) == []
    [again] = deciding.died(life.known, death(1))
    assert again.body == ""
    life.take([again], ANNE)
    assert (life.known.body, len(life.known.deaths)) == ("came", 2)


@pytest.mark.parametrize(
    ("value", "changes", "becomes"),
    [
        ({"a": 1, "b": {"c": 2, "d": 3}}, {"b": {"c": None, "e": 4}}, {"a": 1, "b": {"d": 3, "e": 4}}),
        ({"a": [1, 2]}, {"a": [3]}, {"a": [3]}),
        ({"a": "text"}, {"a": {"b": 1}}, {"a": {"b": 1}}),
        ({"a": 1}, {}, {"a": 1}),
    ],
)
def test_changes_are_merged_as_RFC_7396_says(value: Any, changes: Any, becomes: Any) -> None:
    assert patched(value, changes) == becomes
