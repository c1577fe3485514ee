"""The events of all services, overheard on a queue of our own."""

import json
from typing import Any

import amqp

from services import SERVICES


class Events:
    """Everything the services publish from now on."""

    def __init__(self, connection: amqp.Connection) -> None:
        self._channel = connection.channel()
        self._queue = self._channel.queue_declare("", exclusive=True).queue
        for service in SERVICES:
            self._channel.exchange_declare(f"{service}.events", "topic", durable=True, auto_delete=False)
            self._channel.queue_bind(self._queue, f"{service}.events", "#")

    def new(self) -> list[dict[str, Any]]:
        """The events since the last time, in the order of their business time; repeats are left out."""
        found: dict[str, dict[str, Any]] = {}
        while message := self._channel.basic_get(self._queue, no_ack=True):
            event = json.loads(message.body)
            found[event["event_id"]] = event
        return sorted(found.values(), key=lambda event: str(event["at"]))
