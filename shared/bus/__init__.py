"""Nameko's way over the bus, repaired: importing this package is enough.

rpc (answers and errors of the contract), inbox (events, retries, dead letters), tick (timers), call (to other services),
wire and publishing (everything sent), drain (SIGTERM).
"""

import kombu.pools
import nameko.containers

from shared.bus.container import Container

MAX_WORKERS = 10

# nameko.containers.get_container_cls() looks this name up when a service is started, also by a plain `nameko run`
nameko.containers.ServiceContainer = Container
kombu.pools.set_limit(MAX_WORKERS + 2)
