"""While a sending may still reach BOSS nobody says that there is no entry: no machine, and no person (RF1)."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from services.refund import approving
from services.refund.doubts import asking
from services.refund.doubts.errors import SecondEntryPossible, StillUnderWay
from services.refund.doubts.late import Sending, sent_late
from services.refund.doubts.standing import standing
from services.refund.doubts.under_way import settled_from
from services.refund.errors import NotNow
from services.refund.outcomes import Absent, Entered, Late, NoAnswer, Paid
from tests.unit.refund.makers import BRANCH, NOW, NUMBER, PAYER, billing, seconds
from tests.unit.refund.till import Till

MINUTE = timedelta(minutes=1)
FORGETFUL = {"honours_keys": False}
NEITHER = {"honours_keys": False, "can_be_asked": False}
SILENCE = NoAnswer("timeout")
GONE = billing().lease + billing().absent_after


def unanswered(till: Till, after: timedelta, said: Paid = SILENCE) -> Till:
    """Taken up at NOW, and so long afterwards it is clear that no answer came."""
    till.wake()
    till.later(after).paid(said)
    return till


def overtaken(**abilities: Any) -> Till:
    """Taken up, then not heard of for ten minutes; another process asks, finds nothing, and waits."""
    till = Till(billing(**abilities))
    till.wake()
    till.later(10 * MINUTE).wake()
    return till


def late(till: Till, said: Any) -> list[str]:
    events = sent_late(till.refund, Sending("r-1:principal"), Late(said, 9 * MINUTE), till.now, till.rules)
    till.then(events, PAYER)
    return [type(event).__name__ for event in events]


def since(till: Till) -> datetime | None:
    """From when on a person may call unpaid what is unknown."""
    (case,) = standing(till.refund)
    return settled_from(till.refund, case, till.rules)


@pytest.mark.parametrize("abilities", [NEITHER, FORGETFUL, {}])
def test_F24_nobody_calls_a_line_unpaid_while_its_sending_may_still_arrive(abilities: Any) -> None:
    till = unanswered(Till(billing(**abilities)), seconds(5))
    with pytest.raises(StillUnderWay) as refused:
        till.settled("not_paid")
    assert refused.value.rule == "RF1"
    assert refused.value.details["not_before"] == (NOW + GONE).isoformat()
    assert (NOW + GONE).isoformat() in refused.value.message
    till.now = NOW + GONE - seconds(1)
    with pytest.raises(StillUnderWay):
        till.settled("not_paid")
    till.now = NOW + GONE
    assert till.settled("not_paid") == "failed"


def test_F24_who_sees_the_entry_may_say_so_at_once() -> None:
    assert unanswered(Till(billing(**NEITHER)), seconds(5)).settled("paid") == "paid"


def test_F24_it_is_told_from_when_on_it_can_be_called_unpaid() -> None:
    assert since(unanswered(Till(), seconds(5))) == NOW + GONE


def test_F19_a_sending_that_left_late_proves_no_absence_until_it_can_no_more_arrive() -> None:
    till = unanswered(Till(billing(**FORGETFUL)), 10 * MINUTE, Late(NoAnswer("timeout"), 10 * MINUTE))
    left = till.now
    till.later(seconds(1)).wake()
    assert till.asked(Absent()) == "unknown"
    till.now = left + till.rules.absent_after
    till.wake()
    assert till.asked(Absent()) == "paying"


def test_F19_a_sending_that_left_late_is_not_called_unpaid_either() -> None:
    till = unanswered(Till(billing(**NEITHER)), 10 * MINUTE, Late(NoAnswer("timeout"), 10 * MINUTE))
    left = till.now
    with pytest.raises(StillUnderWay):
        till.settled("not_paid")
    till.now = left + till.rules.absent_after
    assert till.settled("not_paid") == "failed"


@pytest.mark.parametrize("outcome", ["paid", "not_paid"])
def test_F19_of_a_line_that_was_overtaken_nobody_says_anything_before_all_has_arrived(outcome: str) -> None:
    till = overtaken(**FORGETFUL)
    assert late(till, NoAnswer("timeout")) == ["RefundSentLate", "RefundUnknown"]
    left = till.now
    with pytest.raises(StillUnderWay):
        till.settled(outcome)
    assert since(till) == left + till.rules.absent_after
    till.now = left + till.rules.absent_after
    assert till.settled(outcome) in ("paid", "failed")


def test_F19_where_keys_are_honoured_the_others_go_on_and_it_is_not_called_unpaid_before_its_time() -> None:
    till = overtaken()
    fence = till.fence
    assert late(till, NoAnswer("timeout")) == ["RefundLeftLate"]
    assert till.fence == fence
    till.later(seconds(1))
    with pytest.raises(StillUnderWay):
        till.settled("not_paid")


@pytest.mark.parametrize("abilities", [{}, FORGETFUL])
def test_F19_of_a_line_that_was_called_unpaid_also_a_boss_that_honours_keys_has_an_entry_now(abilities: Any) -> None:
    till = overtaken(**abilities)
    assert till.settled("not_paid") == "failed"
    assert late(till, Entered("B2", NUMBER, 1560)) == ["RefundSentLate"]
    with pytest.raises(NotNow):
        approving.withdraw(till.refund, BRANCH, "重提")
    assert till.settled("paid") == "paid"


def test_F19_a_late_sending_of_a_failed_line_is_made_sure_of_only_when_it_can_no_more_arrive() -> None:
    till = overtaken(**FORGETFUL)
    till.settled("not_paid")
    late(till, NoAnswer("timeout"))
    left = till.now
    with pytest.raises(StillUnderWay):
        till.settled("not_paid")
    till.now = left + till.rules.absent_after
    assert till.settled("not_paid") == "failed"
    assert till.refund.doubts == ()
    assert till.then(approving.withdraw(till.refund, BRANCH, "重提"), BRANCH).status == "withdrawn"


def test_F19_asking_does_not_end_a_doubt_about_a_second_entry() -> None:
    till = overtaken(**FORGETFUL)
    late(till, Entered("B2", NUMBER, 1560))
    with pytest.raises(SecondEntryPossible) as refused:
        asking.want(till.refund, "客户来电", till.rules)
    assert refused.value.details["needs"]["method"] == "refund.settle"
