"""What kills a plain Nameko container is, in ours, the failure of one call. No broker is needed to see it."""

import logging
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import eventlet
import nameko.containers
import pytest
from eventlet.event import Event
from nameko.extensions import DependencyProvider, Entrypoint

from shared.bus.container import Container

Plain = Container.__mro__[1]
SECONDS = 0.2

pytestmark = pytest.mark.usefixtures("moved")


class Door(Entrypoint):
    """An entrypoint without a wire: the test opens it by hand."""

    def call(self) -> Any:
        """Runs the method as a worker; its (result, exception)."""
        ended: Event = Event()

        def handle_result(_context: Any, result: Any, fault: Any) -> tuple[Any, Any]:
            ended.send((result, fault[1] if fault else None))
            return result, fault

        self.container.spawn_worker(self, (), {}, handle_result=handle_result)
        with eventlet.Timeout(SECONDS, False):
            return ended.wait()


class Broken(DependencyProvider):
    """A provider that fails where it is told to."""

    at = ""

    def fail(self, here: str) -> None:
        if Broken.at == here:
            raise LookupError(here)

    def get_dependency(self, _context: Any) -> None:
        self.fail("get_dependency")

    def worker_setup(self, _context: Any) -> None:
        self.fail("worker_setup")

    def worker_result(self, _context: Any, result: Any = None, exc_info: Any = None) -> None:
        self.fail("worker_result")


class Desk:
    name = "desk"
    broken = Broken()

    @Door.decorator
    def answer(self) -> str:
        return "answer"


def served(kind: Callable[..., Any]) -> Any:
    container = kind(Desk, {})
    container.start()
    return container


def door_of(container: Any) -> Door:
    [door] = container.entrypoints
    return door  # type: ignore[no-any-return]


@pytest.mark.parametrize("here", ["get_dependency", "worker_setup"])
def test_a_provider_that_raises_before_the_call_fails_the_call_alone(here: str, monkeypatch: Any) -> None:
    container = served(Container)
    monkeypatch.setattr(Broken, "at", here)
    _, fault = door_of(container).call()
    assert isinstance(fault, LookupError)
    monkeypatch.setattr(Broken, "at", "")
    assert door_of(container).call() == ("answer", None)
    assert not container._died.ready()


def test_a_provider_that_raises_after_the_call_is_a_line_in_the_log(monkeypatch: Any, caplog: Any) -> None:
    container = served(Container)
    monkeypatch.setattr(Broken, "at", "worker_result")
    assert door_of(container).call() == ("answer", None)
    eventlet.sleep(0)
    assert "answer could not be ended in order" in caplog.text
    assert not container._died.ready()


@pytest.mark.parametrize("here", ["get_dependency", "worker_setup", "worker_result"])
def test_plain_nameko_dies_of_either(here: str, monkeypatch: Any) -> None:
    container = served(Plain)
    monkeypatch.setattr(Broken, "at", here)
    with suppress(AttributeError):  # the broken provider's worker leaves without an answer
        door_of(container).call()
    with pytest.raises(LookupError), eventlet.Timeout(SECONDS):
        container.wait()


def test_nameko_starts_our_container_once_the_bus_is_imported() -> None:
    assert nameko.containers.get_container_cls({}) is Container


def test_what_a_provider_stands_on_is_set_up_before_it_and_doors_open_last() -> None:
    order: list[str] = []

    class Ground(nameko.extensions.SharedExtension):
        def setup(self) -> None:
            eventlet.sleep(0.01)
            order.append("ground set up")

        def start(self) -> None:
            eventlet.sleep(0.01)
            order.append("ground started")

    class House(DependencyProvider):
        ground = Ground()

        def setup(self) -> None:
            order.append("house set up")

        def start(self) -> None:
            eventlet.sleep(0.01)
            order.append("house started")

    class Gate(Entrypoint):
        def start(self) -> None:
            order.append("gate open")

    class Home:
        name = "home"
        house = House()

        @Gate.decorator
        def enter(self) -> None: ...

    Container(Home, {}).start()
    assert order == ["ground set up", "house set up", "ground started", "house started", "gate open"]


def test_a_stop_that_takes_too_long_is_ended(caplog: Any) -> None:
    class Stuck(DependencyProvider):
        def stop(self) -> None:
            eventlet.sleep(60)

    class Slow:
        name = "slow"
        stuck = Stuck()

    container = Container(Slow, {"DRAIN_SECONDS": 0.05})
    container.start()
    with eventlet.Timeout(1), caplog.at_level(logging.ERROR):
        container.stop()
        container.wait()
    assert "not stopped in order" in caplog.text


def test_a_provider_that_cannot_stop_does_not_keep_the_process_alive() -> None:
    class Unwilling(DependencyProvider):
        def stop(self) -> None:
            raise OSError

    class Desk:
        name = "desk"
        unwilling = Unwilling()

    container = Container(Desk, {})
    container.start()
    with eventlet.Timeout(1):
        container.stop()
        container.wait()


def test_who_stops_what_could_not_start_is_not_ended_with_it() -> None:
    class Unable(DependencyProvider):
        def start(self) -> None:
            raise LookupError

    class Desk:
        name = "desk"
        unable = Unable()

    container = Container(Desk, {})
    with pytest.raises(LookupError):
        container.start()
    with eventlet.Timeout(1):
        container.stop()
