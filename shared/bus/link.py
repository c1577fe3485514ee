"""An AMQP connection whose every wait has a bound: connecting, writing, and the other side's silence.

py-amqp's own publish reads the socket first and blocks on a full one. Here frames only join a buffer, and all frames
of one turn of the hub leave in one send().
"""

import logging
from contextlib import suppress
from socket import SHUT_RDWR, TCP_USER_TIMEOUT
from typing import Any

import amqp
import eventlet
from amqp import spec
from amqp.exceptions import AMQPError
from amqp.method_framing import frame_writer
from eventlet.semaphore import Semaphore

from shared.bus.places import address

REACH_SECONDS = 1.5  # until the broker's host takes the call at all
CONNECT_SECONDS = 5.0
WRITE_SECONDS = 5.0
CLOSE_SECONDS = 1.0
HEARTBEAT_SECONDS = 15

AMQP_FAULTS = (OSError, AMQPError)

log = logging.getLogger(__name__)


class Outgoing:
    """Stands where py-amqp expects its transport: takes frames without blocking and sends them together."""

    def __init__(self, link: "Link", linger: float) -> None:
        self._link, self._linger = link, linger
        self._frames: list[bytes] = []
        self._scheduled = False
        self._one_writer = Semaphore()

    def write(self, frame: memoryview) -> None:
        """Takes one frame; py-amqp reuses its buffer, so it is copied."""
        self._frames.append(bytes(frame))
        if not self._scheduled:
            self._scheduled = True
            eventlet.spawn_after(self._linger, self.flush)

    def flush(self) -> None:
        """Sends what waits; a broker that takes nothing for WRITE_SECONDS loses the connection."""
        with self._one_writer:
            self._scheduled = False
            while self._frames and self._link.connected:
                data, self._frames = b"".join(self._frames), []
                try:
                    with eventlet.Timeout(WRITE_SECONDS, TimeoutError("the broker takes nothing")):
                        self._link.transport.write(data)
                except AMQP_FAULTS as fault:
                    log.warning("broker connection given up while writing: %r", fault)
                    self._link.abandon()


class Link(amqp.Connection):
    """One connection. One greenlet may listen(), any may write. `blocked`: the broker said that it takes nothing now.

    ssl: Nameko's AMQP_SSL. linger: seconds that frames wait for company."""

    def __init__(self, uri: str, ssl: Any = None, linger: float = 0.0) -> None:
        self.outgoing = Outgoing(self, linger)
        self.blocked = False
        super().__init__(
            **address(uri, ssl),
            heartbeat=HEARTBEAT_SECONDS,
            connect_timeout=CONNECT_SECONDS,
            socket_settings={TCP_USER_TIMEOUT: int(WRITE_SECONDS * 1000)},
            frame_writer=lambda connection, _transport: frame_writer(connection, self.outgoing),
            on_blocked=self._now_blocked,
            on_unblocked=self._now_unblocked,
        )

    def open(self) -> "Link":
        """The whole handshake within CONNECT_SECONDS; OSError or AMQPError otherwise."""
        try:
            with eventlet.Timeout(CONNECT_SECONDS, TimeoutError("the broker does not answer")):
                self.connect()
        except AMQP_FAULTS:
            self.collect()
            raise
        self.transport.sock.settimeout(None)  # of TLS, the handshake's bound would end every silence
        eventlet.spawn_after(self.heartbeat / 4, self._beat)
        return self

    def Transport(self, host: str, seconds: float, ssl: Any = False, *rest: Any, **more: Any) -> Any:  # noqa: N802
        """As upstream, but a host that does not take the call is called anew after REACH_SECONDS.

        A broker that stands still for long has its queue of callers full of those who gave up, and further calls are
        dropped; the kernel then repeats them after 1, 3 and 7 seconds. (TLS shakes hands within the same bound.)"""
        return super().Transport(host, seconds if ssl else REACH_SECONDS, ssl, *rest, **more)

    def new_channel(self) -> amqp.Channel:
        """A channel that hands bodies over as bytes."""
        channel = self.channel()
        channel.auto_decode = False
        return channel

    def listen(self) -> BaseException | None:
        """Dispatches what arrives until the connection ends; returns why it did."""
        try:
            while self.connected:
                self.drain_events()
        except AMQP_FAULTS as fault:
            return fault
        finally:
            self.collect()
        return None

    def depart(self) -> None:
        """Sends what waits and closes, within CLOSE_SECONDS. The listening greenlet reads the broker's goodbye."""
        if self.connected:
            self.send_method(spec.Connection.Close, "BsBB", (200, "goodbye", 0, 0))
            self.outgoing.flush()
        with eventlet.Timeout(CLOSE_SECONDS, False):
            while self.connected:
                eventlet.sleep(0.005)
        self.abandon()

    def abandon(self) -> None:
        """Ends it at once: its listener wakes and collects it; a socket closed under a listener lets it sleep on."""
        if self.connected:
            self.transport.connected = False
            with suppress(OSError):
                self.transport.sock.shutdown(SHUT_RDWR)

    def _beat(self) -> None:
        """Heartbeats, both ways: two missed ones end the connection."""
        if not self.connected:
            return
        try:
            self.heartbeat_tick()
        except AMQP_FAULTS as fault:
            log.warning("broker connection given up: %r", fault)
            self.abandon()
        else:
            eventlet.spawn_after(self.heartbeat / 4, self._beat)

    def _now_blocked(self, _reason: str) -> None:
        log.error("the broker takes no messages now (memory or disk alarm)")
        self.blocked = True

    def _now_unblocked(self) -> None:
        log.warning("the broker takes messages again")
        self.blocked = False
