"""Business time runs and jumps as the clock's file says, and never goes back; machine time is never moved."""

import json
import threading
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared import clock
from shared.clock import BusinessClock, ClockFile, ClockSkewed, Setting, check_skew, in_milliseconds, machine_now

ORIGIN = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
STARTED = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


class Machine:
    """Machine time that a test moves."""

    def __init__(self) -> None:
        self.at = STARTED

    def __call__(self) -> datetime:
        return self.at

    def passes(self, **span: float) -> None:
        self.at += timedelta(**span)


@pytest.fixture
def machine(monkeypatch: pytest.MonkeyPatch) -> Machine:
    now = Machine()
    monkeypatch.setattr(clock, "machine_now", now)
    return now


@pytest.fixture
def file(tmp_path: Path) -> ClockFile:
    return ClockFile(tmp_path / "clock.json")


def test_without_a_file_business_time_is_machine_time(machine: Machine, tmp_path: Path):
    assert BusinessClock().now() == STARTED
    assert BusinessClock(tmp_path / "clock.json").now() == STARTED


def test_business_time_starts_at_its_origin(machine: Machine, file: ClockFile):
    file.start(ORIGIN)
    assert BusinessClock(file.path).now() == ORIGIN


def test_business_time_passes_as_machine_time_does(machine: Machine, file: ClockFile):
    file.start(ORIGIN)
    machine.passes(minutes=5)
    assert BusinessClock(file.path).now() == ORIGIN + timedelta(minutes=5)


def test_business_time_passes_at_its_rate(machine: Machine, file: ClockFile):
    file.start(ORIGIN, rate=60)
    machine.passes(minutes=1)
    assert BusinessClock(file.path).now() == ORIGIN + timedelta(hours=1)


def test_an_advance_is_seen_by_a_clock_that_already_runs(machine: Machine, file: ClockFile):
    file.start(ORIGIN)
    running = BusinessClock(file.path)
    before = running.now()
    file.advance(timedelta(hours=8))
    assert running.now() == before + timedelta(hours=8)


def test_advances_add_up_and_keep_the_rate(machine: Machine, file: ClockFile):
    file.start(ORIGIN, rate=2)
    file.advance(timedelta(hours=8))
    file.advance(timedelta(days=1))
    machine.passes(minutes=1)
    assert BusinessClock(file.path).now() == ORIGIN + timedelta(hours=32, minutes=2)


def test_a_clock_that_was_never_started_advances_from_machine_time(machine: Machine, file: ClockFile):
    file.advance(timedelta(hours=1))
    assert BusinessClock(file.path).now() == STARTED + timedelta(hours=1)


def test_business_time_does_not_go_back(machine: Machine, file: ClockFile):
    file.start(ORIGIN)
    with pytest.raises(ValueError, match="forwards only"):
        file.advance(timedelta(seconds=-1))
    assert BusinessClock(file.path).now() == ORIGIN


def test_business_time_does_not_leave_the_calendar(machine: Machine, file: ClockFile):
    file.start(ORIGIN)
    file.advance(timedelta(days=36_000))
    with pytest.raises(ValueError, match="a hundred years"):
        file.advance(timedelta(days=1_000))
    assert BusinessClock(file.path).now() == ORIGIN + timedelta(days=36_000)


@pytest.mark.parametrize("rate", [0, -1, float("nan"), float("inf")])
def test_a_rate_that_stands_still_or_goes_back_is_refused(file: ClockFile, rate: float):
    with pytest.raises(ValueError, match="rate"):
        file.start(ORIGIN, rate=rate)
    assert file.read() is None


@given(st.lists(st.tuples(st.floats(0, 1e5), st.floats(0, 1e6)), max_size=8), st.floats(0.01, 1000))
def test_whatever_passes_and_advances_business_time_never_goes_back(moves: list[tuple[float, float]], rate: float):
    setting, machine = Setting(ORIGIN.isoformat(), STARTED.isoformat(), rate), STARTED
    seen = [setting.business(machine)]
    for passed, jumped in moves:
        machine += timedelta(seconds=passed)
        setting = Setting(setting.origin, setting.started, setting.rate, setting.offset + jumped)
        seen.append(setting.business(machine))
    assert seen == sorted(seen)


def test_business_time_is_utc_in_milliseconds(machine: Machine, file: ClockFile):
    file.start(ORIGIN.astimezone(timezone(timedelta(hours=8))), rate=0.3333)
    machine.passes(microseconds=1_234_000)
    now = BusinessClock(file.path).now()
    assert now.tzinfo is UTC
    assert now.microsecond % 1000 == 0


def test_machine_time_is_utc_in_milliseconds():
    now = machine_now()
    assert now.tzinfo is UTC
    assert now.microsecond % 1000 == 0


def test_milliseconds_are_cut_and_never_rounded_up():
    assert in_milliseconds(ORIGIN + timedelta(microseconds=1999)) == ORIGIN + timedelta(milliseconds=1)


def test_a_moment_without_offset_is_refused():
    with pytest.raises(ValueError, match="offset"):
        in_milliseconds(datetime(2026, 3, 2, 9, 0))  # noqa: DTZ001


def test_the_file_is_replaced_so_that_no_reader_sees_half_of_it(file: ClockFile):
    file.start(ORIGIN)
    ended, broken = threading.Event(), []

    def read() -> None:
        while not ended.is_set():
            try:
                file.read()
            except ValueError as error:
                broken.append(error)

    reader = threading.Thread(target=read)
    reader.start()
    for _ in range(200):
        file.advance(timedelta(seconds=1))
    ended.set()
    reader.join()
    assert not broken
    assert [path.name for path in file.path.parent.iterdir()] == ["clock.json"]


def test_a_file_that_is_taken_away_gives_machine_time_back(machine: Machine, file: ClockFile):
    file.start(ORIGIN)
    running = BusinessClock(file.path)
    running.now()
    file.path.unlink()
    assert running.now() == STARTED


def test_the_file_is_plain_json_for_people(machine: Machine, file: ClockFile):
    file.start(ORIGIN, rate=2)
    file.advance(timedelta(hours=1))
    assert json.loads(file.path.read_text()) == {
        "origin": ORIGIN.isoformat(),
        "started": STARTED.isoformat(),
        "rate": 2,
        "offset": 3600.0,
    }


@pytest.mark.parametrize("seconds", [-1.9, 0, 1.9])
def test_F17_a_small_skew_against_the_database_server_is_told(machine: Machine, seconds: float):
    assert check_skew(STARTED - timedelta(seconds=seconds)) == timedelta(seconds=seconds)


@pytest.mark.parametrize("seconds", [-2.1, 2.1, 3600])
def test_F17_a_large_skew_against_the_database_server_is_refused(machine: Machine, seconds: float):
    with pytest.raises(ClockSkewed, match=r"\d s off"):
        check_skew(STARTED - timedelta(seconds=seconds))
