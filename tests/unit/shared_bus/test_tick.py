"""Ticks follow a clock that never jumps, never overlap, and outlive what they raise."""

from collections.abc import Callable
from typing import Any

import eventlet
import nameko.timer
import pytest
from nameko.extensions import DependencyProvider, SharedExtension
from nameko.timer import timer
from pymongo.errors import AutoReconnect

from shared.bus.container import Container
from shared.bus.tick import Round, tick

EVERY = 0.02

pytestmark = pytest.mark.usefixtures("moved")


class Ticking:
    name = "ticking"
    fault: type[Exception] | None = None
    pause = 0.0
    running = most = ticks = 0

    @tick(EVERY)
    def beat(self) -> None:
        cls = type(self)
        cls.ticks, cls.running = cls.ticks + 1, cls.running + 1
        cls.most = max(cls.most, cls.running)
        eventlet.sleep(cls.pause)
        cls.running -= 1
        if cls.fault:
            raise cls.fault("13912345678")


class PlainTicking:
    name = "plain_ticking"
    ticks = 0

    @timer(EVERY)
    def beat(self) -> None:
        type(self).ticks += 1
        eventlet.sleep(0)


def ticking(service: type, seconds: float, **more: Any) -> Any:
    """A subclass of its own for each test, run for so long."""
    own = type(service.__name__, (service,), more)
    container = Container(own, {})
    container.start()
    eventlet.sleep(seconds)
    container.stop()
    return own


def test_it_ticks_as_often_as_told() -> None:
    assert 3 <= ticking(Ticking, 0.2).ticks <= 12


def test_a_slow_tick_never_overlaps_itself() -> None:
    service = ticking(Ticking, 0.2, pause=0.05)
    assert service.most == 1
    assert 1 <= service.ticks <= 4


def test_an_exception_is_logged_and_the_next_tick_comes(caplog: Any) -> None:
    service = ticking(Ticking, 0.2, fault=ValueError)
    assert service.ticks >= 2
    assert "beat failed; the next tick comes" in caplog.text


def test_a_stopped_service_ticks_no_more_and_ends_the_running_one() -> None:
    service = ticking(Ticking, 0.03, pause=0.05)
    ended = service.ticks
    assert service.running == 0, "stop() waits for the tick that runs"
    eventlet.sleep(0.1)
    assert service.ticks == ended


def test_F17_wall_time_that_jumps_moves_no_tick_where_plain_nameko_storms(
    monkeypatch: pytest.MonkeyPatch, moved: Callable[[], float]
) -> None:
    began = moved()

    def jumped() -> float:
        return moved() + (600 if moved() - began > 0.05 else 0)

    monkeypatch.setattr(nameko.timer.time, "time", jumped)
    ours, plain = Ticking, PlainTicking
    assert ticking(ours, 0.2).ticks <= 12
    began = moved()
    assert ticking(plain, 0.2).ticks > 50


def test_rounds_of_other_work_go_on_after_a_fault(caplog: Any) -> None:
    rounds: list[int] = []

    def work() -> None:
        rounds.append(1)
        raise OSError

    every = Round(0.01, work, "clear outboxes")
    eventlet.spawn(every.run)
    eventlet.sleep(0.1)
    every.stop()
    assert len(rounds) >= 2
    assert "clear outboxes failed; the next round comes" in caplog.text


class Missing(DependencyProvider):
    """A database that is away while a test says so."""

    class Server(SharedExtension):
        away = True

    server = Server()


class Resting(Ticking):
    missing = Missing()


def test_F11_nothing_ticks_while_the_database_is_away_and_nothing_is_logged(caplog: Any) -> None:
    assert ticking(Resting, 0.1).ticks == 0
    assert not [record for record in caplog.records if record.name.startswith("shared")]


def test_F11_a_tick_that_meets_an_outage_is_one_line_of_log(caplog: Any) -> None:
    ticking(Ticking, 0.1, fault=AutoReconnect)
    told = [record for record in caplog.records if record.name == "shared.bus.tick"]
    assert told
    assert all("is away" in record.getMessage() and not record.exc_info for record in told)
