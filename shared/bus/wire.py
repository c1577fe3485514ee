"""Everything one process publishes, over one connection of its own: replies on one channel, confirmed messages on another.

Publishing never blocks. A broker that is blocked refuses at once, one that is stopped or gone within CONFIRM_SECONDS; what it
had not confirmed then counts as lost, and whoever published it sends it again with the same message id.
"""

import logging
from collections import deque
from collections.abc import Callable, Sequence
from typing import Any

import amqp
import eventlet
from eventlet.event import Event

from shared.bus.backoff import Backoff
from shared.bus.confirms import Confirms, Flight, Settle
from shared.bus.link import AMQP_FAULTS, Link, publish
from shared.clock import monotonic
from shared.errors import Unavailable

CONFIRM_SECONDS = 5.0
REPLY_HELD_SECONDS = 15.0
REPLIES_HELD = 1000
TRANSIENT, PERSISTENT = 1, 2
RPC_EXCHANGE = "nameko-rpc"

log = logging.getLogger(__name__)


def nothing(_tokens: Sequence[Any]) -> None:
    """For a wire whose user keeps no outbox."""


class Wire:
    """`run()` is its life, in a greenlet of its own; the rest may be called from any.

    on_confirmed and on_lost get the tokens of events that the broker has, or may not have. exchanges: topic exchanges to
    declare on each connection, beside that of RPC."""

    def __init__(
        self,
        uri: str,
        on_confirmed: Callable[[Sequence[Any]], None] = nothing,
        on_lost: Callable[[Sequence[Any]], None] = nothing,
        exchanges: Sequence[str] = (),
        ssl: Any = None,
    ) -> None:
        self._uri, self._ssl, self._exchanges = uri, ssl, (RPC_EXCHANGE, *exchanges)
        self._on_confirmed, self._on_lost = on_confirmed, on_lost
        self._link: Link | None = None
        self._confirms = Confirms()
        self._blocked = self._stopping = False
        self._unrouted: set[tuple[str, str]] = set()
        self._held: deque[tuple[float, str, str | None, bytes]] = deque(maxlen=REPLIES_HELD)
        self.ready = Event()

    # --- its life ---

    def run(self) -> None:
        """Connects, and connects again, until stop()."""
        backoff = Backoff()
        while not self._stopping:
            try:
                self._open()
                backoff.reset()
                watch = eventlet.spawn(self._watch, self._link)
                fault = self._link.listen() if self._link else None
                watch.kill()
            except AMQP_FAULTS as failed:
                fault = failed
            self._drop(fault)
            if not self._stopping:
                backoff.wait()

    def _open(self) -> None:
        link = Link(self._uri, self._ssl, on_blocked=self._on_blocked, on_unblocked=self._on_unblocked).open()
        try:
            self._replies, self._events = link.new_channel(), link.new_channel()
            for exchange in self._exchanges:
                self._events.exchange_declare(exchange, "topic", durable=True, auto_delete=False)
            self._events.confirm_select()
        except AMQP_FAULTS:
            link.collect()
            raise
        self._confirms, self._blocked = Confirms(), False
        self._events.events["basic_ack"].add(lambda number, multiple: self._confirms.settled(number, multiple, True))
        self._events.events["basic_nack"].add(lambda number, multiple: self._confirms.settled(number, multiple, False))
        self._events.events["basic_return"].add(self._on_return)
        self._link = link
        self._answer_held()
        if not self.ready.ready():
            self.ready.send(True)

    def _drop(self, fault: BaseException | None) -> None:
        if self._link and not self._stopping:
            log.warning("publishing connection lost: %r", fault)
        self._link = None
        for flight in self._confirms.lost():
            flight.settle(False)

    def _watch(self, link: Link) -> None:
        """Ends a connection whose broker has stopped confirming. One that says it is blocked will go on by itself."""
        while link.connected:
            since = self._confirms.silent_since()
            if since is not None and not self._blocked and monotonic() - since > CONFIRM_SECONDS:
                log.warning("the broker has confirmed nothing for %s s", CONFIRM_SECONDS)
                link.collect()
            eventlet.sleep(0.5)

    def stop(self, within: float = 3.0) -> None:
        """Waits for confirms, at most `within` seconds, and closes."""
        with eventlet.Timeout(within, False):
            while self._link and (self._confirms or self._held):
                eventlet.sleep(0.01)
        self._stopping = True
        if self._link:
            self._link.depart()

    # --- what it publishes ---

    def reply(self, to: str, correlation_id: str | None, body: bytes) -> None:
        """An RPC answer: no confirm, not stored. One that finds no connection is held for REPLY_HELD_SECONDS.

        A caller that misses its answer repeats the request with the same request_id."""
        if self._link is None or not self._link.connected:
            self._held.append((monotonic(), to, correlation_id, body))
            return
        properties = {"correlation_id": correlation_id} if correlation_id else {}
        publish(self._replies, RPC_EXCHANGE, to, body, delivery_mode=TRANSIENT, **properties)

    def _answer_held(self) -> None:
        held, now = list(self._held), monotonic()
        self._held.clear()
        for since, to, correlation_id, body in held:
            if now - since < REPLY_HELD_SECONDS:
                self.reply(to, correlation_id, body)

    def event(
        self, exchange: str, type: str, body: bytes, message_id: str, token: Any, mandatory: bool = False
    ) -> bool:
        """A stored message that settles later through on_confirmed([token]) or on_lost([token]).

        False: there is no connection, or the broker takes nothing now; nothing was sent and neither is called.
        mandatory: a message that no queue takes counts as lost."""

        def settle(taken: bool) -> None:
            (self._on_confirmed if taken else self._on_lost)([token])

        return self.post(exchange, type, body, message_id, settle, mandatory)

    def send(
        self, exchange: str, key: str, body: bytes, message_id: str, headers: dict[str, Any], within: float = CONFIRM_SECONDS
    ) -> None:
        """A stored, mandatory message; returns once the broker has it. Unavailable after `within` seconds, or if refused."""
        done: Event = Event()
        with eventlet.Timeout(within, Unavailable("the broker does not answer")):
            while not self.post(exchange, key, body, message_id, done.send, True, application_headers=headers):
                eventlet.sleep(0.1)
            if not done.wait():
                raise Unavailable("the broker did not take a message", exchange=exchange, key=key)

    def post(
        self, exchange: str, key: str, body: bytes, message_id: str, settle: Settle, mandatory: bool, **properties: Any
    ) -> bool:
        """The confirmed publish under event() and send(): settle(True or False) is called once, unless it answers False."""
        if self._link is None or not self._link.connected or self._blocked:
            return False
        properties.setdefault("delivery_mode", PERSISTENT)
        self._confirms.add(Flight(message_id, settle, monotonic()))
        publish(self._events, exchange, key, body, mandatory, message_id=message_id, **properties)
        return True

    # --- what the broker says ---

    def _on_return(self, _fault: Exception, exchange: str, key: str, message: amqp.Message) -> None:
        self._confirms.returned(message.properties["message_id"])
        if (exchange, key) not in self._unrouted:
            self._unrouted.add((exchange, key))
            log.warning("no queue takes %s from %s; the message is kept and sent again", key, exchange)

    def _on_blocked(self, _reason: str) -> None:
        log.error("the broker takes no messages now (memory or disk alarm)")
        self._blocked = True

    def _on_unblocked(self) -> None:
        log.info("the broker takes messages again")
        self._blocked = False
