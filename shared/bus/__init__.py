"""Nameko's way over the bus, repaired: importing this package is enough.

rpc (answers, and errors in the contract's words), inbox (events, retries, dead letters), call (other services), tick
(timers), publishing and wire (everything sent), consumer (everything received), drain (one process, from start to end).
"""

import kombu.pools
import nameko.containers

from shared.bus.container import Container

MAX_WORKERS = 10

# get_container_cls() looks this name up when a service is started, also under a plain `nameko run`
nameko.containers.ServiceContainer = Container
kombu.pools.set_limit(MAX_WORKERS + 2)  # for whoever still publishes through kombu: its pools wait without end
