"""All faults but the kills, each begun and ended at its time in a thread of its own."""

import threading
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from chaos.faults import breakage
from chaos.faults.breakage import Breakage, World
from chaos.firing import FireTime
from chaos.plan import Fault
from shared.clock import machine_now

LOOK_S = 0.1


@dataclass(frozen=True)
class Struck:
    """A fault that struck, and the machine time from its beginning until it was mended."""

    fault: Fault
    began: datetime
    ended: datetime


class Breaking:
    """begin() sets them waiting; end() mends what is still broken, and raises what a fault itself died of."""

    def __init__(self, faults: Sequence[Fault], world: World, time: FireTime) -> None:
        self._world, self._time, self._over = world, time, threading.Event()
        self._threads = [threading.Thread(target=self._one, args=(fault,), daemon=True) for fault in faults]
        self.done: list[Struck] = []
        self._troubles: list[Exception] = []

    def begin(self) -> None:
        for thread in self._threads:
            thread.start()

    def end(self) -> None:
        """No fault begins any more, and all that have begun are over."""
        self._over.set()
        for thread in self._threads:
            thread.join()
        if self._troubles:
            raise self._troubles[0]

    def _one(self, fault: Fault) -> None:
        while self._time.now < fault.at:
            if self._over.wait(LOOK_S):
                return
        broken, began = breakage(fault, self._world), machine_now()
        try:
            broken.begin()
            self._over.wait(fault.seconds)
        except Exception as trouble:  # noqa: BLE001  told by end()
            self._troubles.append(trouble)
        finally:
            self._mend(broken)
            self.done.append(Struck(fault, began, machine_now()))

    def _mend(self, broken: Breakage) -> None:
        try:
            broken.end()
        except Exception as trouble:  # noqa: BLE001  told by end()
            self._troubles.append(trouble)
