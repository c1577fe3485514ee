"""A process that stands still, with all it holds, longer than its leases, and then goes on as if nothing had been."""

import signal

from chaos.faults.breakage import World
from chaos.plan import Fault


class Stopped:
    """SIGSTOP, later SIGCONT."""

    def __init__(self, fault: Fault, world: World) -> None:
        self._name, self._herd = fault.target, world.herd

    def begin(self) -> None:
        self._herd.signal(self._name, signal.SIGSTOP)

    def end(self) -> None:
        self._herd.signal(self._name, signal.SIGCONT)
