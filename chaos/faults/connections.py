"""All connections to the broker are closed at once: what is not acknowledged comes again while it still runs."""

from subprocess import TimeoutExpired

from chaos.faults.breakage import World
from chaos.plan import Fault
from suite.errors import SuiteError


class Cut:
    """rabbitmqctl close_all_connections. A broker that is away has none."""

    def __init__(self, _fault: Fault, world: World) -> None:
        self._suite = world.suite

    def begin(self) -> None:
        broker = self._suite.broker
        if not broker.answers():
            return
        try:
            broker.control("close_all_connections", "cut on purpose")
        except (SuiteError, TimeoutExpired):
            if broker.answers():
                raise

    def end(self) -> None:
        """Everybody connects anew by himself."""
