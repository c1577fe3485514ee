"""`@on_event`: one quorum inbox per service, delayed retries, dead letters; an event is acknowledged only after its handler.

Nameko acknowledges the event of a failing handler (lost), repeats without pause or end (requeue_on_error), and puts the
neighbours of a message that kills its process among the dead. Here one message is out at a time.
"""

import logging
from functools import partial
from typing import Any

import amqp
import orjson
from marshmallow import ValidationError
from nameko.constants import AMQP_SSL_CONFIG_KEY, AMQP_URI_CONFIG_KEY
from nameko.exceptions import ConfigurationError, ContainerBeingKilled
from nameko.extensions import DependencyProvider, Entrypoint, ProviderCollector, SharedExtension

from shared.bus.answers import SERVERS_AWAY, where
from shared.bus.backoff import Backoff
from shared.bus.consumer import Consumer
from shared.bus.deadletters import DeadLetters
from shared.bus.publishing import Publishing
from shared.bus.retries import PermanentFault, Travel
from shared.bus.topology import DEAD, Binding, dead_name, declare_inbox, delay_name, inbox_name
from shared.clock import machine_now
from shared.errors import InvalidRequest, Unavailable

OUTAGES = (*SERVERS_AWAY, Unavailable)
HOPELESS = (PermanentFault, ValidationError, InvalidRequest)

log = logging.getLogger(__name__)


class Inbox(ProviderCollector, SharedExtension):
    """The queue `<service>.inbox`: takes one event after the other and gives it to the handler of its type."""

    publishing = Publishing()
    dead_letters = DeadLetters()

    def __init__(self) -> None:
        self._handlers: dict[Binding, OnEvent] = {}
        self._consumer: Consumer | None = None
        self.running = 0
        super().__init__()

    def register_provider(self, provider: "OnEvent") -> None:
        for binding in provider.bindings:
            if binding in self._handlers:
                raise ConfigurationError(f"two handlers for {binding.type} of {binding.source}")
            self._handlers[binding] = provider
        super().register_provider(provider)

    def begin(self) -> None:
        """Called by each handler when its service is ready; the first call opens the door."""
        if self._consumer:
            return
        config = self.container.config
        self._consumer = Consumer(
            config[AMQP_URI_CONFIG_KEY], self._declare, self._take, prefetch=1, ssl=config.get(AMQP_SSL_CONFIG_KEY)
        )
        self._consumer.start(self.container, "inbox consumer")

    def _declare(self, channel: amqp.Channel) -> str:
        return declare_inbox(channel, self.container.service_name, self._handlers)

    def _take(self, message: amqp.Message) -> None:
        info = message.delivery_info
        travel = Travel.of(message.headers or {}, info["exchange"], info["routing_key"])
        self.running += 1
        try:
            handler = self._handler(travel)
            event = event_of(message.body, travel.type, handler.schema)
            handler.run(event, partial(self._ended, message, travel))
        except PermanentFault as fault:
            self._ended(message, travel, fault)
        except ContainerBeingKilled:
            self.running -= 1

    def _handler(self, travel: Travel) -> "OnEvent":
        for binding in (Binding(travel.source, travel.type), Binding(travel.source, "*")):
            if binding in self._handlers:
                return self._handlers[binding]
        raise PermanentFault(f"no handler for this type of {travel.source}'s events")

    def _ended(self, message: amqp.Message, travel: Travel, fault: BaseException | None) -> None:
        """Acknowledges last: a crash before it makes a repeat, never a loss."""
        try:
            if fault is None or self._passed_on(message, travel, fault):
                assert self._consumer
                self._consumer.ack(message)
        finally:
            self.running -= 1

    def _passed_on(self, message: amqp.Message, travel: Travel, fault: BaseException) -> bool:
        """Puts a copy into a delay queue or among the dead; tries until the broker has it or takes the message back."""
        outage, now = isinstance(fault, OUTAGES), machine_now()
        error = str(fault) if isinstance(fault, PermanentFault) else where(fault)
        travel = travel.failed(now, error, outage)
        delay = None if isinstance(fault, HOPELESS) else travel.delay(now, outage)
        exchange, key = (DEAD, dead_name(self._service)) if delay is None else (delay_name(delay), inbox_name(self._service))
        self._tell(message, travel, delay, fault)
        backoff = Backoff()
        while message.channel.connection is not None:
            try:
                message_id = message.properties.get("message_id", "")
                self.publishing.wire.send(exchange, key, message.body, message_id, travel.headers())
                return True
            except Unavailable:
                backoff.wait()
        return False

    def _tell(self, message: amqp.Message, travel: Travel, delay: int | None, fault: BaseException) -> None:
        next_step = "dead letter" if delay is None else f"again in {delay} s"
        unforeseen = None if isinstance(fault, (*OUTAGES, *HOPELESS)) else fault
        event = f"{travel.source}.{travel.type} {message.properties.get('message_id')}"
        log.warning("event %s: %s (attempt %d): %s", event, travel.error, travel.attempts, next_step, exc_info=unforeseen)

    @property
    def _service(self) -> str:
        return str(self.container.service_name)

    def unregister_provider(self, provider: "OnEvent") -> None:
        if self._consumer:
            self._consumer.cancel()
        super().unregister_provider(provider)

    def stop(self) -> None:
        super().stop()
        if self._consumer:
            self._consumer.close()


def event_of(body: bytes, type: str, newest_schema: int) -> dict[str, Any]:
    """An event of the contract's form, of a schema that its reader knows; PermanentFault otherwise."""
    try:
        event = orjson.loads(body)
    except orjson.JSONDecodeError:
        raise PermanentFault("the body is not JSON") from None
    if not isinstance(event, dict):
        raise PermanentFault("an event is an object")
    for name, kind in {"event_id": str, "type": str, "schema": int, "seq": int, "data": dict}.items():
        if type_of(event.get(name)) is not kind:
            raise PermanentFault(f"the event's {name} is missing or of another kind")
    if event["type"] != type:
        raise PermanentFault("the event's type is not that of its routing key")
    if event["schema"] > newest_schema:
        raise PermanentFault(f"schema {event['schema']} is newer than {newest_schema}, the newest this version knows")
    return event


type_of = type


class OnEvent(Entrypoint):
    """`@on_event("intake", "complaint_registered", …)` on a method `(self, event)`; "*" takes what has no other handler.

    schema: the newest version of these events that the method understands."""

    inbox = Inbox()

    def __init__(self, source: str, *types: str, schema: int = 1, **more: Any) -> None:
        if not types:
            raise ConfigurationError(f"which events of {source}? name their types, or '*'")
        self.bindings = tuple(Binding(source, type) for type in types)
        self.schema = schema
        super().__init__(**more)

    def setup(self) -> None:
        self.inbox.register_provider(self)

    def start(self) -> None:
        self.inbox.begin()

    def stop(self) -> None:
        self.inbox.unregister_provider(self)

    def run(self, event: dict[str, Any], ended: Any) -> None:
        """Starts a worker; ended(fault or None) is called after it."""

        def handle_result(_context: Any, result: Any, fault: Any) -> tuple[Any, Any]:
            ended(fault[1] if fault else None)
            return result, fault

        self.container.spawn_worker(self, (event,), {}, handle_result=handle_result)


on_event = OnEvent.decorator
