"""What BOSS refused may be entered there by hand: by one person, who says so first; nobody frees its charge then."""

from datetime import timedelta

import pytest

from services.erasing import NotYetErasable
from services.refund import approving
from services.refund.doubts import asking
from services.refund.doubts.rising import rises
from services.refund.doubts.standing import standing
from services.refund.doubts.under_way import settled_from
from services.refund.erasing import judge
from services.refund.errors import NotNow, NotTaken
from services.refund.outcomes import Entered, NoAnswer, Refused
from tests.unit.refund.makers import BRANCH, FINANCE, NOW, NUMBER, PAYER
from tests.unit.refund.till import Till

YES = Entered("B1", NUMBER, 1560)


def failed(**changes: str) -> Till:
    till = Till(**changes)
    till.wake()
    till.paid(Refused("number_closed"))
    return till


def test_RF19_what_is_entered_by_hand_is_not_withdrawn_and_claimed_again() -> None:
    till = failed()
    assert till.settled("by_hand") == "failed"
    assert till.refund.taken_by == FINANCE.sub
    with pytest.raises(NotNow, match="by hand"):
        approving.withdraw(till.refund, BRANCH, "改为现金")
    assert till.settled("paid") == "paid"
    assert till.refund.lines[0].state == "paid"
    assert [each.outcome for each in till.refund.settled] == ["by_hand", "paid"]


def test_RF19_what_was_withdrawn_is_not_entered_by_hand() -> None:
    till = failed()
    till.then(approving.withdraw(till.refund, BRANCH, "改为现金"), BRANCH)
    with pytest.raises(NotNow):
        till.settled("by_hand")


def test_who_did_not_take_it_first_is_told_to() -> None:
    till = failed()
    with pytest.raises(NotTaken) as refused:
        till.settled("paid")
    assert refused.value.details["needs"] == {"method": "refund.settle", "outcome": "by_hand"}


def test_two_people_do_not_enter_the_same_line() -> None:
    till = failed()
    till.settled("by_hand")
    with pytest.raises(NotNow, match=FINANCE.sub):
        till.settled("by_hand")


def test_what_was_taken_and_not_entered_is_given_back_and_may_be_withdrawn() -> None:
    till = failed()
    till.settled("by_hand")
    assert till.settled("not_paid") == "failed"
    assert till.refund.failed_why == "number_closed", "what BOSS said stays"
    with pytest.raises(NotTaken):
        till.settled("not_paid")
    assert not till.then(approving.withdraw(till.refund, BRANCH, "改为现金"), BRANCH).holds_charge


def test_after_a_line_by_hand_boss_is_told_of_the_next_one() -> None:
    till = failed(ground="double_refund")
    till.settled("by_hand")
    assert till.settled("paid") == "paying"
    assert till.wake() == ["RefundPaying"]
    till.paid(Refused("number_closed"))
    assert till.refund.taken_by is None, "each line is taken on its own"
    till.settled("by_hand")
    assert till.settled("paid") == "paid"


def test_only_what_boss_refused_is_entered_by_hand() -> None:
    till = Till()
    for status in ("approved", "paying", "unknown"):
        assert till.refund.status == status
        with pytest.raises(NotNow):
            till.settled("by_hand")
        if status == "approved":
            till.wake()
        elif status == "paying":
            till.paid(NoAnswer("timeout"))
    till.later(timedelta(minutes=1)).wake()
    assert till.asked(YES) == "paid"
    with pytest.raises(NotNow):
        till.settled("by_hand")


def test_what_was_taken_and_forgotten_rises_until_somebody_says_whether_it_was_entered() -> None:
    till = failed()
    till.settled("by_hand")
    assert till.refund.doubt
    assert (till.refund.doubt.why, till.waits_for) == ("by_hand", "person")
    told = rises(till.refund, NOW + timedelta(hours=24), till.rules.doubts)
    assert [event.to for event in told] == ["finance", "branch", "province"]
    till.then(told, PAYER, NOW + timedelta(hours=24))
    till.settled("not_paid")
    assert not till.refund.doubts
    assert rises(till.refund, NOW + timedelta(hours=48), till.rules.doubts) == []


def test_of_what_was_entered_by_hand_nothing_stays_unknown() -> None:
    till = failed()
    till.settled("by_hand")
    till.settled("paid")
    assert not till.refund.doubts


def test_what_somebody_enters_by_hand_boss_is_not_asked_for_and_he_may_say_at_once_what_he_did() -> None:
    till = failed()
    till.settled("by_hand")
    with pytest.raises(NotNow):
        asking.want(till.refund, "等得太久", till.rules)
    assert settled_from(till.refund, standing(till.refund)[0], till.rules) is None


def test_PR1_what_somebody_enters_by_hand_is_not_erased() -> None:
    till = failed()
    judged, later = judge(timedelta(days=1)), NOW + timedelta(days=30)
    judged(till.refund, later)
    till.settled("by_hand")
    with pytest.raises(NotYetErasable):
        judged(till.refund, later)
