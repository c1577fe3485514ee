"""The broker is killed and comes back, or stands still with its connections open."""

import signal

from chaos.faults.breakage import World
from chaos.plan import Fault


class BrokerAway:
    """how: kill or pause."""

    def __init__(self, fault: Fault, world: World) -> None:
        self._killed, self._suite, self._starter = fault.how == "kill", world.suite, world.starter

    def begin(self) -> None:
        if self._killed:
            self._suite.broker.kill_node()
        else:
            self._suite.process("rabbitmq").signal(signal.SIGSTOP)

    def end(self) -> None:
        if self._killed:
            self._starter.start(self._suite.broker.start_node)
        else:
            self._suite.process("rabbitmq").signal(signal.SIGCONT)
