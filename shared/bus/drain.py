"""One service process from start to end. SIGTERM: stop consuming, finish what runs, acknowledge, flush, exit within a bound."""

from typing import Any

import nameko.cli.run

import shared.bus  # noqa: F401  the container of a served class is ours, whatever its module imports


def serve(service_class: type, config: dict[str, Any]) -> None:
    """Runs a service until SIGTERM or SIGINT; the same as `nameko run` with this class and configuration.

    config: Nameko's (AMQP_URI, max_workers, …) and DRAIN_SECONDS, the bound of a stop. Patch for eventlet first."""
    nameko.cli.run.run([service_class], config)
