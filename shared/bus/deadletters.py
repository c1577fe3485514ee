"""Dead letters where people can see them: each service copies its own from the queue into its letters."""

import base64
import logging
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import amqp
import orjson
from nameko.extensions import DependencyProvider, SharedExtension
from pymongo.errors import PyMongoError

from shared.aggregate import Actor
from shared.bus.consumer import Consumer
from shared.bus.lifeline import Backoff
from shared.bus.publishing import Publishing
from shared.bus.retries import Travel
from shared.bus.topology import RETURN, declare_dead, inbox_of
from shared.clock import BusinessClock, machine_now
from shared.errors import Unavailable
from shared.letters.letter import Death, Letter, LetterDied
from shared.letters.store import Letters
from shared.phone import masked_within
from shared.presence import once_there
from shared.providers import Database, key_ring, settings_of
from shared.stored import Outbox

CAUSES = {
    "delivery_limit": "taken several times and never ended: each time its process died or its connection broke",
    "rejected": "it could not be taken at all",
}
AN_ID = re.compile(r"[\w:. -]{1,64}")
LARGEST = 4_000_000  # bytes: a document must hold it twice
TOO_LARGE = "too large to be kept ({} bytes): "

log = logging.getLogger(__name__)


class NoRelay:
    """Nobody is told of dead letters but those who look."""

    def send(self, _document_id: str, _outbox: Outbox) -> None: ...


class DeadLetters(SharedExtension):
    """The queue `<service>.dead`: each letter is stored, then acknowledged."""

    database = Database()

    def setup(self) -> None:
        self._by = Actor(f"service:{self.container.service_name}", "system")
        self._consumer = Consumer(self.container.config, self._declare, self._take)

    def start(self) -> None:
        settings = settings_of(self.container)
        clock = BusinessClock(settings.clock_file)
        self._letters = Letters(self.database.database, key_ring(settings), clock, NoRelay())
        once_there(self._letters.prepare)
        self._consumer.start(self.container, "dead letters")

    def _declare(self, channel: amqp.Channel) -> str:
        return declare_dead(channel, self.container.service_name)

    def _take(self, message: amqp.Message) -> None:
        """Tries until the database has it, the broker takes it back, or the process ends."""
        backoff = Backoff()
        while message.channel.connection is not None and not self._consumer.cancelled:
            try:
                keep(self._letters, message, self._by)
            except (PyMongoError, Unavailable) as fault:
                log.warning("a dead letter waits for the database: %s", type(fault).__name__)
                backoff.wait()
            else:
                self._consumer.ack(message)
                return

    def stop(self) -> None:
        self._consumer.cancel()
        self._consumer.close()


def keep(letters: Letters, message: amqp.Message, by: Actor) -> None:
    """Stores a dead letter, once however often it comes; one that died again after a replay waits again.

    Body and headers are sealed: whatever somebody sent, none of it lies open here (PR1)."""
    event = death_of(message)
    message_id = message.properties.get("message_id") or ""
    letters.keep(message_id if AN_ID.fullmatch(message_id) else letters.keys.digest(event.body), event, by)


def death_of(message: amqp.Message) -> LetterDied:
    """What is stored of a message that died: by our own hand (with headers that say why) or by the broker's."""
    headers = dict(message.headers or {})
    death = _last_death(headers.pop("x-death", None))
    keys = death.get("routing-keys") or [""]
    travel = Travel.of(headers, str(death.get("exchange", "")), str(keys[0]))
    at = _died_at(travel, death)
    cause = CAUSES.get(str(death.get("reason"))) or travel.error or "unknown"
    body = bytes_of(message.body)
    if len(body) > LARGEST:
        cause, body = TOO_LARGE.format(len(body)) + cause, b""
    return LetterDied(
        Death(at, cause),
        masked_within(travel.source),
        masked_within(travel.type),
        travel.attempts,
        travel.first_at or at.isoformat(timespec="milliseconds"),
        _complaint(body),
        base64.b64encode(body).decode(),
        {name: str(value) for name, value in headers.items() if not name.startswith("x-")},
    )


def _died_at(travel: Travel, death: Mapping[str, Any]) -> datetime:
    if travel.last_at:
        return datetime.fromisoformat(travel.last_at)
    died = death.get("time")
    at = died if isinstance(died, datetime) else machine_now()
    return at if at.tzinfo else at.replace(tzinfo=UTC)  # the broker's own times are UTC, and do not say so


def _complaint(body: bytes) -> str | None:
    """The complaint that an event says it is about, if it can be read."""
    try:
        event = orjson.loads(body)
    except orjson.JSONDecodeError:
        return None
    named = event.get("complaint_id") if isinstance(event, dict) else None
    return named if isinstance(named, str) and AN_ID.fullmatch(named) else None


def bytes_of(body: Any) -> bytes:
    """As it came; py-amqp's empty body, and one that names an encoding, is a str."""
    return body.encode() if isinstance(body, str) else bytes(body or b"")


def _last_death(deaths: Any) -> Mapping[str, Any]:
    """The broker's own record; of a message that it only delayed, none."""
    latest = deaths[0] if isinstance(deaths, list) and deaths else None
    return latest if isinstance(latest, Mapping) and latest.get("reason") in CAUSES else {}


class SendAgain:
    """Puts a letter's event into the inbox it died in: same id, counted from the beginning."""

    def __init__(self, wire: Any, inbox: str) -> None:
        self._wire, self._inbox = wire, inbox

    def __call__(self, letter_id: str, letter: Letter) -> None:
        """Returns once the broker has it; Unavailable where it does not say so in time."""
        headers = Travel(letter.source, letter.type).headers()
        self._wire.send(RETURN, self._inbox, base64.b64decode(letter.body), letter_id, headers)


class SendingAgain(DependencyProvider):
    """`send_again = SendingAgain()` on a service."""

    publishing = Publishing()

    def get_dependency(self, _context: Any) -> SendAgain:
        return SendAgain(self.publishing.wire, inbox_of(self.container.service_name))
