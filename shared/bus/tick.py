"""Work that comes round again: on a monotonic clock, with jitter, never twice at once, never deadly.

Nameko's timer follows wall time: ten minutes forwards made 603 ticks in three seconds, ten minutes back silence.
"""

import logging
import random
from collections.abc import Callable
from typing import Any

import eventlet
from eventlet.event import Event
from nameko.exceptions import ContainerBeingKilled
from nameko.extensions import Entrypoint

JITTER = 0.1

log = logging.getLogger(__name__)


class Round:
    """Calls `work` every `seconds` (give or take JITTER), each call after the end of the one before, until stop().

    `run` is its life, for spawn_managed_thread. What work raises is logged; the next round comes all the same."""

    def __init__(self, seconds: float, work: Callable[[], object]) -> None:
        self._seconds, self._work = seconds, work
        self._stopped, self._ended = Event(), Event()

    def run(self) -> None:
        try:
            while not self._wait():
                try:
                    self._work()
                except Exception:
                    log.exception("a round of %s failed; the next one comes", getattr(self._work, "__qualname__", "work"))
        finally:
            self._ended.send()

    def _wait(self) -> bool:
        """True when there is no next round."""
        pause = self._seconds * random.uniform(1 - JITTER, 1 + JITTER)
        with eventlet.Timeout(pause, False):
            self._stopped.wait()
        return bool(self._stopped.ready())

    def stop(self) -> None:
        """No further round; returns when the running one has ended."""
        if not self._stopped.ready():
            self._stopped.send()
        self._ended.wait()


def every(seconds: float, work: Callable[[], object], container: Any, name: str) -> Round:
    """Starts a round in the container's care; the caller stops it."""
    rounds = Round(seconds, work)
    container.spawn_managed_thread(rounds.run, identifier=name)
    return rounds


class Tick(Entrypoint):
    """`@tick(seconds)` on a method without arguments: a worker of its own each time, with its dependencies."""

    def __init__(self, seconds: float, **more: Any) -> None:
        self._seconds = seconds
        self._round: Round | None = None
        super().__init__(**more)

    def start(self) -> None:
        self._round = every(self._seconds, self._once, self.container, f"tick {self.method_name}")

    def _once(self) -> None:
        """Runs the method as a worker and waits for its end."""
        ended: Event = Event()

        def handle_result(_context: Any, result: Any, fault: Any) -> tuple[Any, Any]:
            ended.send()
            return result, fault

        try:
            self.container.spawn_worker(self, (), {}, handle_result=handle_result)
        except ContainerBeingKilled:
            return
        ended.wait()

    def stop(self) -> None:
        if self._round:
            self._round.stop()

    def kill(self) -> None:
        """The container kills what is left of the round."""


tick = Tick.decorator
