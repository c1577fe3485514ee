"""One more process of a service for a while, or one that is told to end in peace and comes back: a roll-out."""

from chaos.faults.breakage import World
from chaos.plan import Fault


class Scaled:
    """how: up or down."""

    def __init__(self, fault: Fault, world: World) -> None:
        self._up, self._herd = fault.how == "up", world.herd
        self._name = f"{fault.target.rpartition('-')[0]}-more" if self._up else fault.target

    def begin(self) -> None:
        (self._herd.call_in if self._up else self._herd.send_home)(self._name)

    def end(self) -> None:
        (self._herd.send_home if self._up else self._herd.call_in)(self._name)
