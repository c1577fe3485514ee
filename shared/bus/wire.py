"""Everything a process publishes, over one connection: replies on one channel, confirmed messages on another.

event() and reply() never block, send() at most CONFIRM_SECONDS. A broker that says it is blocked is given nothing more;
what one that is stopped or gone has not confirmed counts as lost, and is sent again with the same message id.
"""

import logging
from collections import deque
from collections.abc import Callable, Sequence
from typing import Any

import amqp
import eventlet
from amqp import spec
from eventlet.event import Event

from shared.bus.confirms import Confirms, Flight, Settle
from shared.bus.lifeline import Lifeline
from shared.bus.link import Link
from shared.clock import monotonic
from shared.errors import Unavailable

CONFIRM_SECONDS = 5.0
STOP_SECONDS = 3.0
REPLY_HELD_SECONDS = 15.0
REPLIES_HELD = 1000
TRANSIENT, PERSISTENT = 1, 2
RPC_EXCHANGE = "nameko-rpc"

log = logging.getLogger(__name__)


class Wire(Lifeline):
    """`run()` is its life, in a greenlet of its own; the rest may be called from any.

    on_confirmed and on_lost get the tokens of events that the broker has, or may not have. exchanges: topic exchanges
    to declare on each connection, beside that of RPC."""

    def __init__(
        self,
        uri: str,
        on_confirmed: Callable[[Sequence[Any]], None],
        on_lost: Callable[[Sequence[Any]], None],
        exchanges: Sequence[str] = (),
        ssl: Any = None,
    ) -> None:
        super().__init__(uri, ssl)
        self._exchanges = (RPC_EXCHANGE, *exchanges)
        self._tell_confirmed, self._tell_lost = on_confirmed, on_lost
        self._confirms = Confirms()
        self._held: deque[tuple[float, str, str | None, bytes]] = deque(maxlen=REPLIES_HELD)
        self._unrouted: set[tuple[str, str]] = set()

    def on_open(self, link: Link) -> None:
        self._replies, self._events = link.new_channel(), link.new_channel()
        for exchange in self._exchanges:
            self._events.exchange_declare(exchange, "topic", durable=True, auto_delete=False)
        self._events.confirm_select()
        self._confirms = confirms = Confirms()
        self._events.events["basic_ack"].add(lambda number, multiple: confirms.settled(number, multiple, True))
        self._events.events["basic_nack"].add(lambda number, multiple: confirms.settled(number, multiple, False))
        self._events.events["basic_return"].add(self._on_return)
        self._reply_held()
        eventlet.spawn_after(CONFIRM_SECONDS / 10, self._watch, link)

    def _watch(self, link: Link) -> None:
        """Ends a connection whose broker has stopped confirming. One that says it is blocked goes on by itself."""
        if not link.connected:
            return
        since = self._confirms.silent_since()
        if since is not None and not link.blocked and monotonic() - since > CONFIRM_SECONDS:
            log.warning("the broker has confirmed nothing for %s s", CONFIRM_SECONDS)
            link.abandon()
        eventlet.spawn_after(CONFIRM_SECONDS / 10, self._watch, link)

    def on_lost(self) -> None:
        for flight in self._confirms.lost():
            flight.settle(False)

    def close(self) -> None:
        """Waits for the last confirms, at most STOP_SECONDS, and ends."""
        with eventlet.Timeout(STOP_SECONDS, False):
            while self.connected and self._confirms:
                eventlet.sleep(0.01)
        super().close()

    def reply(self, to: str, correlation_id: str | None, body: bytes) -> None:
        """An RPC answer: no confirm, not stored. One that finds no connection is held for REPLY_HELD_SECONDS.

        A caller that misses its answer repeats the request with the same request_id."""
        if self.connected:
            self._reply_now(to, correlation_id, body)
        else:
            self._held.append((monotonic(), to, correlation_id, body))

    def _reply_now(self, to: str, correlation_id: str | None, body: bytes) -> None:
        correlated = {"correlation_id": correlation_id} if correlation_id else {}
        _publish(self._replies, RPC_EXCHANGE, to, body, False, delivery_mode=TRANSIENT, **correlated)

    def _reply_held(self) -> None:
        while self._held:
            since, to, correlation_id, body = self._held.popleft()
            if monotonic() - since < REPLY_HELD_SECONDS:
                self._reply_now(to, correlation_id, body)

    def event(
        self, exchange: str, type: str, body: bytes, message_id: str, token: Any, mandatory: bool = False
    ) -> bool:
        """A stored message that settles later through on_confirmed([token]) or on_lost([token]).

        False: no connection, or the broker takes nothing now; nothing was sent and neither will be called.
        mandatory: a message that no queue takes counts as lost."""

        def settle(taken: bool) -> None:
            (self._tell_confirmed if taken else self._tell_lost)([token])

        return self.post(exchange, type, body, message_id, settle, mandatory)

    def send(self, exchange: str, key: str, body: bytes, message_id: str, headers: dict[str, Any]) -> None:
        """A stored, mandatory message; returns once the broker has it.

        Unavailable if the broker refuses it, has no queue for it, or says nothing for CONFIRM_SECONDS."""
        done: Event = Event()
        with eventlet.Timeout(CONFIRM_SECONDS, Unavailable("the broker does not answer")):
            while not self.post(exchange, key, body, message_id, done.send, True, application_headers=headers):
                eventlet.sleep(0.1)
            if not done.wait():
                raise Unavailable("the broker did not take a message", exchange=exchange, key=key)

    def post(
        self, exchange: str, key: str, body: bytes, message_id: str, settle: Settle, mandatory: bool, **more: Any
    ) -> bool:
        """The confirmed publish under event() and send(): settle(True or False) once, unless this answers False."""
        if not self.connected or (self.link and self.link.blocked):
            return False
        properties = {"delivery_mode": PERSISTENT, "message_id": message_id} | more
        _publish(self._events, exchange, key, body, mandatory, **properties)
        self._confirms.add(Flight(message_id, settle, monotonic()))  # counted only if it could be written
        return True

    def _on_return(self, _fault: Exception, exchange: str, key: str, message: amqp.Message) -> None:
        self._confirms.returned(message.properties.get("message_id", ""))
        if (exchange, key) not in self._unrouted:
            self._unrouted.add((exchange, key))
            log.warning("no queue takes %s from %s; the message is kept and sent again", key, exchange)


def _publish(channel: amqp.Channel, exchange: str, key: str, body: bytes, mandatory: bool, **properties: Any) -> None:
    """basic.publish that only joins the buffer, as bare frames: py-amqp's own would read the socket first."""
    message = amqp.Message(body, content_type="application/json", content_encoding="utf-8", **properties)
    channel.send_method(spec.Basic.Publish, "Bssbb", (0, exchange, key, mandatory, False), message)
