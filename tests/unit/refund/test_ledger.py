"""Where the money of a refund is, as double entries (RF1)."""

from typing import Any

from services.refund import approving, pre_refunds
from services.refund.claim import Consent
from services.refund.ledger import balances, postings
from services.refund.outcomes import NoAnswer, Refused
from tests.unit.refund.makers import BRANCH, DUTY_MANAGER, NOW, Story, billing, claim, rules
from tests.unit.refund.till import Till


def held(story: Story) -> dict[str, int]:
    return balances(postings(story.history))


def moves(story: Story) -> list[tuple[str, str, str, int]]:
    return [(each.event, each.source, each.target, each.amount_fen) for each in postings(story.history)]


def test_RF1_a_paid_refund_has_moved_from_the_company_to_the_customer_step_by_step() -> None:
    till = Till(principal_fen=1000)
    till.pay_all()
    assert moves(till) == [
        ("refund_requested", "company:principal", "claimed", 1000),
        ("refund_approved", "claimed", "approved", 1000),
        ("refund_paying", "approved", "boss", 1000),
        ("refund_line_paid", "boss", "customer", 1000),
    ]
    assert held(till) == {"company:principal": -1000, "customer": 1000}


def test_RF1_what_nobody_knows_is_neither_the_companys_nor_the_customers() -> None:
    till = Till(billing(can_be_asked=False, honours_keys=False), principal_fen=1000)
    till.wake()
    till.paid(NoAnswer("timeout"))
    assert held(till) == {"boss": 1000, "company:principal": -1000}
    till.settled("paid")
    assert held(till) == {"company:principal": -1000, "customer": 1000}


def test_RF1_what_boss_refused_is_still_owed_until_it_is_withdrawn() -> None:
    till = Till(principal_fen=1000)
    till.wake()
    till.paid(Refused("no_such_account"))
    assert held(till) == {"approved": 1000, "company:principal": -1000}
    till.then(approving.withdraw(till.refund, DUTY_MANAGER, "号码已销户"), DUTY_MANAGER)
    assert held(till) == {}


def test_RF12_a_rejected_claim_leaves_nothing_anywhere() -> None:
    story = Story(claim(ground="double_refund"))
    assert held(story) == {"claimed": 3120, "company:award": -1560, "company:principal": -1560}
    story.then(approving.reject(story.refund, DUTY_MANAGER, "证据不足"), DUTY_MANAGER)
    assert held(story) == {}


def test_RF4_an_award_comes_out_of_the_company_only_when_the_facts_are_upheld() -> None:
    consent = Consent("B1001", "先行退还", given=True)
    wanted: Any = claim(sort="pre_refund", ground="double_refund", principal_fen=1000, insisted=True, consent=consent)
    till = Till(wanted=wanted)
    till.pay_all()
    assert held(till) == {"company:principal": -1000, "customer": 1000}
    till.then(pre_refunds.verify(till.refund, True, ("话单",), BRANCH, None, NOW, rules()), BRANCH)
    assert held(till)["company:award"] == -1000
    till.pay_all()
    assert held(till) == {"company:award": -1000, "company:principal": -1000, "customer": 2000}


def test_RF15_lines_of_one_kind_are_posted_each_by_itself() -> None:
    till = Till(principal_fen=1000, pre_page_fen=40)
    till.pay_all()
    entered = {each.key: each.amount_fen for each in postings(till.history) if each.target == "customer"}
    assert entered == {"r-1:principal": 1000, "r-1:principal:pre_page": 40}
