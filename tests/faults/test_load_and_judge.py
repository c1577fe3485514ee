"""The load and its judge on a suite that nothing is done to: green, with figures of every kind."""

import time
from collections.abc import Callable
from datetime import timedelta
from functools import partial

from chaos.gathered import CALLERS, OVERHEARD, gathered, judged
from chaos.judging.evidence import Conditions
from chaos.judging.verdict import Verdict
from chaos.load.acting import Acting
from chaos.load.asking import Asking
from chaos.load.callers import Caller
from chaos.load.journeys import journeys
from chaos.load.playing import PAUSE_SECONDS, Load
from chaos.overheard import Overhearing
from chaos.pacing import Pacing
from chaos.told import Told
from shared.clock import BusinessClock, ClockFile
from suite.play.__main__ import MONDAY, OPERATOR
from suite.play.quiet import Quiet, connect
from suite.running import Suite
from suite.simulators import text_from_phone

SEED, COUNT = 11, 15
LADDER = timedelta(hours=23)  # a VIP's 8 h, then 2, 4 and 8 h until the province has not taken over either
WITHIN = 180.0  # of machine time; business time moves on whenever the callers have kept up with it


def test_a_run_without_faults_is_judged_green_with_figures_of_every_kind(start_suite: Callable[..., Suite]) -> None:
    verdict = run(start_suite(clock_origin=MONDAY))
    assert not verdict.findings, "\n".join(map(str, verdict.findings))
    for kind, count in verdict.counts.items():
        assert count.acknowledged > 0, kind
        assert count.ok == count.attempted, kind
    assert verdict.counts["complaints"].attempted == 13  # of 15, one refund and one SMS come alone
    assert verdict.counts["refunds"].attempted == 5
    assert verdict.lateness.fired > 5
    assert 0 <= verdict.lateness.p50 < 5


def run(suite: Suite) -> Verdict:
    folder, clock = suite.folder, BusinessClock(suite.folder.clock)
    planned = journeys(SEED, COUNT, clock.now() + timedelta(hours=1), spread=timedelta(hours=4))
    numbers, end = [journey.msisdn for journey in planned], planned[-1].start + LADDER

    def caller() -> Caller:
        return Caller(suite.amqp_uri, lambda who: suite.token(who.sub, who.role, who.branch))

    with Told(folder.journal(CALLERS)) as told, Overhearing(suite.amqp_uri, folder.journal(OVERHEARD)):
        acting = Acting(told, clock, partial(text_from_phone, folder.ready("smsc")), patience=20.0)
        with Load(planned, acting, caller) as load:
            play(load, Pacing(ClockFile(folder.clock), told, now := clock.now(), end - now))
        with connect(suite.amqp_uri) as broker:
            asker = caller()
            Quiet(broker, lambda service: asker.once(OPERATOR, service, "pulse")).wait()
            final = Asking(asker).final(numbers, clock.now)
            asker.close()
    return judged(gathered(folder, final, Conditions(grace_seconds=2.0)))


def play(load: Load, pacing: Pacing) -> None:
    """Returns once every journey has ended and business time has come to its end, or a caller died of a fault."""
    limit = time.monotonic() + WITHIN
    while not (load.failed() or (load.done() and pacing.passed >= 1.0)):
        assert time.monotonic() < limit, f"not within {WITHIN:.0f} s"
        pacing.move(load, 1.0)
        time.sleep(PAUSE_SECONDS)
