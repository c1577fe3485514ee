"""One queue, consumed over a connection of its own. Everything that consumes here does it with this class.

Nameko's consumer closes its connection before running workers have acknowledged (SIGTERM then repeats their work) and
dies of a broken pipe in an acknowledgement.
"""

import logging
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any
from uuid import uuid4

import amqp
import eventlet
from amqp import spec
from eventlet.queue import LightQueue
from nameko.constants import AMQP_SSL_CONFIG_KEY, AMQP_URI_CONFIG_KEY

from shared.bus.lifeline import Lifeline
from shared.bus.link import AMQP_FAULTS, Link
from shared.clock import monotonic

CANCEL_SECONDS = 2.0
POLL_SECONDS, LOOK_AGAIN = 0.005, 0.2

Declare = Callable[[amqp.Channel], str]
Take = Callable[[amqp.Message], None]

log = logging.getLogger(__name__)


class Consumer(Lifeline):
    """declare(channel) makes what it needs on each connection and answers the queue's name; take(message) may block.

    start(container, name), then cancel(): all delivered ones are taken, and close(): all are acknowledged.
    config: Nameko's. prefetch: how many may be unacknowledged. linger: seconds acknowledgements wait for company.
    rests: asked again and again; while it says so nothing is delivered here, and other processes get all there is."""

    def __init__(
        self,
        config: Mapping[str, Any],
        declare: Declare,
        take: Take,
        prefetch: int = 1,
        linger: float = 0.0,
        no_ack: bool = False,
        rests: Callable[[], bool] | None = None,
    ) -> None:
        super().__init__(config[AMQP_URI_CONFIG_KEY], config.get(AMQP_SSL_CONFIG_KEY), linger)
        self._declare, self._take, self._prefetch, self._no_ack = declare, take, prefetch, no_ack
        self._rests = rests
        self._channel: amqp.Channel | None = None
        self._queue = self._tag = ""  # no tag: it rests
        self._unsettled: set[int] = set()
        self._delivered: LightQueue = LightQueue()
        self._taking = self.cancelled = False
        self.delivered_at = 0.0  # when the message that is being taken now came (monotonic)

    def run(self) -> None:
        hands = [eventlet.spawn(self._take_all), *([eventlet.spawn(self._look_round)] if self._rests else [])]
        try:
            super().run()
        finally:
            for each in hands:
                each.kill()
            self._delivered = LightQueue()  # what was not taken comes again, to another process

    def on_lost(self) -> None:
        """Nothing to do: what was delivered and not acknowledged comes again."""

    def on_open(self, link: Link) -> None:
        channel = link.new_channel()
        self._channel, self._tag, self._unsettled = channel, "", set()
        self._queue = self._declare(channel)
        channel.basic_qos(0, self._prefetch, False)
        if not self.cancelled and not (self._rests and self._rests()):
            self._consume(channel, nowait=False)

    def _consume(self, channel: amqp.Channel, nowait: bool) -> None:
        """nowait: on a connection that is listened to already, nobody else may wait for what it says."""
        self._tag = uuid4().hex
        channel.basic_consume(self._queue, self._tag, no_ack=self._no_ack, nowait=nowait, callback=self._arrived)

    def _look_round(self) -> None:
        while True:
            eventlet.sleep(LOOK_AGAIN)
            with suppress(*AMQP_FAULTS):  # a lost connection is opened anew, and looks then
                self.look()

    def look(self) -> bool:
        """Whether it is to rest now: it then takes no more; goes on once that is over and nothing is in hand."""
        rests = bool(self._rests and self._rests())
        if self.connected and self._channel and not self.cancelled:
            if rests and self._tag:
                log.warning("%s: nothing is taken from it for now", self._queue)
                self._end_deliveries(self._channel)
            elif not rests and not self._tag and not self._unsettled:
                log.warning("%s: taken from again", self._queue)
                self._consume(self._channel, nowait=True)
        return rests

    def _end_deliveries(self, channel: amqp.Channel) -> None:
        if self._tag:
            channel.send_method(spec.Basic.Cancel, "sb", (self._tag, False))
            self._tag = ""

    def _arrived(self, message: amqp.Message) -> None:
        if not self._no_ack:
            self._unsettled.add(message.delivery_tag)
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
        self._settle(message)
        try:
            message.channel.basic_ack(message.delivery_tag)
        except AMQP_FAULTS:
            log.info("acknowledged after the connection was lost; the message comes again")

    def reject(self, message: amqp.Message) -> None:
        """Never again: to the dead-letter exchange of its queue, if it has one."""
        self._settle(message)
        try:
            message.channel.basic_reject(message.delivery_tag, requeue=False)
        except AMQP_FAULTS:
            log.info("rejected after the connection was lost; the message comes again")

    def _settle(self, message: amqp.Message) -> None:
        if message.channel is self._channel:  # the tags of an old connection are of no use
            self._unsettled.discard(message.delivery_tag)

    def cancel(self) -> None:
        """No further deliveries; returns when all that were delivered have been taken."""
        first, self.cancelled = not self.cancelled, True
        if first and self.connected and self._channel:
            self._end_deliveries(self._channel)
            with eventlet.Timeout(CANCEL_SECONDS, False):
                while self.connected and self._channel.callbacks:
                    eventlet.sleep(POLL_SECONDS)
        while self._taking or not self._delivered.empty():
            eventlet.sleep(POLL_SECONDS)
