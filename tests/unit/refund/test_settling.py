"""What follows from each of BOSS's answers, and from none (RF1)."""

from datetime import timedelta

import pytest

from services.refund import approving, settling
from services.refund.errors import NotNow
from services.refund.outcomes import Absent, Entered, NoAnswer, Refused
from shared.lease import FencedOut
from tests.unit.refund.makers import BRANCH, FINANCE, NOW, NUMBER, PAYER, billing, seconds
from tests.unit.refund.till import Till

YES = Entered("B1", NUMBER, 1560)
LEASE = billing().lease
DEAF = {"can_be_asked": False}
FORGETFUL = {"honours_keys": False}


def unknown(till: Till, why: str = "timeout") -> Till:
    """Sent, and no answer came."""
    till.wake()
    till.paid(NoAnswer(why))
    return till


def test_the_key_is_stored_before_boss_hears_of_it_and_never_changes() -> None:
    till = Till()
    till.wake()
    first = till.history[-1][0]
    unknown(till.later(LEASE)).later(timedelta(days=1))
    keys = {event.key for event, _ in till.history if hasattr(event, "key")}
    assert (first.key, keys) == ("r-1:principal", {"r-1:principal"})


def test_while_one_holds_the_lease_nobody_else_takes_it_up() -> None:
    till = Till()
    assert till.wake() == ["RefundPaying"]
    assert till.later(LEASE - seconds(1)).wake() == []


def test_a_yes_pays_the_line_and_the_last_line_the_refund() -> None:
    till = Till(ground="double_refund")
    till.wake()
    assert till.paid(YES) == "paying"
    assert [line.state for line in till.refund.lines] == ["paid", "paying"]
    assert till.paid(YES) == "paid"
    assert till.refund.wake_at is None


def test_a_no_ends_it_unpaid() -> None:
    till = Till()
    till.wake()
    assert till.paid(Refused("number_closed")) == "failed"
    assert (till.refund.failed_why, till.refund.lines[0].state) == ("number_closed", "refused")


def test_after_a_refused_principal_the_award_is_not_sent() -> None:
    till = Till(ground="double_refund")
    till.wake()
    till.paid(Refused("number_closed"))
    assert [line.state for line in till.refund.lines] == ["refused", "planned"]
    assert till.later(timedelta(days=1)).wake() == []


@pytest.mark.parametrize("why", ["timeout", "http_500", "connection_lost"])
def test_no_answer_is_unknown_with_an_age(why: str) -> None:
    till = unknown(Till(), why)
    assert (till.refund.status, till.refund.lines[0].state) == ("unknown", "unknown")
    assert till.refund.doubt is not None
    assert (till.refund.doubt.since, till.refund.doubt.why) == (NOW, why)


def test_the_age_of_a_doubt_is_kept_over_repeats() -> None:
    till = unknown(Till(billing(**DEAF)))
    till.later(seconds(60)).wake()
    till.then(settling.paid(till.refund, till.fence, NoAnswer("http_500"), till.now, till.rules), PAYER, NOW + LEASE)
    assert till.refund.doubt is not None
    assert (till.refund.doubt.since, till.refund.doubt.why) == (NOW, "http_500")


def test_F24_an_unknown_line_is_asked_for_before_anything_is_repeated() -> None:
    till = unknown(Till())
    assert till.later(seconds(1)).wake() == ["RefundAsking"]
    assert till.asked(YES) == "paid"


def test_F4_a_process_that_ended_while_paying_leaves_an_unknown_line() -> None:
    till = Till()
    till.wake()
    assert till.later(LEASE).wake() == ["RefundUnknown", "RefundAsking"]
    assert till.refund.doubt is not None
    assert till.refund.doubt.why == settling.INTERRUPTED


def test_who_was_paused_past_its_lease_is_fenced_out() -> None:
    till = Till()
    till.wake()
    stale = till.fence
    till.later(LEASE).wake()
    with pytest.raises(FencedOut):
        settling.paid(till.refund, stale, YES, till.now, till.rules)


def test_an_entry_that_is_not_there_is_sent_again_under_its_key_where_keys_are_honoured() -> None:
    till = unknown(Till())
    till.later(seconds(1)).wake()
    assert till.asked(Absent()) == "paying"
    assert till.refund.lines[0].sendings == 2


def test_where_keys_are_not_honoured_only_proved_absence_allows_another_sending() -> None:
    till = unknown(Till(billing(**FORGETFUL)))
    till.later(seconds(1)).wake()
    assert till.asked(Absent()) == "unknown"
    till.later(till.rules.absent_after).wake()
    assert till.asked(Absent()) == "unknown", "it may have left as late as its lease ran"
    till.later(LEASE).wake()
    assert till.asked(Absent()) == "paying"


def test_F24_absence_heard_while_a_sending_could_still_land_proves_nothing_however_late_it_is_stored() -> None:
    till = unknown(Till(billing(**FORGETFUL)))
    till.later(seconds(1)).wake()
    assert till.asked(Absent(), stored_after=till.rules.absent_after) == "unknown"


