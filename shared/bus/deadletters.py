"""Dead letters where people can see them: each service copies its own from the queue into MongoDB.

{_id: message id, state: waiting|replayed, source, type, cause, attempts, first_at, at, sealed,
 deaths: [{at, cause}], replays: [{by, why, at}]}
"""

import base64
import logging
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import amqp
from nameko.extensions import SharedExtension
from pymongo.collection import Collection
from pymongo.errors import DuplicateKeyError, PyMongoError

from shared.bus.consumer import Consumer
from shared.bus.lifeline import Backoff
from shared.bus.retries import Travel
from shared.bus.topology import declare_dead
from shared.clock import machine_now
from shared.phone import masked_within
from shared.providers import Database, key_ring, settings_of
from shared.sealing import KeyRing

COLLECTION = "dead_letters"
CAUSES = {
    "delivery_limit": "taken several times and never ended: each time its process died or its connection broke",
    "rejected": "it could not be taken at all",
}

log = logging.getLogger(__name__)


class DeadLetters(SharedExtension):
    """The queue `<service>.dead`: each letter is stored, then acknowledged."""

    database = Database()

    def setup(self) -> None:
        self._keys = key_ring(settings_of(self.container))
        self._consumer = Consumer(self.container.config, self._declare, self._take)

    def start(self) -> None:
        self._consumer.start(self.container, "dead letters")

    def _declare(self, channel: amqp.Channel) -> str:
        return declare_dead(channel, self.container.service_name)

    def _take(self, message: amqp.Message) -> None:
        """Tries until the database has it, the broker takes it back, or the process ends."""
        backoff = Backoff()
        while message.channel.connection is not None and not self._consumer.cancelled:
            try:
                keep(self.database.database[COLLECTION], message, self._keys)
            except PyMongoError as fault:
                log.warning("a dead letter waits for the database: %s", type(fault).__name__)
                backoff.wait()
            else:
                self._consumer.ack(message)
                return

    def stop(self) -> None:
        self._consumer.cancel()
        self._consumer.close()


def keep(letters: Collection[Any], message: amqp.Message, keys: KeyRing) -> None:
    """Stores a dead letter, once however often it comes; one that died again after a replay waits again.

    Body and headers are sealed under the suite key: whatever somebody sent, none of it lies open here (PR1)."""
    letter = letter_of(message)
    body = base64.b64encode(letter.pop("body")).decode()
    letter["sealed"] = keys.seal_for_suite({"body": body, "headers": letter.pop("headers")})
    letter_id = message.properties.get("message_id") or keys.digest(body)
    death = {"at": letter["at"], "cause": letter["cause"]}
    try:
        letters.update_one(
            {"_id": letter_id, "deaths": {"$ne": death}},
            {"$set": letter, "$push": {"deaths": death}, "$setOnInsert": {"replays": []}},
            upsert=True,
        )
    except DuplicateKeyError:
        log.info("this death of %s is known", letter_id)


def opened(letter: Mapping[str, Any], keys: KeyRing) -> dict[str, Any]:
    """A stored letter with its body (bytes) and headers; of one that was erased, empty ones."""
    rest = {name: value for name, value in letter.items() if name != "sealed"}
    if "sealed" not in letter:
        return {"body": b"", "headers": {}} | rest
    inside = keys.open_from_suite(letter["sealed"])
    return rest | {"body": base64.b64decode(inside["body"]), "headers": inside["headers"]}


def letter_of(message: amqp.Message) -> dict[str, Any]:
    """What is stored of a message that died: by our own hand (with headers that say why) or by the broker's."""
    headers = dict(message.headers or {})
    death = _last_death(headers.pop("x-death", None))
    keys = death.get("routing-keys") or [""]
    travel = Travel.of(headers, str(death.get("exchange", "")), str(keys[0]))
    died = death.get("time")
    at = travel.last_at or (died if isinstance(died, datetime) else machine_now()).isoformat(timespec="milliseconds")
    return {
        "state": "waiting",
        "source": masked_within(travel.source),
        "type": masked_within(travel.type),
        "cause": CAUSES.get(str(death.get("reason"))) or travel.error or "unknown",
        "attempts": travel.attempts,
        "first_at": travel.first_at or at,
        "at": at,
        "headers": {name: str(value) for name, value in headers.items() if not name.startswith("x-")},
        "body": _bytes(message.body),
    }


def _bytes(body: Any) -> bytes:
    """As it came; py-amqp's empty body, and one that names an encoding, is a str."""
    return body.encode() if isinstance(body, str) else bytes(body or b"")


def _last_death(deaths: Any) -> Mapping[str, Any]:
    """The broker's own record; of a message that it only delayed, none."""
    latest = deaths[0] if isinstance(deaths, list) and deaths else None
    return latest if isinstance(latest, Mapping) and latest.get("reason") in CAUSES else {}
