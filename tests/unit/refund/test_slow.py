"""Since when a refund could have been paid: what operators see while BOSS is left alone."""

from datetime import timedelta

from services.refund import approving, settling
from services.refund.outcomes import Entered, NoAnswer, NotSent, Refused
from tests.unit.refund.makers import AGENT, DUTY_MANAGER, NOW, NUMBER, PAYER, Story, rules
from tests.unit.refund.till import Till

YES = Entered("B1", NUMBER, 1560)
LATER = NOW + timedelta(hours=3)


def test_it_counts_from_the_last_signature_and_not_before() -> None:
    story = Story()
    assert story.refund.on_its_way_since is None
    story.then(approving.approve(story.refund, DUTY_MANAGER, "", 0, rules()), DUTY_MANAGER, LATER)
    assert story.refund.on_its_way_since == LATER


def test_neither_a_lease_nor_a_sending_that_never_left_makes_it_younger() -> None:
    till = Till()
    till.wake()
    assert (till.refund.status, till.refund.on_its_way_since) == ("paying", NOW)
    till.later(timedelta(hours=2)).paid(NotSent())
    assert (till.refund.status, till.refund.on_its_way_since) == ("approved", NOW)


def test_the_next_line_counts_from_the_one_before() -> None:
    till = Till(ground="double_refund")
    till.wake()
    till.then(settling.paid(till.refund, till.fence, YES, till.now, till.rules), PAYER, LATER)
    assert till.refund.status == "paying"
    assert till.refund.on_its_way_since == LATER


def test_what_is_unknown_failed_paid_or_withdrawn_is_not_slow_but_what_it_is() -> None:
    for said in (NoAnswer("timeout"), Refused("number_closed"), YES):
        till = Till()
        till.wake()
        till.paid(said)
        assert till.refund.on_its_way_since is None
    withdrawn = Till()
    withdrawn.then(approving.withdraw(withdrawn.refund, AGENT, "客户放弃"), AGENT)
    assert withdrawn.refund.on_its_way_since is None
