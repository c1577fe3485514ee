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

from shared.bus.answers import server_away, where

JITTER = 0.1

log = logging.getLogger(__name__)


class Round:
    """Calls `work` every `seconds` (give or take JITTER), each time after the end of the call before, until stop().

    `run` is its life, for spawn_managed_thread. What work raises is logged; the next round comes all the same."""

    def __init__(self, seconds: float, work: Callable[[], object], name: str) -> None:
        self._seconds, self._work, self._name = seconds, work, name
        self._stopped, self._ended = Event(), Event()

    def run(self) -> None:
        try:
            while not self._is_last():
                try:
                    self._work()
                except Exception as fault:  # noqa: BLE001  it is told, and the next round comes
                    _tell(self._name, fault, "round")
        finally:
            self._ended.send()

    def _is_last(self) -> bool:
        """Waits for the next round; True when there is none."""
        with eventlet.Timeout(self._seconds * random.uniform(1 - JITTER, 1 + JITTER), False):
            self._stopped.wait()
        return bool(self._stopped.ready())

    def stop(self) -> None:
        """No further round; returns when the running one has ended."""
        if not self._stopped.ready():
            self._stopped.send()
        self._ended.wait()


def _tell(name: str, fault: BaseException, what: str) -> None:
    """A server that is away is one line; anything else shows where."""
    if server_away(fault):
        log.warning("%s: a server behind it is away: %s; the next %s comes", name, where(fault), what)
    else:
        log.error("%s failed; the next %s comes", name, what, exc_info=fault)


def every(seconds: float, work: Callable[[], object], container: Any, name: str, always: bool = False) -> Round:
    """Starts rounds of work in the container's care; the caller stops them. always: also while its database is away."""
    rounds = Round(seconds, lambda: work() if always or not container.away else None, name)
    container.spawn_managed_thread(rounds.run, identifier=name)
    return rounds


class Tick(Entrypoint):
    """`@tick(seconds)` on a method without arguments: each time in a worker of its own, with its dependencies."""

    def __init__(self, seconds: float, **more: Any) -> None:
        self._seconds = seconds
        self._rounds: Round | None = None
        super().__init__(**more)

    def start(self) -> None:
        self._rounds = every(self._seconds, self._once, self.container, f"tick {self.method_name}")

    def stop(self) -> None:
        if self._rounds:
            self._rounds.stop()

    def _once(self) -> None:
        """Runs the method as a worker and waits for its end."""
        ended: Event = Event()

        def handle_result(_context: Any, result: Any, fault: Any) -> tuple[Any, Any]:
            if fault:
                _tell(self.method_name, fault[1], "tick")
            ended.send()
            return result, fault

        try:
            self.container.spawn_worker(self, (), {}, handle_result=handle_result)
        except ContainerBeingKilled:
            return
        ended.wait()


tick = Tick.decorator
