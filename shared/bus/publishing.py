"""The wire of a service container, shared by all that publish in it: replies, outboxes, retries, calls to other services."""

from collections.abc import Callable, Sequence
from typing import Any

import eventlet
from nameko.constants import AMQP_SSL_CONFIG_KEY, AMQP_URI_CONFIG_KEY
from nameko.extensions import SharedExtension

from shared.bus.wire import Wire

START_SECONDS = 10.0
Tokens = Callable[[Sequence[Any]], None]


class Publishing(SharedExtension):
    """Use as `publishing = Publishing()` on any extension; `self.publishing.wire` is there from setup() on.

    Declares the exchange `<service>.events`. `watch(on_confirmed, on_lost)` gets the tokens of all events of the container."""

    wire: Wire

    def __init__(self) -> None:
        self._watchers: list[tuple[Tokens, Tokens]] = []
        super().__init__()

    def bind(self, container: Any) -> "Publishing":
        """The wire is made here, without touching the network, so that no order of setup() matters."""
        bound: Publishing = super().bind(container)
        if not hasattr(bound, "wire"):
            bound.wire = Wire(
                container.config[AMQP_URI_CONFIG_KEY],
                bound._confirmed,
                bound._lost,
                exchanges=[f"{container.service_name}.events"],
                ssl=container.config.get(AMQP_SSL_CONFIG_KEY),
            )
        return bound

    def watch(self, on_confirmed: Tokens, on_lost: Tokens) -> None:
        """Tells an outbox how its events ended."""
        self._watchers.append((on_confirmed, on_lost))

    def start(self) -> None:
        """Connects; waits a little for the first connection, but a service also starts while its broker is away."""
        self.container.spawn_managed_thread(self.wire.run, identifier="wire")
        with eventlet.Timeout(START_SECONDS, False):
            self.wire.ready.wait()

    def stop(self) -> None:
        """The last replies and confirms, then goodbye."""
        self.wire.stop()

    def _confirmed(self, tokens: Sequence[Any]) -> None:
        for on_confirmed, _ in self._watchers:
            on_confirmed(tokens)

    def _lost(self, tokens: Sequence[Any]) -> None:
        for _, on_lost in self._watchers:
            on_lost(tokens)
