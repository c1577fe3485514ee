"""All connections to the broker are closed, once or again and again: what is not acknowledged comes a second time."""

from subprocess import TimeoutExpired

from chaos.faults.breakage import World
from chaos.plan import Fault
from suite.errors import SuiteError

EVERY_S = 2
CLOSE_ALL = "[catch rabbit_networking:close_connection(Each, cut) || Each <- rabbit_networking:connections()]"


class Cut:
    """rabbitmqctl close_all_connections; a fault that lasts closes them every EVERY_S, by the node itself, since the
    command takes long to start. A broker that is away has none."""

    def __init__(self, fault: Fault, world: World) -> None:
        self._suite, self._times = world.suite, int(fault.seconds // EVERY_S)

    def begin(self) -> None:
        broker = self._suite.broker
        if not broker.answers():
            return
        try:
            broker.control(*self._command())
        except (SuiteError, TimeoutExpired):
            if broker.answers():
                raise

    def _command(self) -> tuple[str, str]:
        if not self._times:
            return "close_all_connections", "cut on purpose"
        return "eval", f"[begin {CLOSE_ALL}, timer:sleep({EVERY_S * 1000}) end || _ <- lists:seq(1, {self._times})]."

    def end(self) -> None:
        """Everybody connects anew by himself."""
