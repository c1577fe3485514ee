"""`@on_event`: one inbox per service, delayed retries, dead letters. An event is acknowledged only after its handler.

Nameko acknowledges the event of a failing handler (it is lost) or repeats it without pause and end. With its ten
messages out at once, one that kills its process takes nine innocent ones to the dead letters; here one is out.
"""

import logging
from collections.abc import Callable
from functools import partial
from typing import Any

import amqp
from marshmallow import ValidationError
from nameko.exceptions import ConfigurationError, ContainerBeingKilled
from nameko.extensions import Entrypoint, ProviderCollector, SharedExtension

from shared.bus.answers import cause_of, outage
from shared.bus.consumer import Consumer
from shared.bus.copies import Noting
from shared.bus.deadletters import DeadLetters
from shared.bus.delivered import say_what_becomes, travel_of
from shared.bus.events import event_of
from shared.bus.lifeline import Backoff
from shared.bus.publishing import Publishing
from shared.bus.rebuilding import Rebuilding
from shared.bus.retries import PermanentFault, Travel
from shared.bus.topology import DEAD, DELAYS, Binding, dead_of, declare_inbox, delay_of, inbox_of
from shared.clock import machine_now
from shared.errors import InvalidRequest, Unavailable

HOPELESS = (PermanentFault, ValidationError, InvalidRequest)

Ended = Callable[[BaseException | None], None]

log = logging.getLogger(__name__)


class Inbox(ProviderCollector, SharedExtension):
    """The queue `<service>.inbox`: gives one event after the other to the handler of its type."""

    publishing = Publishing()
    dead_letters = DeadLetters()
    rebuilding = Rebuilding()
    noting = Noting()

    def __init__(self) -> None:
        self._handlers: dict[Binding, OnEvent] = {}
        super().__init__()

    def setup(self) -> None:
        self._service: str = self.container.service_name
        away = partial(getattr, self.container, "away")
        self._consumer = Consumer(self.container.config, self._declare, self._take, rests=away)
        self.rebuilding.bindings = self._handlers
        self._begun, self.in_hand = False, 0

    def register_provider(self, provider: "OnEvent") -> None:
        for binding in provider.bindings:
            if binding in self._handlers:
                raise ConfigurationError(f"{self._service} has two handlers for {binding.source}.{binding.type}")
            self._handlers[binding] = provider
        super().register_provider(provider)

    def begin(self) -> None:
        """Called by every handler once the service is ready; the first call opens the door."""
        if not self._begun:
            self._begun = True
            self._consumer.start(self.container, "inbox consumer")

    def _declare(self, channel: amqp.Channel) -> str:
        inbox = declare_inbox(channel, self._service, self._handlers)
        self.rebuilding.recognise(channel)
        return inbox

    def _take(self, message: amqp.Message) -> None:
        travel = travel_of(message)
        if self._consumer.look():
            self._goes_round(message, travel)
            return
        ended = partial(self._ended, message, travel)
        self.in_hand += 1
        try:
            handler = self._handler(travel)
            handler.run(travel.marked(event_of(message.body, travel.type, handler.schema)), ended)
        except PermanentFault as fault:
            ended(fault)
        except ContainerBeingKilled:
            log.info("event %s is left to another process", message.properties.get("message_id"))

    def _goes_round(self, message: amqp.Message, travel: Travel) -> None:
        """The database is away: the event goes to whoever has hers, or waits for it in the queue, where all can see it.

        By the shortest delay, as a copy: given back as it is, it would count as a delivery, and at last to death."""
        if self._copied(message, delay_of(DELAYS[0]), inbox_of(self._service), travel):
            self._consumer.ack(message)

    def _handler(self, travel: Travel) -> "OnEvent":
        for binding in (Binding(travel.source, travel.type), Binding(travel.source, "*")):
            if binding in self._handlers:
                return self._handlers[binding]
        raise PermanentFault(f"{self._service} has no handler for this type of event")

    def _ended(self, message: amqp.Message, travel: Travel, fault: BaseException | None) -> None:
        """Acknowledges last: a crash before it makes a repeat, never a loss."""
        try:
            if fault is None or self._passed_on(message, travel, fault):
                self._consumer.ack(message)
            if fault is None:
                self._note(message)
        except Exception:
            log.exception("event %s could not be passed on", message.properties.get("message_id"))
            self._consumer.reject(message)
        finally:
            self.in_hand -= 1

    def _note(self, message: amqp.Message) -> None:
        """The last one of a process that ends is told at once."""
        self.noting.handled.note(message.properties.get("message_id", ""))
        if self._consumer.cancelled:
            self.noting.handled.tell()

    def _passed_on(self, message: amqp.Message, travel: Travel, fault: BaseException) -> bool:
        """Puts a copy into a delay queue or among the dead; tries until the broker has it or takes the message back."""
        away, now = outage(fault), machine_now()
        error = str(fault) if isinstance(fault, PermanentFault) else cause_of(fault)
        travel = travel.failed(now, error, away)
        delay = None if isinstance(fault, HOPELESS) else travel.delay(now, away)
        say_what_becomes(message, travel, delay, None if away or isinstance(fault, HOPELESS) else fault)
        exchange = DEAD if delay is None else delay_of(delay)
        key = dead_of(self._service) if delay is None else inbox_of(self._service)
        return self._copied(message, exchange, key, travel)

    def _copied(self, message: amqp.Message, exchange: str, key: str, travel: Travel) -> bool:
        message_id, backoff = message.properties.get("message_id", ""), Backoff()
        while message.channel.connection is not None:
            try:
                self.publishing.wire.send(exchange, key, message.body, message_id, travel.headers())
            except Unavailable:
                if self._consumer.cancelled:
                    break  # the process is ending: what is not acknowledged comes again
                backoff.wait()
            else:
                return True
        return False

    def unregister_provider(self, provider: "OnEvent") -> None:
        """The first handler that stops stops them all: they share one queue."""
        self._consumer.cancel()
        super().unregister_provider(provider)

    def stop(self) -> None:
        """After the last handler: acknowledgements leave, the connection closes."""
        super().stop()
        self._consumer.close()


class OnEvent(Entrypoint):
    """`@on_event("intake", "complaint_registered", …)` on `(self, event)`; "*" takes what has no other handler.

    schema: the newest version of these events that the method understands."""

    inbox = Inbox()

    def __init__(self, source: str, *types: str, schema: int = 1, **more: Any) -> None:
        if not types:
            raise ConfigurationError(f"which events of {source}? name their types, or '*'")
        self.bindings = tuple(Binding(source, type_name) for type_name in types)
        self.schema = schema
        super().__init__(**more)

    def setup(self) -> None:
        self.inbox.register_provider(self)

    def start(self) -> None:
        self.inbox.begin()

    def stop(self) -> None:
        self.inbox.unregister_provider(self)

    def run(self, event: dict[str, Any], ended: Ended) -> None:
        """Starts a worker and tells how it ended."""

        def handle_result(_context: Any, result: Any, fault: Any) -> tuple[Any, Any]:
            ended(fault[1] if fault else None)
            return result, fault

        self.container.spawn_worker(self, (event,), {}, handle_result=handle_result)


on_event = OnEvent.decorator
