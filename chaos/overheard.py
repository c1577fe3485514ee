"""The events of all services, overheard on a durable queue of our own and written to a journal, repeats and all.

A line: `machine`, `event_id`, `type`, `service`, `at`, `seq`, `complaint_id`, `change` and what else a judge needs;
nothing sealed. What the broker gives us a second time because we did not acknowledge it is ours and left out."""

import json
import threading
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, Self

import amqp

from services import SERVICES
from shared.bus.topology import inbox_of
from shared.clock import machine_now
from simulators.journal import Journal
from suite.errors import SuiteError
from suite.play.quiet import connect

QUEUE = "chaos-overheard"
ENVELOPE = ("event_id", "type", "at", "seq", "complaint_id")
DATA = ("refund_id", "serial_no", "status", "level", "lines", "message_id", "template", "sms_id")
WAIT_SECONDS, READY_SECONDS = 0.5, 30.0
AT_A_TIME = 200


class Overhearing:
    """`with Overhearing(amqp_uri, path):` writes until the way out, whatever happens to the broker meanwhile.

    Bound only once every service's inbox is there: an event that nobody but us takes would count as taken."""

    def __init__(self, amqp_uri: str, path: Path) -> None:
        self._amqp_uri, self._journal = amqp_uri, Journal(path)
        self._stopping, self._ready = threading.Event(), threading.Event()
        self._heard_of: set[str] = set()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        if not self._ready.wait(READY_SECONDS):
            self.__exit__()
            raise SuiteError(f"The events could not be overheard within {READY_SECONDS:.0f} seconds.")
        return self

    def __exit__(self, *_: object) -> None:
        self._stopping.set()
        self._thread.join(10)
        self._journal.close()

    def _run(self) -> None:
        while not self._stopping.is_set():
            with suppress(Exception):  # the broker is away: again in a moment
                self._listen()
            self._stopping.wait(WAIT_SECONDS)

    def _listen(self) -> None:
        with connect(self._amqp_uri) as connection:
            channel = connection.channel()
            for service in SERVICES:
                channel.queue_declare(inbox_of(service), passive=True)
            channel.queue_declare(QUEUE, durable=True, auto_delete=False)
            for service in SERVICES:
                channel.exchange_declare(f"{service}.events", "topic", durable=True, auto_delete=False)
                channel.queue_bind(QUEUE, f"{service}.events", "#")
            channel.basic_qos(0, AT_A_TIME, False)
            channel.basic_consume(QUEUE, callback=self._heard)
            self._ready.set()
            while not self._stopping.is_set():
                with suppress(TimeoutError):
                    connection.drain_events(timeout=WAIT_SECONDS)

    def _heard(self, message: amqp.Message) -> None:
        event, again = json.loads(message.body), message.delivery_info["redelivered"]
        if not (again and event["event_id"] in self._heard_of):
            self._heard_of.add(event["event_id"])
            self._journal.write(line(message.delivery_info["exchange"], event))
        message.channel.basic_ack(message.delivery_tag)


def line(exchange: str, event: Mapping[str, Any]) -> dict[str, Any]:
    """What is kept of an event."""
    data = event.get("data", {})
    kept = {name: event[name] for name in ENVELOPE if name in event} | {
        name: data[name] for name in DATA if name in data
    }
    service = exchange.removesuffix(".events")
    return {"machine": machine_now().isoformat(), "service": service} | kept | {"change": data.get("change", {})}
