"""Machine time agrees with the database server's once, and no jump of the machine's clock moves it afterwards (F17)."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared import clock
from shared.clock import SKEW_BOUND, MachineTime

NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
HOUR, DAY, SECOND = timedelta(hours=1), timedelta(days=1), timedelta(seconds=1)


class Machine:
    """A wall clock that jumps, beside one that only runs: true time passes for both."""

    def __init__(self) -> None:
        self.wall, self.ran = NOON, 0.0

    def passes(self, span: timedelta, rate: float = 1.0) -> None:
        self.ran += span.total_seconds()
        self.wall += span * rate

    @property
    def true(self) -> datetime:
        return NOON + timedelta(seconds=self.ran)

    def now(self, _zone: object) -> datetime:
        return self.wall


@pytest.fixture
def machine(monkeypatch: pytest.MonkeyPatch) -> Machine:
    return put_in(monkeypatch)


def put_in(monkeypatch: pytest.MonkeyPatch) -> Machine:
    machine = Machine()
    monkeypatch.setattr(clock, "datetime", machine)
    monkeypatch.setattr(clock, "monotonic", lambda: machine.ran)
    return machine


@pytest.mark.parametrize("jump", [HOUR, -HOUR, DAY, -DAY])
def test_F17_a_clock_that_jumps_moves_no_moment(machine: Machine, jump: timedelta) -> None:
    time = MachineTime()
    time.compare(machine.true)
    machine.wall += jump
    assert time.now() == machine.true
    machine.passes(10 * SECOND)
    assert time.compare(machine.true) == timedelta(0)
    assert (time.now(), time.trusted) == (machine.true, True)


def test_F17_a_clock_that_is_set_right_a_little_is_followed(machine: Machine) -> None:
    time = MachineTime()
    machine.wall += SECOND
    assert time.compare(machine.true) == SECOND
    machine.wall -= SECOND
    assert time.compare(machine.true) == timedelta(0)


def test_F17_whoever_drifts_out_of_the_bound_is_not_trusted_until_he_agrees_again(machine: Machine) -> None:
    time = MachineTime()
    time.compare(machine.true)
    server = machine.true + SKEW_BOUND + SECOND
    assert time.compare(server) == -(SKEW_BOUND + SECOND)
    assert not time.trusted
    machine.wall = server
    assert time.compare(server) == timedelta(0)
    assert (time.trusted, time.now()) == (True, server)


def test_F17_a_process_that_never_agreed_has_the_wall_clock(machine: Machine) -> None:
    machine.wall += DAY
    assert MachineTime().now() == NOON + DAY


@given(
    st.lists(
        st.tuples(st.floats(0, 30), st.sampled_from([0, 1, -1, 3600, -3600, 86_400, -86_400]), st.floats(0.9, 1.1)),
        max_size=20,
    )
)
def test_F17_however_it_jumps_and_drifts_moments_stay_within_the_bound_of_the_servers(
    moves: list[tuple[float, int, float]],
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        machine, time = put_in(patch), MachineTime()
        time.compare(machine.true)
        for passed, jumped, rate in moves:
            machine.passes(timedelta(seconds=passed), rate)
            machine.wall += timedelta(seconds=jumped)
            assert abs(time.now() - machine.true) <= SKEW_BOUND
            time.compare(machine.true)
            assert time.trusted
