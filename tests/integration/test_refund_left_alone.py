"""A BOSS that is left alone, on a real database: only calls to it wait."""

from dataclasses import replace
from datetime import timedelta

from services.refund import settling
from services.refund.breaker import Breaker
from services.refund.payments import AT_ONCE, PAYER, Payments
from services.refund.rules import BreakerRules
from shared.clock import machine_now, monotonic
from shared.settings import Settings
from tests.boss import FakeBoss
from tests.integration.refund_shelf import HURRIED, approved, shelf
from tests.unit.refund.makers import FINANCE, NOW

AN_HOUR = BreakerRules(1, timedelta(hours=1), timedelta(hours=1))
NUMBERS = iter(range(13900000800, 13900000900))


def test_F24_a_sending_that_nobody_came_back_from_is_listed_however_many_refunds_wait_for_boss(
    settings: Settings,
) -> None:
    rules, breaker, boss = replace(HURRIED, breaker=AN_HOUR), Breaker(), FakeBoss()
    breaker.missed(monotonic(), AN_HOUR)
    with shelf(settings) as refunds:
        for _ in range(AT_ONCE + 1):
            approved(refunds, str(next(NUMBERS)))
        killed, running = (approved(refunds, str(next(NUMBERS))) for _ in range(2))
        before = machine_now() - timedelta(minutes=1)
        refunds.change(killed, lambda old, _: settling.take_up(old, before, rules), PAYER)
        runs_long = replace(rules, lease=timedelta(minutes=1))
        refunds.change(running, lambda old, _: settling.take_up(old, machine_now(), runs_long), PAYER)
        for _ in range(2):
            Payments(refunds, boss, rules, breaker).round()

        listed, _ = refunds.in_doubt({"limit": 200}, FINANCE)
        assert [(each.id, each.state.status, each.state.doubts[0].since) for each in listed] == [
            (killed, "unknown", NOW)
        ]
        assert refunds.get(running).state.status == "paying"
        assert boss.journal() == []
