"""One queue, consumed over a connection of its own that comes back after every loss within three seconds.

Nameko's consumer closes its connection before the running workers have acknowledged (SIGTERM then repeats work), dies of a
broken pipe in an acknowledgement, and backs off to thirty seconds. This one does none of that, and it is the only one here.
"""

import logging
from collections.abc import Callable
from typing import Any

import amqp
import eventlet
from amqp import spec
from eventlet.event import Event
from eventlet.queue import LightQueue

from shared.bus.backoff import Backoff
from shared.bus.link import AMQP_FAULTS, Link

ACK_LINGER_SECONDS = 0.02
START_SECONDS = 10.0
CANCEL_SECONDS = 2.0

log = logging.getLogger(__name__)

Declare = Callable[[amqp.Channel], str]
Take = Callable[[amqp.Message], None]


class Consumer:
    """declare(channel) makes what it needs on each connection and answers the queue's name. take(message) may block.

    start(container, name), then cancel() (no further deliveries, all delivered ones taken) and close() (all acknowledged)."""

    def __init__(
        self, uri: str, declare: Declare, take: Take, prefetch: int, ssl: Any = None, no_ack: bool = False
    ) -> None:
        self._uri, self._ssl, self._declare, self._take = uri, ssl, declare, take
        self._prefetch, self._no_ack = prefetch, no_ack
        self._link: Link | None = None
        self._channel: amqp.Channel | None = None
        self._tag = ""
        self._delivered: LightQueue = LightQueue()
        self._taking = self._cancelled = False
        self.ready = Event()

    def start(self, container: Any, name: str) -> None:
        """Begins its life in the container's care; waits a little for the broker, but a service also starts without it."""
        container.spawn_managed_thread(self.run, identifier=name)
        with eventlet.Timeout(START_SECONDS, False):
            self.ready.wait()

    def run(self) -> None:
        """Consumes until cancelled and closed; a lost connection is opened again."""
        taker, backoff = eventlet.spawn(self._take_all), Backoff()
        while not self._cancelled:
            try:
                self._open()
                backoff.reset()
                fault = self._link.listen() if self._link else None
            except AMQP_FAULTS as failed:
                fault = failed
            self._link = None
            if not self._cancelled:
                log.warning("consuming connection lost: %r", fault)
                backoff.wait()
        taker.kill()
        self._delivered = LightQueue()  # what is left comes again, to another process

    def _open(self) -> None:
        link = Link(self._uri, self._ssl, linger=0.0 if self._no_ack else ACK_LINGER_SECONDS).open()
        try:
            channel = link.new_channel()
            queue = self._declare(channel)
            channel.basic_qos(0, self._prefetch, False)
            self._tag = channel.basic_consume(queue, no_ack=self._no_ack, callback=self._delivered.put)
        except AMQP_FAULTS:
            link.collect()
            raise
        self._link, self._channel = link, channel
        if self._cancelled:
            link.collect()
        if not self.ready.ready():
            self.ready.send(True)

    def _take_all(self) -> None:
        while True:
            message = self._delivered.get()
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

    @property
    def connected(self) -> bool:
        return self._link is not None and bool(self._link.connected)

    def cancel(self) -> None:
        """No further deliveries; returns when all that were delivered have been taken."""
        first, self._cancelled = not self._cancelled, True
        if first and self._link and self._channel and self._link.connected:
            self._channel.send_method(spec.Basic.Cancel, "sb", (self._tag, False))
            with eventlet.Timeout(CANCEL_SECONDS, False):
                while self._link and self._tag in self._channel.callbacks:
                    eventlet.sleep(0.005)
        while self._taking or not self._delivered.empty():
            eventlet.sleep(0.005)

    def close(self) -> None:
        """Sends the last acknowledgements and ends the connection; run() then returns."""
        self._cancelled = True
        if self._link:
            self._link.depart()
