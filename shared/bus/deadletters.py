"""Dead letters where people can see them: each service copies its own from the queue into its letters."""

import base64
import logging
from functools import partial
from typing import Any

import amqp
from nameko.extensions import DependencyProvider, SharedExtension

from shared.aggregate import Actor
from shared.bus.answers import outage, where
from shared.bus.consumer import Consumer
from shared.bus.death import AN_ID, bytes_of, death_of, travel_to_death
from shared.bus.lifeline import Backoff
from shared.bus.publishing import Publishing
from shared.bus.retries import Travel
from shared.bus.topology import DELAYS, RETURN, dead_of, declare_dead, delay_of, inbox_of
from shared.clock import BusinessClock
from shared.letters.letter import Letter
from shared.letters.store import Letters
from shared.presence import once_there
from shared.providers import Database, key_ring, settings_of
from shared.stored import Outbox

SOON = DELAYS[0]  # seconds: for a letter whose process misses its database
PAUSE = DELAYS[-1]  # for one that the database refuses, while those behind it are kept
LONGEST_PART = 47  # of an id of at most 64

log = logging.getLogger(__name__)


class NoRelay:
    """Nobody is told of dead letters but those who look."""

    def send(self, _document_id: str, _outbox: Outbox) -> None: ...


class DeadLetters(SharedExtension):
    """The queue `<service>.dead`: each letter is stored, then acknowledged. Never rejected: it would be gone."""

    database = Database()
    publishing = Publishing()

    def setup(self) -> None:
        self._by = Actor(f"service:{self.container.service_name}", "system")
        away = partial(getattr, self.container, "away")
        self._consumer = Consumer(self.container.config, self._declare, self._take, rests=away)

    def start(self) -> None:
        settings = settings_of(self.container)
        clock = BusinessClock(settings.clock_file)
        self._letters = Letters(self.database.database, key_ring(settings), clock, NoRelay())
        once_there(self._letters.prepare)
        self._consumer.start(self.container, "dead letters")

    def _declare(self, channel: amqp.Channel) -> str:
        return declare_dead(channel, self.container.service_name)

    def _take(self, message: amqp.Message) -> None:
        """Tries until the database has it or a delay queue, the broker takes it back, or the process ends."""
        backoff = Backoff()
        while message.channel.connection is not None and not self._consumer.cancelled:
            try:
                self._kept_or_given_back(message)
            except Exception as fault:  # noqa: BLE001  whatever it is, the letter stays where it is
                log.warning("a dead letter waits: %s", where(fault))
                backoff.wait()
            else:
                self._consumer.ack(message)
                return

    def _kept_or_given_back(self, message: amqp.Message) -> None:
        """Raises where a server is away: then those behind it could not be kept either.

        Whoever misses her database for longer keeps none from a process that has hers."""
        if self._consumer.look():
            self._give_back(message, SOON)
            return
        try:
            keep(self._letters, message, self._by)
        except Exception as fault:
            if outage(fault):
                raise
            log.exception("dead letter %s cannot be kept; again in %s s", _id_of(message), PAUSE)
            self._give_back(message, PAUSE)

    def _give_back(self, message: amqp.Message, seconds: int) -> None:
        dead, travel = dead_of(self.container.service_name), travel_to_death(message)
        self.publishing.wire.send(delay_of(seconds), dead, bytes_of(message.body), _id_of(message), travel.headers())

    def stop(self) -> None:
        self._consumer.cancel()
        self._consumer.close()


def keep(letters: Letters, message: amqp.Message, by: Actor) -> None:
    """Stores a dead letter, once however often it comes; one that died again after a replay waits again.

    Where what is stored under its id is unreadable or full, it is kept beside that, under an id made from both.
    Body and headers are sealed: whatever somebody sent, none of it lies open here (PR1)."""
    event, named = death_of(message), _id_of(message)
    letter_id = named if AN_ID.fullmatch(named) else letters.keys.digest(event.body)
    try:
        letters.keep(letter_id, event, by)
    except Exception as fault:
        if outage(fault):
            raise
        beside = f"{letter_id[:LONGEST_PART]}.{letters.keys.digest([letter_id, event.body])[:16]}"
        log.exception("dead letter %s cannot be kept under its own id; kept as %s", letter_id, beside)
        letters.keep(beside, event, by)


def _id_of(message: amqp.Message) -> str:
    return str(message.properties.get("message_id") or "")


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
