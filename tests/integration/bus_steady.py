"""A service that publishes, reads and answers, as small as can be, for tests that hurt its connections."""

import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

import eventlet
import orjson
import pytest
from nameko.extensions import DependencyProvider

from shared.bus import wire as wires
from shared.bus.inbox import on_event
from shared.bus.publishing import Publishing
from shared.bus.rpc import rpc
from tests.integration.amqp_hands import soon

SHORTENED = 2.0  # seconds for the broker's confirm; that they are five in truth says a unit test

handled: list[str] = []
confirmed: list[str] = []
lost: list[str] = []


class Outbox(DependencyProvider):
    """What an outbox sees of the wire."""

    publishing = Publishing()

    def setup(self) -> None:
        self.publishing.watch(confirmed.extend, lost.extend)

    def get_dependency(self, _context: Any) -> Any:
        return self.publishing.wire


class Steady:
    name = "steady"
    wire = Outbox()

    @rpc
    def echo(self, request: Any) -> Any:
        return request

    @rpc
    def slow(self, request: Any) -> Any:
        eventlet.sleep(1)
        return request

    @on_event("steady", "happened")
    def follow(self, event: dict[str, Any]) -> None:
        handled.append(event["event_id"])


def event(event_id: str) -> bytes:
    return orjson.dumps(
        {
            "event_id": event_id,
            "type": "happened",
            "schema": 1,
            "at": "2026-11-23T01:00:00.000+00:00",
            "seq": 1,
            "data": {},
        }
    )


def relayed(wire: Any, event_id: str, within: float = 30.0) -> None:
    """Sends until confirmed, as an outbox's relay and sweeper do."""
    until = time.monotonic() + within
    while event_id not in confirmed:
        assert time.monotonic() < until, f"{event_id} was not confirmed within {within} s"
        if wire.event("steady.events", "happened", event(event_id), event_id, event_id):
            soon(lambda: event_id in confirmed or event_id in lost)
            with suppress(ValueError):
                lost.remove(event_id)
        eventlet.sleep(0.1)


def wire_of(container: Any) -> Any:
    """The wire of a started service, connected, with nothing on record yet."""
    handled.clear()
    confirmed.clear()
    lost.clear()
    wire = next(each for each in container.dependencies if isinstance(each, Outbox)).publishing.wire
    soon(lambda: wire.connected, within=15)
    return wire


@contextmanager
def confirms_awaited_briefly() -> Iterator[None]:
    """A broker that says nothing is waited for SHORTENED seconds meanwhile."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(wires, "CONFIRM_SECONDS", SHORTENED)
        yield
