"""One queue, consumed over a connection of its own. Everything that consumes here does it with this class.

Nameko's consumer closes its connection before running workers have acknowledged (SIGTERM then repeats their work) and
dies of a broken pipe in an acknowledgement.
"""

import logging
from collections.abc import Callable, Mapping
from typing import Any

import amqp
import eventlet
from amqp import spec
from eventlet.queue import LightQueue
from nameko.constants import AMQP_SSL_CONFIG_KEY, AMQP_URI_CONFIG_KEY

from shared.bus.lifeline import Lifeline
from shared.bus.link import AMQP_FAULTS, Link
from shared.clock import monotonic

CANCEL_SECONDS = 2.0
POLL_SECONDS = 0.005

Declare = Callable[[amqp.Channel], str]
Take = Callable[[amqp.Message], None]

log = logging.getLogger(__name__)


class Consumer(Lifeline):
    """declare(channel) makes what it needs on each connection and answers the queue's name; take(message) may block.

    start(container, name), then cancel(): all delivered ones are taken, and close(): all are acknowledged.
    config: Nameko's. prefetch: how many may be unacknowledged. linger: seconds acknowledgements wait for company."""

    def __init__(
        self,
        config: Mapping[str, Any],
        declare: Declare,
        take: Take,
        prefetch: int = 1,
        linger: float = 0.0,
        no_ack: bool = False,
    ) -> None:
        super().__init__(config[AMQP_URI_CONFIG_KEY], config.get(AMQP_SSL_CONFIG_KEY), linger)
        self._declare, self._take, self._prefetch, self._no_ack = declare, take, prefetch, no_ack
        self._channel: amqp.Channel | None = None
        self._tag = ""
        self._delivered: LightQueue = LightQueue()
        self._taking = self.cancelled = False
        self.delivered_at = 0.0  # when the message that is being taken now came (monotonic)

    def run(self) -> None:
        taker = eventlet.spawn(self._take_all)
        try:
            super().run()
        finally:
            taker.kill()
            self._delivered = LightQueue()  # what was not taken comes again, to another process

    def on_lost(self) -> None:
        """Nothing to do: what was delivered and not acknowledged comes again."""

    def on_open(self, link: Link) -> None:
        self._channel = channel = link.new_channel()
        queue = self._declare(channel)
        channel.basic_qos(0, self._prefetch, False)
        if not self.cancelled:
            self._tag = channel.basic_consume(queue, no_ack=self._no_ack, callback=self._arrived)

    def _arrived(self, message: amqp.Message) -> None:
        self._delivered.put((message, monotonic()))

    def _take_all(self) -> None:
        while True:
            message, self.delivered_at = self._delivered.get()
            if message.channel.connection is None and not self._no_ack:
                continue  # its connection is gone: the broker delivers it again
            self._taking = True
            try:
                self._take(message)
            except Exception:
                log.exception("a message could not be taken")
                self.reject(message)
            finally:
                self._taking = False

    def ack(self, message: amqp.Message) -> None:
        """Done with it. On a dead connection nothing happens: the broker delivers it again."""
        try:
            message.channel.basic_ack(message.delivery_tag)
        except AMQP_FAULTS:
            log.info("acknowledged after the connection was lost; the message comes again")

    def reject(self, message: amqp.Message) -> None:
        """Never again: to the dead-letter exchange of its queue, if it has one."""
        try:
            message.channel.basic_reject(message.delivery_tag, requeue=False)
        except AMQP_FAULTS:
            log.info("rejected after the connection was lost; the message comes again")

    def cancel(self) -> None:
        """No further deliveries; returns when all that were delivered have been taken."""
        first, self.cancelled = not self.cancelled, True
        if first and self.connected and self._channel:
            self._channel.send_method(spec.Basic.Cancel, "sb", (self._tag, False))
            with eventlet.Timeout(CANCEL_SECONDS, False):
                while self.connected and self._tag in self._channel.callbacks:
                    eventlet.sleep(POLL_SECONDS)
        while self._taking or not self._delivered.empty():
            eventlet.sleep(POLL_SECONDS)
