"""Several lines of one refund may be unknown at once: what a person found of one of them is said of no other (RF1)."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from services.refund import approving
from services.refund.course import REFUNDS
from services.refund.doubts.answers import Looking
from services.refund.doubts.errors import NothingUnknown, WhichLine
from services.refund.doubts.happened import RefundLateChecked
from services.refund.doubts.late import Sending, sent_late
from services.refund.errors import NotNow
from services.refund.outcomes import Absent, Entered, Late, NoAnswer, Refused
from shared.organisation import Branch, Organisation
from tests.unit.refund.makers import BRANCH, FINANCE, NUMBER, PAYER, billing
from tests.unit.refund.till import Till

MINUTE = timedelta(minutes=1)
YES = Entered("B1", NUMBER, 1560)
AGAIN = Entered("B2", NUMBER, 1560)
PRINCIPAL, AWARD = "r-1:principal", "r-1:award"


def late(till: Till, key: str, said: Any = AGAIN) -> list[str]:
    """A process that stood still for three minutes has sent the line of this key."""
    events = sent_late(till.refund, Sending(key), Late(said, 3 * MINUTE), till.now, till.rules)
    till.then(events, PAYER)
    return [type(event).__name__ for event in events]


def principal_paid(**claim: Any) -> Till:
    """By another process than the first one, which stands still; the next line is on its way."""
    till = Till(billing(honours_keys=False), **({"ground": "double_refund"} | claim))
    till.wake()
    till.later(till.rules.lease).wake()
    till.asked(Absent())
    till.later(till.rules.absent_after).wake()
    till.asked(Absent())
    till.paid(YES)
    return till


def both_unknown() -> Till:
    till = principal_paid()
    assert late(till, PRINCIPAL) == ["RefundSentLate"]
    till.later(MINUTE).paid(NoAnswer("timeout"))
    return till


def states(till: Till) -> list[str]:
    return [line.state for line in till.refund.lines]


def listed(till: Till) -> list[dict[str, Any]]:
    return Looking(till.now, till.rules, Organisation(Branch(None, "省公司", {}, {}), {}, {})).shown(till.refund)


def test_F19_where_two_lines_are_unknown_a_person_names_the_one_that_he_looked_up() -> None:
    till = both_unknown()
    with pytest.raises(WhichLine) as refused:
        till.settled("paid")
    assert refused.value.details["keys"] == [AWARD, PRINCIPAL]
    assert refused.value.details["needs"] == {"method": "refund.settle", "fields": ["key"]}
    assert states(till) == ["paid", "unknown"]


def test_F19_what_he_says_of_the_late_line_leaves_the_present_one_unknown() -> None:
    till = both_unknown()
    assert till.settled("paid", PRINCIPAL) == "unknown"
    assert (states(till), till.refund.late) == (["paid", "unknown"], None)
    assert till.settled("paid") == "paid"


def test_F19_and_what_he_says_of_the_present_one_leaves_the_late_one() -> None:
    till = both_unknown()
    assert till.settled("paid", AWARD) == "paid"
    assert till.refund.late
    assert [(each["key"], each["waits_for"]) for each in listed(till)] == [(PRINCIPAL, "person")]
    assert till.settled("paid") == "paid"
    assert till.refund.doubts == ()


def test_F19_each_is_listed_by_its_own_key_with_who_finds_it_out_and_how_often_it_was_tried() -> None:
    shown = {
        (each["key"], each["why"], each["waits_for"], each["settled_by"], each["attempts"], bool(each["next_try"]))
        for each in listed(both_unknown())
    }
    assert shown == {
        (PRINCIPAL, "sent_late", "person", "person", 2, False),
        (AWARD, "timeout", "boss", "boss", 1, True),
    }


def test_F19_a_line_that_boss_refused_is_not_paid_since_another_one_came_late() -> None:
    till = principal_paid()
    late(till, PRINCIPAL)
    assert till.paid(Refused("number_closed")) == "failed"
    with pytest.raises(NotNow, match="has its entry once"):
        till.settled("not_paid")
    assert till.settled("paid") == "failed"
    assert (states(till), till.refund.late) == (["paid", "refused"], None)
    till.settled("by_hand")
    assert till.settled("paid") == "paid"


def test_F19_a_late_line_that_is_one_of_two_of_its_kind_is_listed_by_its_own_key() -> None:
    till = Till(billing(honours_keys=False), pre_page_fen=40)
    till.wake()
    till.paid(YES)
    first = Entered("B2", NUMBER, 40)
    till.later(till.rules.lease).wake()
    till.later(MINUTE).asked(first)
    assert till.refund.status == "paid"
    assert late(till, "r-1:principal:pre_page", Entered("B3", NUMBER, 40)) == ["RefundSentLate"]
    (row,) = listed(till)
    assert (row["key"], row["amount_fen"]) == ("r-1:principal:pre_page", 40)
    with pytest.raises(NothingUnknown) as refused:
        till.settled("paid", PRINCIPAL)
    assert refused.value.details["keys"] == ["r-1:principal:pre_page"]


def test_F19_of_two_late_lines_each_is_made_sure_of() -> None:
    till = both_unknown()
    till.settled("paid", AWARD)
    assert late(till, AWARD, Entered("B4", NUMBER, 1560)) == ["RefundSentLate"]
    assert [each["key"] for each in listed(till)] == [PRINCIPAL, AWARD]
    with pytest.raises(WhichLine):
        till.settled("paid")
    till.settled("paid", PRINCIPAL)
    assert [each["key"] for each in listed(till)] == [AWARD]
    till.settled("paid", AWARD)
    assert till.refund.doubts == ()
    assert REFUNDS.fold(None, till.history) == till.refund


def test_F19_what_came_late_of_a_claim_that_was_withdrawn_is_reversed_never_called_paid() -> None:
    till = Till(billing(honours_keys=False, can_be_asked=False))
    till.wake()
    till.paid(NoAnswer("timeout"))
    till.later(till.rules.lease + till.rules.absent_after).settled("not_paid")
    till.then(approving.withdraw(till.refund, BRANCH, "重提"), BRANCH)
    assert late(till, PRINCIPAL) == ["RefundSentLate"]
    with pytest.raises(NotNow, match="reversed"):
        till.settled("paid")
    assert till.settled("not_paid") == "withdrawn"
    assert till.refund.doubts == ()


def test_F19_a_person_who_says_that_the_late_entry_stands_ends_the_doubt_with_it() -> None:
    till = Till(billing(honours_keys=False, can_be_asked=False))
    till.wake()
    till.paid(NoAnswer("timeout"))
    till.later(till.rules.lease + till.rules.absent_after).settled("not_paid")
    late(till, PRINCIPAL)
    assert till.settled("paid") == "paid"
    assert till.refund.doubts == ()


def test_a_late_doubt_that_was_stored_before_it_knew_its_lines_is_listed_and_settled() -> None:
    till = principal_paid()
    late(till, PRINCIPAL)
    assert till.refund.late
    till._state = replace(till.refund, late=replace(till.refund.late, keys=()))
    assert [each["key"] for each in listed(till)] == [PRINCIPAL]
    till.then([RefundLateChecked("principal", ("流水",))], FINANCE)
    assert till.refund.doubts == ()


def test_who_may_not_settle_it_now_reads_what_to_do_instead() -> None:
    till = Till(billing(honours_keys=False))
    with pytest.raises(NotNow, match="cannot be settled: it is sent to BOSS in a moment"):
        till.settled("paid")
