"""When nothing moves any more: outboxes and inboxes empty, no event in hand, nothing due, nothing about to wake."""

import time
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import amqp
from kombu.utils.url import parse_url

from services import SERVICES
from shared.bus.topology import DELAYS, delay_of, inbox_of
from shared.clock import machine_now

QUEUES = (*map(inbox_of, SERVICES), *map(delay_of, DELAYS))
LOOKS_IN_A_ROW = 2  # two processes of a service answer in turn, each tells what itself has in hand
PAUSE = 0.05
BOUND = 60.0


class NeverQuiet(RuntimeError):
    """The suite still had work after the bound; the message says where."""


def connect(amqp_uri: str) -> amqp.Connection:
    """A connection of our own to the suite's broker."""
    parts = parse_url(amqp_uri)
    connection = amqp.Connection(
        host=f"{parts['hostname']}:{parts['port'] or 5672}",
        userid=parts["userid"] or "guest",
        password=parts["password"] or "guest",
        virtual_host=parts["virtual_host"] or "/",
    )
    connection.connect()
    return connection


class Quiet:
    """Waits until the suite is at rest. `pulse(service)` asks a service what still waits there.

    bound: seconds until NeverQuiet. patience: what wakes within so many seconds of machine time is waited for."""

    def __init__(
        self,
        connection: amqp.Connection,
        pulse: Callable[[str], dict[str, Any]],
        bound: float = BOUND,
        patience: timedelta = timedelta(0),
    ) -> None:
        self._channel = connection.channel()
        self._pulse, self._bound, self._patience = pulse, bound, patience

    def wait(self) -> datetime | None:
        """Returns once nothing moves: the next business time at which something is due, or None. Raises NeverQuiet."""
        until, quiet_looks = time.monotonic() + self._bound, 0
        while True:
            pulses = {service: self._pulse(service) for service in SERVICES}
            busy = self._busy(pulses)
            quiet_looks = 0 if busy else quiet_looks + 1
            if quiet_looks >= LOOKS_IN_A_ROW:
                return _soonest(pulses)
            if time.monotonic() > until:
                raise NeverQuiet(f"after {self._bound:.0f} s there is still work: {busy}")
            time.sleep(PAUSE)

    def _busy(self, pulses: dict[str, dict[str, Any]]) -> dict[str, int]:
        found = {
            f"{service} {what}": pulse[what]
            for service, pulse in pulses.items()
            for what in ("outbox", "due", "waking", "in_hand")
            if pulse[what]
        }
        found |= {f"{service} wakes soon": 1 for service, pulse in pulses.items() if self._wakes(pulse)}
        for queue in QUEUES:
            if waiting := self._channel.queue_declare(queue, passive=True).message_count:
                found[queue] = waiting
        return found

    def _wakes(self, pulse: dict[str, Any]) -> bool:
        """Whether something wakes within our patience: a lease of a dead process, a pause before the next try."""
        wakes = pulse["next_wake_at"]
        return bool(wakes) and datetime.fromisoformat(wakes) <= machine_now() + self._patience


def _soonest(pulses: dict[str, dict[str, Any]]) -> datetime | None:
    times = [datetime.fromisoformat(pulse["next_due_at"]) for pulse in pulses.values() if pulse["next_due_at"]]
    return min(times, default=None)
