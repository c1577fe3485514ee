"""Business time against machine time."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from chaos.judging.timeline import Timeline
from shared.clock import Setting

MACHINE = datetime(2026, 11, 22, 8, tzinfo=UTC)
BUSINESS = datetime(2026, 11, 23, 1, tzinfo=UTC)
SETTING = Setting(BUSINESS.isoformat(), MACHINE.isoformat(), 3600.0)
JUMPED = Setting(BUSINESS.isoformat(), MACHINE.isoformat(), 3600.0, 7200.0)


def test_an_hour_at_rate_3600_is_a_second() -> None:
    timeline = Timeline(((MACHINE, SETTING),))
    assert timeline.machine(BUSINESS + timedelta(hours=5)) == MACHINE + timedelta(seconds=5)
    assert timeline.seconds_between(BUSINESS, BUSINESS + timedelta(hours=2)) == 2.0


class Looked(Setting):
    """A setting that counts how often it was worked out."""

    times = 0

    def business(self, machine: datetime) -> datetime:
        Looked.times += 1
        return super().business(machine)


def test_thousands_of_steps_are_worked_out_once_however_much_is_asked() -> None:
    settings = [
        (MACHINE + timedelta(seconds=n / 10), Looked(SETTING.origin, SETTING.started, 1.0, 600.0 * n))
        for n in range(9000)
    ]
    timeline = Timeline(tuple(settings))
    for hours in range(1000):
        timeline.machine(BUSINESS + timedelta(hours=hours))
    assert Looked.times == len(settings)


def test_what_was_jumped_over_came_with_the_jump() -> None:
    jump = MACHINE + timedelta(seconds=3)
    timeline = Timeline(((MACHINE, SETTING), (jump, JUMPED)))
    assert timeline.machine(BUSINESS + timedelta(hours=2)) == MACHINE + timedelta(seconds=2)
    assert timeline.machine(BUSINESS + timedelta(hours=4)) == jump
    assert timeline.machine(BUSINESS + timedelta(hours=6)) == jump + timedelta(seconds=1)


@given(st.lists(st.tuples(st.floats(0.1, 5), st.floats(0, 5000)), max_size=5), st.floats(0, 60))
def test_machine_time_and_back_is_never_later_than_asked(jumps: list[tuple[float, float]], after: float) -> None:
    at, offset, settings = MACHINE, 0.0, [(MACHINE, SETTING)]
    for seconds, by in jumps:
        at, offset = at + timedelta(seconds=seconds), offset + by
        settings.append((at, Setting(SETTING.origin, SETTING.started, SETTING.rate, offset)))
    timeline = Timeline(tuple(settings))
    asked = MACHINE + timedelta(seconds=after)
    _, in_force = [each for each in settings if each[0] <= asked][-1]
    assert abs((timeline.machine(in_force.business(asked)) - asked).total_seconds()) < 0.001
