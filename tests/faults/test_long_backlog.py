"""Before a hundred thousand messages and with slow readers a service goes on with everything else (F22).

BACKLOG=100000 BACKLOG_SECONDS=120 makes it as long as the fault's description has it, and longer looked at.
"""

import os
from collections.abc import Callable, Iterator
from statistics import median, quantiles

import pytest

from suite.play.__main__ import MONDAY
from suite.play.callers import Callers
from suite.running import Suite
from tests.faults.backlog_hands import Impatience
from tests.faults.backlog_watch import Watch

BACKLOG = int(os.environ.get("BACKLOG", "20000"))
SECONDS = float(os.environ.get("BACKLOG_SECONDS", "20"))
SLOW, READERS, AROUND = 0.2, 3, 10.0  # AROUND: seconds in which readers start and end
IN_TIME, NEVER_LATER = 3.0, 10.0  # a clock is looked at every half second; one may meet a stall of the machine
QUICK, ANSWERED_WITHIN = 2.0, 5.0  # nine of ten answers, and what every caller is promised
SERVICE_GROWS, BROKER_GROWS = 8 << 20, 64 << 20


@pytest.fixture(scope="module")
def suite(start_suite: Callable[..., Suite]) -> Suite:
    return start_suite(clock_origin=MONDAY, serving=("chaos.serving",))


@pytest.fixture(scope="module")
def impatience(suite: Suite) -> Iterator[Impatience]:
    """The broker's, with readers who do not acknowledge."""
    with Impatience(suite.broker, suite.amqp_uri) as impatience:
        yield impatience


@pytest.fixture(scope="module")
def watch(suite: Suite, call_suite: Callable[[Suite], Callers], impatience: Impatience) -> Iterator[Watch]:
    """What was seen while slow readers worked at the backlog; they have ended by then, told to."""
    with Watch(suite, call_suite(suite)) as watch:
        watch.promise()
        suite.process("escalation-1").stop()
        watch.fill(BACKLOG, real=int(READERS * (SECONDS + AROUND) / SLOW))
        readers = [f"escalation-{n + 1}" for n in range(READERS)]
        for name in readers:
            suite.start_process(name, SLOW_AT=f"event_begun:{SLOW}")
        suite.await_service("escalation")
        watch.look_for(SECONDS, readers)
        for name in readers:
            suite.process(name).stop()
        watch.count_up()
        print(f"\n{watch.told()}")
        yield watch


def test_F22_memory_stays_flat_in_readers_and_broker(watch: Watch) -> None:
    for name in watch.readers:
        assert watch.memory.grown(name) < SERVICE_GROWS, watch.memory.told()
    assert watch.memory.grown("rabbitmq") < BROKER_GROWS, watch.memory.told()


def test_F22_a_reader_holds_one_message_however_many_wait(watch: Watch) -> None:
    assert watch.prefetch == [1] * READERS


def test_F22_no_reader_is_thrown_out_by_a_broker_that_throws_out_who_does_not_acknowledge(
    watch: Watch, impatience: Impatience
) -> None:
    assert impatience.threw_out_who_holds_one()
    for name in watch.readers:
        said = watch.logs[name].read_text()
        assert "PRECONDITION_FAILED" not in said
        assert "lost its connection" not in said


def test_F22_clocks_strike_on_time(watch: Watch) -> None:
    assert watch.still_waiting, "the backlog had ended: nothing is shown"
    assert median(watch.late) < IN_TIME, watch.late
    assert max(watch.late) < NEVER_LATER, watch.late


def test_F22_the_service_answers(watch: Watch) -> None:
    assert len(watch.answered) > SECONDS / 2
    assert quantiles(watch.answered, n=10)[-1] < QUICK
    assert max(watch.answered) < ANSWERED_WITHIN


def test_F22_what_was_read_took_effect_once_and_the_rest_still_waits(watch: Watch) -> None:
    assert watch.opened > READERS * SECONDS / SLOW / 3, "the readers stood still"
    assert watch.opened <= watch.total - watch.still_waiting
    assert watch.once == watch.real
