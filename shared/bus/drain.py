"""One service process from start to end.

SIGTERM: stop consuming, finish what runs, acknowledge, flush replies and confirms, exit within a bound. The work is
done by the container and the extensions of this package, so that a plain `nameko run` ends in the same way.
"""

from typing import Any

from nameko.cli.run import run

import shared.bus  # noqa: F401  whatever the service imports, its container is ours


def serve(service_class: type, config: dict[str, Any]) -> None:
    """Runs a service until SIGTERM or SIGINT. The process must have been patched for eventlet first.

    config: Nameko's (AMQP_URI, max_workers, …) and DRAIN_SECONDS, the bound of the end."""
    run([service_class], config)
