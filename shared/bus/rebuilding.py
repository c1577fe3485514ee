"""An inbox that came back empty: its service asks every source for what it sent since the inbox was last sound.

A broker that lost its queues lost events that it had confirmed and that nobody had handled. They can be made again from
the histories they came from; who had handled one knows it by its id.
"""

import logging
from collections.abc import Collection, Mapping, Sequence
from functools import partial
from typing import Any

import amqp
from nameko.constants import AMQP_SSL_CONFIG_KEY, AMQP_URI_CONFIG_KEY
from nameko.extensions import SharedExtension
from pymongo.errors import PyMongoError

from shared.auth import service_token
from shared.bus.call import RemoteService, ReplyQueue
from shared.bus.inbox_record import ALL, InboxRecord, Missing
from shared.bus.known import is_known, make_known
from shared.bus.places import dialled
from shared.bus.tick import Round, every
from shared.bus.topology import DELAYS, Binding, dead_of, delay_of, inbox_of
from shared.clock import machine_now
from shared.errors import TousuError
from shared.providers import Database, settings_of

ASK_EVERY, LOOK_EVERY = 1.0, 20.0
LOOK_SECONDS = 5.0

log = logging.getLogger(__name__)


class Rebuilding(SharedExtension):
    """The care of a service's inbox. `bindings`: what it reads, known before the container starts."""

    replies = ReplyQueue()
    database = Database()
    bindings: Collection[Binding] = ()

    def setup(self) -> None:
        self._service: str = self.container.service_name
        self._rounds: list[Round] = []

    def start(self) -> None:
        self._record = InboxRecord(self.database.database)
        self._rounds = [
            every(ASK_EVERY, self.ask_again, self.container, "ask again"),
            every(LOOK_EVERY, self.look, self.container, "look at the inbox"),
        ]

    def stop(self) -> None:
        for each in self._rounds:
            each.stop()

    def recognise(self, channel: amqp.Channel) -> None:
        """After the inbox was declared: whether it is the one that was always there.

        PyMongoError where that is new and cannot be noted."""
        if is_known(channel, self._service):
            return
        if not self._record.begun(machine_now()):
            if is_known(channel, self._service):  # another process was about to note it
                return
            since = self._record.found_new(machine_now())
            log.warning("the inbox is new: what was sent since %s is asked for again", since.isoformat())
        make_known(channel, self._service)

    def look(self) -> None:
        """Notes that the inbox is sound, if nothing waits in it nor on a way round to it."""
        at, config = machine_now(), self.container.config
        try:
            if not waiting(config[AMQP_URI_CONFIG_KEY], config.get(AMQP_SSL_CONFIG_KEY), self._service):
                self._record.sound(at)
        except (OSError, amqp.AMQPError, PyMongoError) as fault:
            log.debug("the inbox could not be looked at: %s", type(fault).__name__)

    def ask_again(self) -> None:
        """Asks for what is missing, page by page, until all of it has been sent again."""
        try:
            missing = self._record.take(machine_now())
            if missing and self._asked(missing):
                self._record.settled(missing)
                log.warning("what was sent since %s has been sent again", missing.since.isoformat())
        except PyMongoError as fault:
            log.info("what is missing could not be looked up: %s", type(fault).__name__)

    def _asked(self, missing: Missing) -> bool:
        """Each source on its own: one that fails keeps no other from telling."""
        told = [self._has_told(source, missing) for source in sorted({binding.source for binding in self.bindings})]
        if not all(told):
            self._record.interrupted(missing, machine_now())
        return all(told)

    def _has_told(self, source: str, missing: Missing) -> bool:
        try:
            return self._all_of(source, missing)
        except TousuError as fault:
            log.warning("what is missing of %s is asked for again soon: %s", source, fault)
            return False

    def _all_of(self, source: str, missing: Missing) -> bool:
        types = sorted(binding.type for binding in self.bindings if binding.source == source)
        token = partial(service_token, settings_of(self.container), self._service)
        remote, after = RemoteService(source, token, self.replies), missing.after.get(source)
        while after != ALL:
            request = {"reader": self._service, "types": types, "since": missing.since.isoformat()}
            answer: Mapping[str, Any] = remote.call("announce_again", request | ({"after": after} if after else {}))
            after = str(answer["after"] or ALL)
            if not self._record.went_on(missing, source, after, machine_now()):
                return False
        return True


def waiting(amqp_uri: str, ssl: Any, service: str) -> int:
    """How many messages wait in the service's inbox, among its dead, and in the queues where retries wait."""
    queues: Sequence[str] = (inbox_of(service), dead_of(service), *map(delay_of, DELAYS))
    with dialled(amqp_uri, LOOK_SECONDS, ssl, read_timeout=LOOK_SECONDS, write_timeout=LOOK_SECONDS) as connection:
        channel = connection.channel()
        return sum(int(channel.queue_declare(queue, passive=True).message_count) for queue in queues)
