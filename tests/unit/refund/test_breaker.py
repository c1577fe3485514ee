"""A BOSS that does not answer is left alone: nobody hangs on it, and nothing new becomes unknown."""

from datetime import timedelta

import pytest

from services.refund.breaker import Breaker, silent
from services.refund.outcomes import Absent, Entered, Late, NoAnswer, NotSent, Refused
from services.refund.rules import BreakerRules

RULES = BreakerRules(3, timedelta(seconds=5), timedelta(seconds=15))


def silences(count: int, now: float = 0.0) -> Breaker:
    breaker = Breaker()
    for _ in range(count):
        breaker.missed(now, RULES)
    return breaker


def test_F24_after_so_many_silences_in_a_row_boss_is_left_alone() -> None:
    assert silences(2).way(0.0, RULES) == "free"
    assert silences(3).way(0.0, RULES) == "closed"


def test_F24_an_answer_in_between_counts_from_the_beginning() -> None:
    breaker = silences(2)
    assert not breaker.heard()
    assert not breaker.missed(0.0, RULES)
    assert breaker.way(0.0, RULES) == "free"


def test_F24_after_the_pause_one_tries_and_the_others_wait_for_it() -> None:
    breaker = silences(3)
    assert [breaker.way(5.0, RULES) for _ in range(5)] == ["try", "closed", "closed", "closed", "closed"]


def test_F24_a_try_in_vain_makes_the_pause_twice_as_long_up_to_the_longest() -> None:
    breaker, now, pauses = silences(3), 0.0, []
    for _ in range(4):
        pause = next(each for each in range(1, 100) if breaker.way(now + each, RULES) == "try")
        now += pause
        pauses.append(pause)
        breaker.missed(now, RULES)
    assert pauses == [5, 10, 15, 15]


def test_F24_those_under_way_when_it_opens_make_the_pause_no_longer() -> None:
    assert silences(8).way(5.0, RULES) == "try"


def test_F24_the_first_answer_lets_all_through() -> None:
    breaker = silences(3)
    assert breaker.way(5.0, RULES) == "try"
    assert breaker.heard()
    assert (breaker.way(5.0, RULES), breaker.open) == ("free", False)


def test_F24_a_try_that_is_never_heard_of_again_is_followed_by_another() -> None:
    breaker = silences(3)
    assert breaker.way(5.0, RULES) == "try"
    assert breaker.way(10.0, RULES) == "try"


@pytest.mark.parametrize(
    ("outcome", "is_silent"),
    [
        (NoAnswer("timeout"), True),
        (NoAnswer("connection_lost"), True),
        (NoAnswer("http_500"), True),
        (NoAnswer("http_503"), True),
        (Late(NoAnswer("timeout"), timedelta(seconds=1)), True),
        (NoAnswer("http_501"), False),
        (NoAnswer("http_409"), False),
        (NoAnswer("no_sense"), False),
        (Refused("number_closed"), False),
        (Entered("B1", "13900000001", 1), False),
        (Absent(), False),
        (NotSent(), False),
    ],
)
def test_F24_only_who_is_not_there_or_broken_is_silent(outcome: object, is_silent: bool) -> None:
    assert silent(outcome) is is_silent
