"""The wire of a service container, shared by all that publish in it: replies, outboxes, retries, calls to others."""

from collections.abc import Callable, Sequence
from typing import Any

from nameko.constants import AMQP_SSL_CONFIG_KEY, AMQP_URI_CONFIG_KEY
from nameko.extensions import SharedExtension

from shared.bus.wire import Wire

Tokens = Callable[[Sequence[Any]], None]


class Publishing(SharedExtension):
    """Use as `publishing = Publishing()` on any extension; `self.publishing.wire` is there from setup() on.

    Declares the exchange `<service>.events`."""

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
        """For outboxes: how events ended. Each watcher gets the tokens of all events of the container."""
        self._watchers.append((on_confirmed, on_lost))

    def start(self) -> None:
        self.wire.start(self.container, "wire")

    def stop(self) -> None:
        """The last replies and confirms leave, then the connection closes."""
        self.wire.close()

    def _confirmed(self, tokens: Sequence[Any]) -> None:
        for on_confirmed, _ in self._watchers:
            on_confirmed(tokens)

    def _lost(self, tokens: Sequence[Any]) -> None:
        for _, on_lost in self._watchers:
            on_lost(tokens)
