"""The simulated centre counts the SMS that it took without an answer, not their parts."""

from simulators.smsc.phone import Piece
from simulators.smsc.unanswered import Unanswered


def test_an_sms_of_several_parts_counts_once_a_sending() -> None:
    unanswered = Unanswered()
    for number in (1, 2, 3):
        unanswered.add(Piece("13900000001", "x", 7, 3, number))
    assert unanswered.count() == 1
    unanswered.add(Piece("13900000001", "x", 7, 3, 2))
    assert unanswered.count() == 2


def test_each_single_sms_counts() -> None:
    unanswered = Unanswered()
    for _ in range(3):
        unanswered.add(Piece("13900000001", "x"))
    unanswered.add(Piece("13900000001", "x", 8, 2, 1))
    assert unanswered.count() == 4
