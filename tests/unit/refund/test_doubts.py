"""What is unknown: it rises by age, is asked for by hand, and is told when it was sent too late (RF1)."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from services.erasing import NotYetErasable
from services.refund import approving, settling
from services.refund.doubts import asking
from services.refund.doubts.errors import CannotBeAsked
from services.refund.doubts.happened import RefundDoubtRested
from services.refund.doubts.late import Sending, sent_late
from services.refund.doubts.rising import owner, rises
from services.refund.erasing import judge
from services.refund.errors import NotNow
from services.refund.outcomes import EXPIRED, Absent, Entered, Late, NoAnswer, NotSent, Refused
from tests.unit.refund.makers import DUTY_MANAGER, FINANCE, NOW, NUMBER, PAYER, billing, seconds
from tests.unit.refund.till import Till

YES = Entered("B1", NUMBER, 1560)
MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
FORGETFUL = {"honours_keys": False}
NEITHER = {"honours_keys": False, "can_be_asked": False}


def unknown(till: Till | None = None) -> Till:
    """Sent at NOW, and no answer came."""
    till = till or Till()
    till.wake()
    till.paid(NoAnswer("timeout"))
    return till


def watched(till: Till, after: timedelta) -> list[str]:
    """Whom a look so long after NOW (business time) tells."""
    events = rises(till.refund, NOW + after, till.rules.doubts)
    till.then(events, PAYER, NOW + after)
    return [event.to for event in events]


def test_a_doubt_rises_by_age_each_step_once() -> None:
    till = unknown()
    assert watched(till, 29 * MINUTE) == []
    assert watched(till, 30 * MINUTE) == ["finance"]
    assert watched(till, 31 * MINUTE) == []
    assert watched(till, 4 * HOUR) == ["branch"]
    assert watched(till, 24 * HOUR) == ["province"]
    assert watched(till, 1000 * HOUR) == []
    assert till.refund.doubt
    assert [told.to for told in till.refund.doubt.risen] == ["finance", "branch", "province"]


def test_F20_after_an_outage_every_step_that_was_missed_is_told_in_order() -> None:
    assert watched(unknown(), 5 * HOUR) == ["finance", "branch"]


def test_a_doubt_rests_where_the_policy_by_now_names_nobody_further() -> None:
    """It is due no more: a hundred of them would keep those of others from their look."""
    till = unknown()
    watched(till, 30 * MINUTE)
    nobody = replace(till.rules.doubts, rises=till.rules.doubts.rises[:1])
    events = rises(till.refund, NOW + 4 * HOUR, nobody)
    assert events == [RefundDoubtRested()]
    till.then(events, PAYER, NOW + 4 * HOUR)
    assert till.refund.doubt
    assert till.refund.doubt.rises_at is None
    assert rises(till.refund, NOW + 5 * HOUR, nobody) == []


def test_a_doubt_that_is_settled_rises_no_more() -> None:
    till = unknown()
    watched(till, 30 * MINUTE)
    till.settled("paid")
    assert (watched(till, 5 * HOUR), till.refund.doubts) == ([], ())


def test_a_doubt_keeps_its_age_over_repeats_and_a_new_one_begins_anew() -> None:
    till = unknown(Till(ground="double_refund"))
    till.later(seconds(1)).wake()
    till.then(settling.asked(till.refund, till.fence, YES, till.now, till.now, till.rules), PAYER, NOW + HOUR)
    till.then(settling.paid(till.refund, till.fence, NoAnswer("timeout"), till.now, till.rules), PAYER, NOW + HOUR)
    assert till.refund.doubt
    assert (till.refund.doubt.since, till.refund.doubt.risen) == (NOW + HOUR, ())
    assert watched(till, HOUR + 29 * MINUTE) == []


def test_whom_it_was_told_last_owns_it() -> None:
    till = unknown()
    doubts = till.rules.doubts
    assert till.refund.doubt
    assert owner(till.refund.doubt, doubts) == "finance"
    watched(till, 4 * HOUR)
    assert owner(till.refund.doubt, doubts) == "branch"


# --- asked for by hand


def wanted(till: Till) -> Till:
    till.then(asking.want(till.refund, "客户来电", till.rules), FINANCE)
    return till


def test_what_somebody_wants_asked_is_asked_at_once() -> None:
    till = unknown()
    assert till.wake() == []
    assert wanted(till).wake() == ["RefundAsking"]
    assert till.asked(YES) == "paid"


@pytest.mark.parametrize("said", [Absent(), NoAnswer("timeout")])
def test_asking_by_hand_sends_no_money_whatever_boss_says(said: Any) -> None:
    till = unknown()
    as_planned, sendings = till.refund.wake_at, till.refund.lines[0].sendings
    wanted(till).wake()
    assert till.asked(said) == "unknown"
    assert (till.refund.wake_at, till.refund.lines[0].sendings) == (as_planned, sendings)
    assert till.refund.doubt
    assert till.refund.doubt.wanted is None


def test_what_waits_for_a_person_may_be_asked_for_and_waits_on() -> None:
    till = unknown(Till(billing(attempts=1)))
    till.later(seconds(1)).wake()
    assert till.waits_for == "person"
    assert wanted(till).wake() == ["RefundAsking"]
    till.asked(Absent())
    assert till.waits_for == "person"
    assert till.later(timedelta(days=1)).wake() == []


def test_wanted_twice_it_is_one_question() -> None:
    till = wanted(unknown())
    assert asking.want(till.refund, "又来电", till.rules) == []


def test_a_process_that_dies_while_asking_by_hand_is_followed_by_another() -> None:
    till = wanted(unknown())
    till.wake()
    assert till.later(till.rules.lease).wake() == ["RefundAsking"]


def test_where_boss_cannot_be_asked_it_says_what_a_person_has_to_do() -> None:
    till = unknown(Till(billing(**NEITHER)))
    with pytest.raises(CannotBeAsked) as refused:
        asking.want(till.refund, "客户来电", till.rules)
    assert refused.value.details["needs"]["method"] == "refund.settle"


def test_what_is_not_unknown_is_not_asked_for() -> None:
    till = Till()
    with pytest.raises(NotNow):
        asking.want(till.refund, "客户来电", till.rules)


# --- sent too late, or not at all


def late(till: Till, key: str, said: Any) -> list[str]:
    """A process stood still before it sent, three minutes long; it left now."""
    events = sent_late(till.refund, Sending(key), Late(said, 3 * MINUTE), till.now, till.rules)
    till.then(events, PAYER)
    return [type(event).__name__ for event in events]


def overtaken(**abilities: Any) -> Till:
    """Taken up, then not heard of; another process asks, finds nothing for long enough, and sends again."""
    till = Till(billing(**abilities))
    till.wake()
    till.later(till.rules.lease).wake()
    till.asked(Absent())
    till.later(till.rules.absent_after).wake()
    till.asked(Absent())
    return till


def called_unpaid(till: Till) -> Till:
    """By a person, as soon as that is possible."""
    unknown(till).later(till.rules.lease + till.rules.absent_after).settled("not_paid")
    return till


@pytest.mark.parametrize("said", [Entered("B2", NUMBER, 1560), NoAnswer("timeout")])
def test_F19_a_sending_that_left_too_late_goes_to_a_person_at_once(said: Any) -> None:
    till = overtaken(**FORGETFUL)
    assert till.refund.lines[0].sendings == 2
    assert late(till, "r-1:principal", said) == ["RefundSentLate", "RefundUnknown"]
    assert (till.refund.status, till.waits_for) == ("unknown", "person")
    assert till.refund.doubt
    assert till.refund.doubt.why == "sent_late"
    assert till.later(timedelta(days=1)).wake() == []


def test_F19_of_a_line_that_is_paid_already_a_doubt_stays_beside_it_until_a_person_made_sure() -> None:
    till = overtaken(**FORGETFUL)
    till.paid(YES)
    assert late(till, "r-1:principal", Entered("B2", NUMBER, 1560)) == ["RefundSentLate"]
    assert (till.refund.status, till.waits_for) == ("paid", "person")
    assert watched(till, 30 * MINUTE) == ["finance"]
    with pytest.raises(NotNow):
        till.settled("not_paid")
    assert till.settled("paid") == "paid"
    assert till.refund.doubts == ()


def test_F19_of_a_line_that_a_person_called_unpaid_too() -> None:
    till = called_unpaid(Till(billing(**NEITHER)))
    assert late(till, "r-1:principal", Entered("B2", NUMBER, 1560)) == ["RefundSentLate"]
    assert till.settled("paid") == "paid"


def test_F19_the_very_entry_that_was_found_is_no_second_one() -> None:
    till = overtaken(**FORGETFUL)
    till.paid(YES)
    assert late(till, "r-1:principal", YES) == []


@pytest.mark.parametrize("said", [Refused(EXPIRED), Refused("number_closed")])
def test_F19_what_boss_refused_made_no_entry(said: Any) -> None:
    assert late(overtaken(**FORGETFUL), "r-1:principal", said) == []


def test_F19_where_boss_honours_keys_a_late_sending_doubles_nothing() -> None:
    assert late(overtaken(), "r-1:principal", Entered("B2", NUMBER, 1560)) == []


def test_F19_who_was_late_but_not_overtaken_stores_what_boss_said() -> None:
    till = Till(billing(**FORGETFUL))
    till.wake()
    assert till.paid(Late(YES, MINUTE)) == "paid"


def test_an_entry_that_came_after_its_expiry_is_unknown_and_asked_for_not_failed() -> None:
    till = Till(billing(**FORGETFUL))
    till.wake()
    assert till.paid(Refused(EXPIRED)) == "unknown"
    assert till.waits_for == "boss"


def test_what_never_left_is_sent_again_even_where_boss_helps_with_nothing() -> None:
    till = Till(billing(**NEITHER))
    till.wake()
    assert till.paid(NotSent()) == "approved"
    assert (till.refund.lines[0].sendings, till.refund.doubts) == (0, ())
    assert till.later(till.rules.longest_wait).wake() == ["RefundPaying"]
    assert till.paid(YES) == "paid"


def test_what_never_left_a_second_time_stays_unknown() -> None:
    till = overtaken(**FORGETFUL)
    assert till.paid(NotSent()) == "unknown"
    assert till.refund.lines[0].sendings == 1
    assert till.later(till.rules.longest_wait).wake() == ["RefundAsking"]


def test_F25_RF12_a_requester_who_tries_to_sign_is_on_record_once() -> None:
    till = Till(signed=False, by=DUTY_MANAGER)
    for _ in range(2):
        till.then(approving.self_approval(till.refund, DUTY_MANAGER), DUTY_MANAGER)
    assert till.refund.refused_signers == ("M1001",)
    assert till.refund.signatures == ()


def test_PR1_a_refund_in_doubt_is_not_erased_however_old() -> None:
    till = overtaken(**FORGETFUL)
    till.paid(YES)
    late(till, "r-1:principal", Entered("B2", NUMBER, 1560))
    with pytest.raises(NotYetErasable):
        judge(timedelta(0))(till.refund, NOW + timedelta(days=4000))
