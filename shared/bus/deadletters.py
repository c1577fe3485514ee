"""Dead letters, kept where people can see them: each service copies its own from the queue into MongoDB.

{_id: message id, state: waiting|replayed, source, type, cause, attempts, first_at, at, headers, body, deaths, replays}
"""

import hashlib
import logging
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import amqp
from bson.binary import Binary
from nameko.constants import AMQP_SSL_CONFIG_KEY, AMQP_URI_CONFIG_KEY
from nameko.extensions import SharedExtension
from pymongo.collection import Collection
from pymongo.errors import PyMongoError

from shared.bus.backoff import Backoff
from shared.bus.consumer import Consumer
from shared.bus.retries import Travel
from shared.bus.topology import declare_dead
from shared.clock import machine_now
from shared.providers import Database

COLLECTION = "dead_letters"
KILLED = "it was taken several times and never finished: its process died, or its connection broke, each time"

log = logging.getLogger(__name__)


class DeadLetters(SharedExtension):
    """The queue `<service>.dead`: each letter is stored, then acknowledged."""

    database = Database()

    def __init__(self) -> None:
        self._consumer: Consumer | None = None
        super().__init__()

    def start(self) -> None:
        config = self.container.config
        uri, ssl = config[AMQP_URI_CONFIG_KEY], config.get(AMQP_SSL_CONFIG_KEY)
        self._consumer = Consumer(uri, self._declare, self._take, prefetch=1, ssl=ssl)
        self._consumer.start(self.container, "dead letters")

    def _declare(self, channel: amqp.Channel) -> str:
        return declare_dead(channel, self.container.service_name)

    def _take(self, message: amqp.Message) -> None:
        """Tries until the database has it, or the broker takes it back."""
        assert self._consumer
        backoff = Backoff()
        while message.channel.connection is not None:
            try:
                keep(self.database.database[COLLECTION], message)
            except PyMongoError as fault:
                log.warning("a dead letter waits for the database: %s", type(fault).__name__)
                backoff.wait()
            else:
                return self._consumer.ack(message)

    def stop(self) -> None:
        if self._consumer:
            self._consumer.cancel()
            self._consumer.close()


def keep(letters: Collection[Any], message: amqp.Message) -> None:
    """Stores a dead letter, once however often it comes; one that died again after a replay waits again."""
    headers = dict(message.headers or {})
    info, deaths = message.delivery_info, headers.pop("x-death", [])
    travel = Travel.of(headers, _first(deaths, "exchange") or info["exchange"], _first(deaths, "routing-keys") or "")
    at = travel.last_at or _died_at(deaths)
    cause = travel.error or KILLED
    letter = {
        "state": "waiting",
        "source": travel.source,
        "type": travel.type,
        "cause": cause,
        "attempts": travel.attempts,
        "first_at": travel.first_at or at,
        "at": at,
        "headers": headers,
        "content_type": message.properties.get("content_type"),
        "body": Binary(bytes(message.body)),
    }
    letter_id = message.properties.get("message_id") or hashlib.sha256(message.body).hexdigest()
    death = {"at": at, "cause": cause}
    # a copy that comes twice changes nothing: the same death is already there
    letters.update_one(
        {"_id": letter_id, "deaths": {"$ne": death}},
        {"$set": letter, "$push": {"deaths": death}, "$setOnInsert": {"replays": []}},
        upsert=True,
    )


def _first(deaths: Any, name: str) -> str | None:
    value = deaths[0].get(name) if deaths and isinstance(deaths[0], Mapping) else None
    return str(value[0] if isinstance(value, list) and value else value) if value else None


def _died_at(deaths: Any) -> str:
    """The broker's own time of death, so that the same letter is recognised when it comes twice."""
    value = deaths[0].get("time") if deaths and isinstance(deaths[0], Mapping) else None
    return (value if isinstance(value, datetime) else machine_now()).isoformat(timespec="milliseconds")
