"""What tests of green threads share: time that is moved."""

from collections.abc import Callable

import eventlet
import pytest


@pytest.fixture
def moved(monkeypatch: pytest.MonkeyPatch) -> Callable[[], float]:
    """The hub's time is moved, not slept through: where it would wait, its clock goes on by as much. What it shows."""
    hub = eventlet.hubs.get_hub()
    shows, wait = [hub.clock()], hub.wait

    def go_on(seconds: float | None = None) -> None:
        wait(0)
        shows[0] += seconds or 0

    monkeypatch.setattr(hub, "wait", go_on)
    monkeypatch.setattr(hub, "clock", lambda: shows[0])
    return lambda: shows[0]
