"""What a process learned of BOSS is not lost because another one, or a person, was quicker to store (RF1, F19)."""

from typing import Any

import pytest

from services.refund.doubts.late import Sending
from services.refund.doubts.overtaken import overtaken
from services.refund.lines import key_of
from services.refund.outcomes import Absent, Entered, NoAnswer, Refused
from tests.unit.refund.makers import NUMBER, PAYER, billing, seconds
from tests.unit.refund.till import Till

YES = Entered("B1", NUMBER, 1560)
NEITHER = {"honours_keys": False, "can_be_asked": False}
FORGETFUL = {"honours_keys": False}


def told(till: Till, said: Any = YES, sendings: int = 1, line: int = 0) -> list[str]:
    """The process that was overtaken can store at last what BOSS said to it."""
    sending = Sending(key_of("r-1", till.refund.lines[line]), sendings)
    events = overtaken(till.refund, sending, said, till.now, till.rules)
    till.then(events, PAYER)
    return [type(event).__name__ for event in events]


def interrupted(**changes: Any) -> Till:
    """Sent, entered, and the database away until the lease was over: another process finds a doubt."""
    till = Till(billing(**{**NEITHER, **changes.pop("abilities", {})}), **changes)
    till.wake()
    till.later(till.rules.lease).wake()
    assert till.refund.status == "unknown"
    return till


def called_unpaid(**changes: Any) -> Till:
    till = interrupted(**changes)
    till.later(till.rules.absent_after).settled("not_paid")
    return till


def test_F19_boss_plain_yes_ends_the_doubt_that_began_without_it() -> None:
    till = interrupted()
    assert told(till) == ["RefundLinePaid", "RefundPaid"]
    assert (till.refund.status, till.refund.doubts, till.refund.lines[0].boss_reference) == ("paid", (), "B1")


def test_F19_of_several_lines_the_next_one_waits_for_whoever_looks_next() -> None:
    till = interrupted(ground="double_refund")
    assert told(till) == ["RefundLinePaid"]
    assert (till.refund.lease, [line.state for line in till.refund.lines]) == (None, ["paid", "planned"])
    assert till.wake() == ["RefundPaying"]


def test_F19_whoever_asks_meanwhile_is_overtaken_in_turn() -> None:
    till = interrupted(abilities=FORGETFUL | {"can_be_asked": True})
    assert till.refund.lease
    assert told(till) == ["RefundLinePaid", "RefundPaid"]
    assert till.refund.lease is None


@pytest.mark.parametrize("abilities", [NEITHER, {"honours_keys": True, "can_be_asked": True}])
def test_F19_an_entry_of_a_line_that_was_called_unpaid_goes_to_a_person(abilities: Any) -> None:
    till = called_unpaid(abilities=abilities)
    assert told(till) == ["RefundSentLate"]
    assert till.refund.late
    assert till.refund.late.keys == ("r-1:principal",)
    assert till.settled("paid") == "paid"
    assert till.refund.doubts == ()


def test_F19_what_a_person_has_seen_and_called_paid_is_no_second_entry() -> None:
    till = interrupted()
    till.settled("paid")
    assert told(till) == []


def test_F19_what_was_found_paid_by_the_same_entry_is_known() -> None:
    till = interrupted(abilities={"can_be_asked": True})
    till.asked(YES)
    assert told(till) == []


def test_F19_what_was_paid_by_another_entry_stands_there_twice() -> None:
    till = interrupted(abilities={"can_be_asked": True})
    till.asked(Entered("B2", NUMBER, 1560))
    assert told(till) == ["RefundSentLate"]


def test_F19_where_it_was_sent_again_meanwhile_a_person_makes_sure_unless_boss_honours_keys() -> None:
    for honours_keys, follows in ((False, ["RefundSentLate", "RefundUnknown"]), (True, [])):
        till = interrupted(abilities={"can_be_asked": True, "honours_keys": honours_keys})
        till.later(till.rules.absent_after + seconds(1)).wake()
        till.asked(Absent())
        assert till.refund.lines[0].sendings == 2
        assert told(till) == follows


@pytest.mark.parametrize("said", [NoAnswer("timeout"), Refused("closed"), Absent()])
def test_F19_what_names_no_entry_changes_nothing(said: Any) -> None:
    assert told(interrupted(), said) == []


def test_F19_another_amount_is_left_to_whoever_asks() -> None:
    assert told(interrupted(), Entered("B1", NUMBER, 1)) == []
