"""One file a sort of fault beside kills: each can be begun and ended, in threads of their own."""

from collections.abc import Mapping

from chaos.faults import billing, broker, carrier, connections, database, scale, stopped
from chaos.faults.breakage import Breakage, Make, World
from chaos.plan import Fault, Sort

MAKE: Mapping[Sort, Make] = {
    "stop": stopped.Stopped,
    "cut": connections.Cut,
    "broker": broker.BrokerAway,
    "mongo": database.DatabaseAway,
    "boss": billing.BossMisbehaves,
    "smsc": carrier.CentreMisbehaves,
    "scale": scale.Scaled,
}


def breakage(fault: Fault, world: World) -> Breakage:
    """What begins and ends this fault."""
    return MAKE[fault.sort](fault, world)
