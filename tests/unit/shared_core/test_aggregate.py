"""Events have names, some fields are private, and a state is the fold of its events."""

from dataclasses import dataclass

import pytest

from shared.aggregate import Kind, Stamp, event_name, private, private_fields
from tests.unit.shared_core.sample import (
    TALLIES,
    AmountAdded,
    Person,
    Tally,
    TallyClosed,
    TallyOpened,
    TimesSet,
    apply,
    stamp,
)


def test_an_events_name_is_its_class_in_small_letters():
    assert event_name(TallyOpened) == "tally_opened"
    assert event_name(AmountAdded) == "amount_added"


def test_a_kind_finds_its_events_by_name():
    assert [TALLIES.event_class(event_name(kind)) for kind in TALLIES.events] == list(TALLIES.events)


def test_a_name_that_no_event_has_is_not_found():
    with pytest.raises(KeyError, match="tally_painted"):
        TALLIES.event_class("tally_painted")


def test_private_fields_are_known_by_name():
    assert private_fields(Tally) == {"person", "notes"}
    assert private_fields(AmountAdded) == {"note"}
    assert private_fields(TimesSet) == frozenset()


def test_a_private_field_may_have_a_default_a_factory_or_neither():
    @dataclass(frozen=True)
    class Letter:
        sender: str = private()
        pages: dict[str, str] = private(default_factory=dict)
        text: str = private("")

    assert Letter("Li") == Letter("Li", {}, "")
    with pytest.raises(TypeError, match="sender"):
        Letter()  # type: ignore[call-arg]


def test_a_state_is_the_fold_of_its_events():
    events = [(TallyOpened("GZ"), stamp(1)), (AmountAdded(2), stamp(2)), (AmountAdded(3, "three"), stamp(3))]
    tally = TALLIES.fold(None, events)
    assert tally is not None
    assert (tally.branch, tally.total, tally.notes) == ("GZ", 5, ("three",))


def test_folding_in_parts_is_folding_at_once():
    events = [(TallyOpened(), stamp(1)), *((AmountAdded(n), stamp(n)) for n in range(2, 9)), (TallyClosed(), stamp(9))]
    for cut in range(len(events) + 1):
        assert TALLIES.fold(TALLIES.fold(None, events[:cut]), events[cut:]) == TALLIES.fold(None, events)


def test_no_events_fold_to_nothing():
    assert TALLIES.fold(None, []) is None


@dataclass(frozen=True)
class Contact:
    at: str
    content: str = private("")


@dataclass(frozen=True)
class Leaking:
    contacts: tuple[Contact, ...] = ()


@dataclass(frozen=True)
class LeakingDeeper:
    by_day: dict[str, Leaking | None] | None = None


@dataclass(frozen=True)
class Closed:
    contacts: tuple[Contact, ...] = private(())


def _apply(state: object, event: object, stamp: Stamp) -> object:
    return state


@pytest.mark.parametrize("leaking", [Leaking, LeakingDeeper])
def test_PR1_a_private_field_inside_an_open_one_is_refused_when_the_kind_is_made(leaking: type):
    with pytest.raises(TypeError, match=r"Contact\.content"):
        Kind("letters", leaking, (TallyOpened,), _apply)
    with pytest.raises(TypeError, match=r"Contact\.content"):
        Kind("letters", Tally, (TallyOpened, leaking), _apply)


def test_PR1_a_private_field_inside_a_private_one_is_sealed_with_it():
    assert Kind("letters", Closed, (TallyOpened,), _apply).state is Closed


def test_a_person_in_a_private_field_is_no_leak():
    assert apply(None, TallyOpened(person=Person("李雷", "13912340001")), stamp()).person is not None
