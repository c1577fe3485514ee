"""The load and its judge on a suite that nothing is done to: green, with figures of every kind."""

import time
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any

from chaos.gathered import CALLERS, OVERHEARD, gathered, judged
from chaos.judging.evidence import Conditions
from chaos.judging.verdict import Verdict
from chaos.load.acting import Acting
from chaos.load.asking import Asking
from chaos.load.callers import Caller
from chaos.load.journeys import journeys
from chaos.load.playing import Load
from chaos.overheard import Overhearing
from chaos.told import Told
from shared.clock import BusinessClock, ClockFile
from suite.play.__main__ import MONDAY, OPERATOR
from suite.play.quiet import Quiet, connect
from suite.running import Suite
from suite.simulators import text_from_phone

SEED, COUNT, RATE = 11, 15, 3600.0
LADDER = timedelta(hours=23)  # a VIP's 8 h, then 2, 4 and 8 h until the province has not taken over either
WITHIN = 60.0


def test_a_run_without_faults_is_judged_green_with_figures_of_every_kind(start_suite: Callable[..., Suite]) -> None:
    verdict = run(start_suite(clock_origin=MONDAY, clock_rate=RATE))
    assert not verdict.findings, "\n".join(map(str, verdict.findings))
    for kind, count in verdict.counts.items():
        assert count.acknowledged > 0, kind
        assert count.ok == count.attempted, kind
    assert verdict.counts["complaints"].attempted == 13  # of 15, one refund and one SMS come alone
    assert verdict.counts["refunds"].attempted == 5
    assert verdict.lateness.fired > 5
    assert 0 <= verdict.lateness.p50 <= verdict.lateness.longest < 5


def run(suite: Suite) -> Verdict:
    folder, file = suite.folder, ClockFile(suite.folder.clock)
    clock = BusinessClock(folder.clock)
    planned = journeys(SEED, COUNT, clock.now() + timedelta(hours=1), spread=timedelta(hours=4))
    numbers, end = [journey.msisdn for journey in planned], planned[-1].start + LADDER

    def caller() -> Caller:
        return Caller(suite.amqp_uri, lambda who: suite.token(who.sub, who.role, who.branch))

    with Told(folder.journal(CALLERS)) as told, Overhearing(suite.amqp_uri, folder.journal(OVERHEARD)):
        told.clock(slowed(file, RATE))
        acting = Acting(told, clock, partial(text_from_phone, folder.ready("smsc")), patience=20.0)
        with Load(planned, acting, caller) as load:
            until(lambda: load.failed() or (load.done() and clock.now() > end))
        told.clock(slowed(file, 1.0))
        with connect(suite.amqp_uri) as broker:
            asker = caller()
            Quiet(broker, lambda service: asker.once(OPERATOR, service, "pulse")).wait()
            final = Asking(asker).final(numbers, clock.now)
            asker.close()
    return judged(gathered(folder, final, Conditions(grace_seconds=2.0)))


def slowed(file: ClockFile, rate: float) -> Any:
    """Business time goes on from where it is, at this rate."""
    return file.start(BusinessClock(file.path).now(), rate)


def until(is_so: Callable[[], bool]) -> None:
    limit = time.monotonic() + WITHIN
    while not is_so():
        assert time.monotonic() < limit, f"not within {WITHIN:.0f} s"
        time.sleep(0.1)
