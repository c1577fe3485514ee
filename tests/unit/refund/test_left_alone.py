"""While BOSS is left alone only calls to it wait: doubts have age and owner, one try finds out whether it is back."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from services.refund import approving, settling
from services.refund.breaker import Breaker
from services.refund.model import Refund
from services.refund.outcomes import Asked, NoAnswer
from services.refund.payments import AT_ONCE, PAYER, Payments
from services.refund.requesting import request
from services.refund.rules import BillingRules, BreakerRules
from shared.clock import machine_now, monotonic
from suite.rehearsal.memory import Hands
from suite.rehearsal.refund_stores import RememberedRefunds
from tests.boss import FakeBoss
from tests.unit.refund.makers import AGENT, DUTY_MANAGER, NOW, billing, claim, complaint, met, rules, seconds

HOUR = timedelta(hours=1)
LONG, NO_TIME = BreakerRules(1, HOUR, HOUR), BreakerRules(1, timedelta(), timedelta())


@pytest.fixture
def refunds() -> RememberedRefunds:
    return RememberedRefunds("refund", Hands(NOW), [])


class Mute(FakeBoss):
    """Takes entries, and answers every question with 503."""

    def ask(self, key: str) -> Asked:
        return NoAnswer("http_503")


def opened(pauses: BreakerRules) -> Breaker:
    breaker = Breaker()
    breaker.missed(monotonic(), pauses)
    assert breaker.open
    return breaker


def approved(refunds: RememberedRefunds) -> str:
    refund_id, number = uuid4().hex, f"1390000{len(refunds.known):04}"
    its_own = met(complaint=complaint(msisdn=number))
    wanted = request(refund_id, claim(msisdn=number), its_own, NOW, rules(), "v1")
    refunds.insert(refund_id, wanted, AGENT, NOW)
    refunds.change(refund_id, lambda old, _: approving.approve(old, DUTY_MANAGER, "", 0, rules()), DUTY_MANAGER)
    return refund_id


def killed_while_paying(refunds: RememberedRefunds, patience: BillingRules) -> str:
    """Its process took the lease, and was not heard of again until that had run out."""
    refund_id, before = approved(refunds), machine_now() - patience.lease - seconds(1)
    refunds.change(refund_id, lambda old, _: settling.take_up(old, before, patience), PAYER)
    return refund_id


def shown(refunds: RememberedRefunds, refund_id: str) -> Refund:
    state = refunds.get(refund_id).state
    assert isinstance(state, Refund)
    return state


@pytest.mark.parametrize(
    ("abilities", "who"),
    [({}, "boss"), ({"can_be_asked": False}, "boss"), ({"can_be_asked": False, "honours_keys": False}, "person")],
)
def test_F24_a_sending_that_nobody_came_back_from_is_a_doubt_with_an_owner_while_boss_is_left_alone(
    refunds: RememberedRefunds, abilities: dict[str, bool], who: str
) -> None:
    patience, boss = billing(breaker=LONG, **abilities), FakeBoss()
    waiting = [approved(refunds) for _ in range(AT_ONCE + 1)]  # they come first, and wait for BOSS
    refund_id = killed_while_paying(refunds, patience)
    for _ in range(2):
        Payments(refunds, boss, patience, opened(LONG)).round()

    refund = shown(refunds, refund_id)
    assert (refund.status, refund.waits_for) == ("unknown", who)
    assert refund.doubt
    assert (refund.doubt.why, refund.doubt.since) == (settling.INTERRUPTED, NOW)
    assert refund.doubt.rises_at == NOW + timedelta(minutes=30)
    assert refund.lines[0].sendings == 1
    assert boss.journal() == []
    assert {shown(refunds, each).status for each in waiting} == {"approved"}


def test_F24_whose_lease_still_runs_is_not_called_unknown(refunds: RememberedRefunds) -> None:
    refund_id, patience = approved(refunds), billing(breaker=LONG)
    refunds.change(refund_id, lambda old, _: settling.take_up(old, machine_now(), patience), PAYER)
    Payments(refunds, FakeBoss(), patience, opened(LONG)).round()
    assert shown(refunds, refund_id).status == "paying"


def test_F24_the_doubt_is_found_out_once_boss_is_back(refunds: RememberedRefunds) -> None:
    patience, boss = billing(breaker=NO_TIME), FakeBoss()
    refund_id = killed_while_paying(refunds, patience)
    Payments(refunds, boss, billing(breaker=LONG), opened(LONG)).round()
    assert shown(refunds, refund_id).status == "unknown"
    Payments(refunds, boss, patience, opened(NO_TIME)).round()
    assert (shown(refunds, refund_id).status, len(boss.journal())) == ("paid", 1)


def test_F24_where_boss_cannot_be_asked_one_sending_finds_out_that_it_is_back(refunds: RememberedRefunds) -> None:
    made, boss = [approved(refunds) for _ in range(3)], Mute()
    payments = Payments(refunds, boss, billing(can_be_asked=False, breaker=NO_TIME), opened(NO_TIME))
    payments.round()
    assert not payments.breaker.open
    payments.round()
    assert {shown(refunds, each).status for each in made} == {"paid"}
    assert len(boss.journal()) == len(made)


def test_F24_where_boss_cannot_be_asked_and_is_away_a_try_sends_one_line_and_no_more(
    refunds: RememberedRefunds, monkeypatch: pytest.MonkeyPatch
) -> None:
    made, boss, sent = [approved(refunds) for _ in range(8)], FakeBoss(up=False), []
    told = boss.pay

    def pay(key: str, *given: Any) -> Any:
        sent.append(key)
        return told(key, *given)

    monkeypatch.setattr(boss, "pay", pay)
    breaker = opened(NO_TIME)  # its pause is over
    payments = Payments(refunds, boss, billing(can_be_asked=False, breaker=LONG), breaker)
    payments.round()
    assert len(sent) == 1
    assert sorted(shown(refunds, each).status for each in made) == ["approved"] * 7 + ["unknown"]
    payments.round()
    assert (len(sent), breaker.open) == (1, True)


def test_F24_where_boss_can_be_asked_a_try_sends_nothing_before_it_answers(refunds: RememberedRefunds) -> None:
    refund_id, boss = approved(refunds), Mute()
    Payments(refunds, boss, billing(breaker=NO_TIME), opened(NO_TIME)).round()
    assert (shown(refunds, refund_id).status, boss.journal()) == ("approved", [])