def test_where_boss_cannot_be_asked_but_honours_keys_the_same_key_is_repeated() -> None:
    till = unknown(Till(billing(**DEAF)))
    assert till.later(seconds(1)).wake() == ["RefundPaying"]
    assert till.paid(YES) == "paid"


def test_F24_where_neither_helps_a_person_settles_it() -> None:
    till = unknown(Till(billing(**DEAF, **FORGETFUL)))
    assert till.waits_for == "person"
    assert till.later(timedelta(days=30)).wake() == []


def test_a_crash_where_neither_helps_waits_for_a_person_too() -> None:
    till = Till(billing(**DEAF, **FORGETFUL))
    till.wake()
    assert till.later(LEASE).wake() == ["RefundUnknown"]
    assert till.waits_for == "person"


def test_without_an_answer_it_is_asked_again_ever_more_rarely_and_at_last_left_to_a_person() -> None:
    till = unknown(Till(billing(attempts=5)))
    waits = []
    while till.refund.wake_at:
        waits.append((till.refund.wake_at - till.now).total_seconds())
        till.later(till.refund.wake_at - till.now).wake()
        if till.refund.lease:
            till.asked(NoAnswer("timeout"))
    assert waits == [1, 20, 20, 20, 20]  # the lease, until the back-off is longer
    assert (till.refund.status, till.waits_for) == ("unknown", "person")
    assert settling.waiting_time(8, till.rules) == seconds(128)
    assert settling.waiting_time(60, till.rules) == till.rules.longest_wait


def test_the_refusal_of_a_repeat_says_nothing_of_the_first_sending() -> None:
    till = unknown(Till())
    till.later(seconds(1)).wake()
    till.asked(Absent())
    assert till.paid(Refused("closed_day")) == "unknown"
    till.later(seconds(30)).wake()
    assert till.asked(YES) == "paid"


def test_a_refused_repeat_fails_once_absence_is_proved() -> None:
    till = unknown(Till())
    till.later(seconds(1)).wake()
    till.asked(Absent())
    till.paid(Refused("closed_day"))
    till.later(seconds(30)).wake()
    assert till.asked(Absent()) == "unknown"
    till.later(till.rules.absent_after).wake()
    assert till.asked(Absent()) == "failed"


def test_a_refused_repeat_waits_for_a_person_where_boss_cannot_be_asked() -> None:
    till = unknown(Till(billing(**DEAF)))
    till.later(seconds(1)).wake()
    assert till.paid(Refused("closed_day")) == "unknown"
    assert till.waits_for == "person"


@pytest.mark.parametrize("entry", [Entered("B1", NUMBER, 1), Entered("B1", "13900000999", 1560)])
def test_another_entry_under_our_key_waits_for_a_person(entry: Entered) -> None:
    till = unknown(Till())
    till.later(seconds(1)).wake()
    assert till.asked(entry) == "unknown"
    assert till.waits_for == "person"


def test_a_person_who_finds_it_paid_lets_the_next_line_begin() -> None:
    till = unknown(Till(billing(**DEAF, **FORGETFUL), ground="double_refund"))
    assert till.settled("paid") == "paying"
    assert till.wake() == ["RefundPaying"]
    assert till.paid(YES) == "paid"


def test_a_person_who_finds_it_unpaid_ends_it() -> None:
    till = unknown(Till(billing(**DEAF, **FORGETFUL)))
    till.later(LEASE + till.rules.absent_after)
    assert till.settled("not_paid") == "failed"
    assert (till.refund.settled[0].by, till.refund.settled[0].evidence) == (FINANCE.sub, ("BOSS流水",))


def test_a_person_takes_over_from_a_machine_that_still_asks() -> None:
    till = unknown(Till())
    till.later(seconds(1)).wake()
    asking = till.fence
    assert till.settled("paid") == "paid"
    with pytest.raises(FencedOut):
        settling.asked(till.refund, asking, YES, till.now, till.now, till.rules)


def test_nothing_but_a_doubt_is_settled() -> None:
    till = Till()
    for _ in ("approved", "paying", "paid"):
        with pytest.raises(NotNow):
            till.settled("not_paid")
        if till.refund.status == "approved":
            till.wake()
        elif till.refund.status == "paying":
            till.paid(YES)


def test_what_is_on_its_way_is_not_withdrawn_but_what_failed_whole_is() -> None:
    till = Till()
    till.wake()
    with pytest.raises(NotNow):
        approving.withdraw(till.refund, BRANCH, "改为现金")
    till.paid(Refused("number_closed"))
    withdrawn = till.then(approving.withdraw(till.refund, BRANCH, "改为现金"), BRANCH)
    assert not withdrawn.holds_charge


def test_what_failed_after_a_payment_keeps_its_charge() -> None:
    till = Till(ground="double_refund")
    till.wake()
    till.paid(YES)
    till.paid(Refused("number_closed"))
    with pytest.raises(NotNow):
        approving.withdraw(till.refund, BRANCH, "改为现金")
    assert till.refund.holds_charge
