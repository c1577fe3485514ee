"""Nameko's @rpc, repaired: nothing that a caller sends or a broker does ends the process, and every error is the contract's.

Nameko dies of a request without a reply address, of a broker that is away when a worker answers, and runs a redelivered
request again, so that one that kills its process kills every replica in turn.
"""

import inspect
import logging
from collections.abc import Callable
from functools import partial
from typing import Any

import amqp
import nameko.rpc
from nameko.constants import AMQP_SSL_CONFIG_KEY, AMQP_URI_CONFIG_KEY
from nameko.exceptions import ContainerBeingKilled
from nameko.extensions import ProviderCollector, SharedExtension

from shared.bus.answers import as_told, call_of, error_body, result_body
from shared.bus.consumer import Consumer
from shared.bus.publishing import Publishing
from shared.bus.wire import RPC_EXCHANGE
from shared.errors import InvalidRequest, TousuError, Unavailable

REQUESTS_KEPT_MS = 60_000

log = logging.getLogger(__name__)


class RpcConsumer(ProviderCollector, SharedExtension):
    """The queue `rpc-<service>` of all methods of a service: takes requests, answers them, acknowledges them."""

    publishing = Publishing()

    def __init__(self) -> None:
        self._methods: dict[str, Rpc] = {}
        self._consumer: Consumer | None = None
        super().__init__()

    def register_provider(self, provider: "Rpc") -> None:
        self._methods[provider.method_name] = provider
        super().register_provider(provider)

    def begin(self) -> None:
        """Called by each method when its service is ready; the first call opens the door."""
        if self._consumer:
            return
        config = self.container.config
        self._consumer = Consumer(
            config[AMQP_URI_CONFIG_KEY],
            self._declare,
            self._take,
            prefetch=self.container.max_workers * 2,  # finished ones wait a moment for their acknowledgement
            ssl=config.get(AMQP_SSL_CONFIG_KEY),
        )
        self._consumer.start(self.container, "rpc consumer")

    def _declare(self, channel: amqp.Channel) -> str:
        """A classic queue whose requests end with their callers' patience."""
        service = self.container.service_name
        queue = f"rpc-{service}"
        channel.exchange_declare(RPC_EXCHANGE, "topic", durable=True, auto_delete=False)
        channel.queue_declare(queue, durable=True, auto_delete=False, arguments={"x-message-ttl": REQUESTS_KEPT_MS})
        channel.queue_bind(queue, RPC_EXCHANGE, f"{service}.*")
        return queue

    def _take(self, message: amqp.Message) -> None:
        name = message.delivery_info["routing_key"].rsplit(".", 1)[-1]
        if not message.properties.get("reply_to"):
            log.error("request for %s without a reply address: dropped", name[:64])
            return self._drop(message)
        try:
            method = self._method(name)
            if message.delivery_info["redelivered"]:
                raise Unavailable("the request was delivered twice and not run again; repeat it with the same request_id")
            args, kwargs = call_of(message.body, message.properties.get("content_type"))
            method.take(args, kwargs, message)
        except TousuError as error:
            self.answer(message, error_body(error))
        except ContainerBeingKilled:
            log.info("request for %s left to another process", name)

    def _method(self, name: str) -> "Rpc":
        try:
            return self._methods[name]
        except KeyError:
            raise InvalidRequest(f"{self.container.service_name} has no such method", method=name[:64]) from None

    def _drop(self, message: amqp.Message) -> None:
        assert self._consumer
        self._consumer.reject(message)

    def answer(self, message: amqp.Message, body: bytes) -> None:
        """Replies first, then acknowledges: a crash between the two makes a repeat, never a lost answer."""
        assert self._consumer
        properties = message.properties
        self.publishing.wire.reply(properties["reply_to"], properties.get("correlation_id"), body)
        self._consumer.ack(message)

    def unregister_provider(self, provider: "Rpc") -> None:
        """The first method that stops stops them all: they share one queue."""
        if self._consumer:
            self._consumer.cancel()
        super().unregister_provider(provider)

    def stop(self) -> None:
        """After the last worker: acknowledgements leave, the connection closes."""
        super().stop()
        if self._consumer:
            self._consumer.close()


class Rpc(nameko.rpc.Rpc):
    """`@rpc` on a method of a service class."""

    rpc_consumer = RpcConsumer()

    def setup(self) -> None:
        self.rpc_consumer.register_provider(self)
        self._signature = inspect.signature(getattr(self.container.service_cls, self.method_name))
        parameters = list(self._signature.parameters.values())[1:]
        self._most = len(parameters)
        self._least = sum(parameter.default is parameter.empty for parameter in parameters)

    def start(self) -> None:
        self.rpc_consumer.begin()

    def stop(self) -> None:
        self.rpc_consumer.unregister_provider(self)

    def take(self, args: list[Any], kwargs: dict[str, Any], message: amqp.Message) -> None:
        """Starts a worker for a request. InvalidRequest where the arguments do not fit the method."""
        self.check_signature(args, kwargs)
        headers = {name.removeprefix("nameko."): value for name, value in (message.headers or {}).items()}
        handle_result: Callable[..., Any] = partial(self.handle_result, message)
        self.container.spawn_worker(self, args, kwargs, context_data=headers, handle_result=handle_result)

    def check_signature(self, args: list[Any], kwargs: dict[str, Any]) -> None:
        """The usual call, all by position, costs two comparisons (upstream inspects, 0.08 ms)."""
        if not kwargs and self._least <= len(args) <= self._most:
            return
        try:
            self._signature.bind(None, *args, **kwargs)
        except TypeError:
            takes = [name for name in self._signature.parameters if name != "self"]
            raise InvalidRequest(
                f"{self.method_name} takes other arguments", method=self.method_name, takes=takes
            ) from None

    def handle_result(self, message: amqp.Message, _context: Any, result: Any, fault: Any) -> tuple[Any, Any]:
        """Answers with the worker's result or error; never raises, as that would end Nameko's container."""
        try:
            body = error_body(as_told(fault[1], self.method_name)) if fault else result_body(result)
        except TypeError as unsayable:
            body = error_body(as_told(unsayable, self.method_name))
        self.rpc_consumer.answer(message, body)
        return result, fault


rpc = Rpc.decorator
