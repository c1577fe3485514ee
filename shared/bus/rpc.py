"""Nameko's @rpc, repaired: nothing that a caller or a broker does ends the process, and every error is the contract's.

Nameko dies of a request without a reply address and of a broker that is away when a worker answers, and it runs a
redelivered request again, so that one that kills its process kills every replica in turn.
"""

import inspect
import logging
from functools import partial
from typing import Any

import amqp
import nameko.rpc
from eventlet.semaphore import Semaphore
from nameko.constants import AMQP_URI_CONFIG_KEY
from nameko.exceptions import ContainerBeingKilled
from nameko.extensions import ProviderCollector, SharedExtension

from shared.bus.answers import as_told, call_of, error_body, result_body
from shared.bus.consumer import Consumer
from shared.bus.container import DELIVERED_AT
from shared.bus.places import is_cluster
from shared.bus.publishing import Publishing
from shared.bus.topology import QUORUM
from shared.bus.wire import RPC_EXCHANGE
from shared.errors import InvalidRequest, TousuError, Unavailable
from shared.presence import ANSWER_WITHIN

REQUESTS_KEPT_MS = 60_000
ACK_LINGER_SECONDS = 0.02

log = logging.getLogger(__name__)


class RpcConsumer(ProviderCollector, SharedExtension):
    """The queue `rpc-<service>` of all methods of a service: takes requests, answers them, acknowledges them."""

    publishing = Publishing()

    def __init__(self) -> None:
        self._methods: dict[str, Rpc] = {}
        super().__init__()

    def setup(self) -> None:
        # twice the workers: finished requests linger until their acknowledgements leave together
        prefetch = self.container.max_workers * 2
        self._consumer = Consumer(self.container.config, self._declare, self._take, prefetch, ACK_LINGER_SECONDS)
        self._begun, self._room = False, Semaphore(max(1, self.container.max_workers // 2))

    def register_provider(self, provider: "Rpc") -> None:
        self._methods[provider.method_name] = provider
        super().register_provider(provider)

    def begin(self) -> None:
        """Called by every method once the service is ready; the first call opens the door."""
        if not self._begun:
            self._begun = True
            self._consumer.start(self.container, "rpc consumer")

    def _declare(self, channel: amqp.Channel) -> str:
        """A queue whose requests end with their callers' patience.

        Classic on one node. In a cluster that would live on one node all the same, and nobody could take requests while
        that one is away; so there it is a quorum queue."""
        service = self.container.service_name
        queue, in_cluster = f"rpc-{service}", is_cluster(self.container.config[AMQP_URI_CONFIG_KEY])
        arguments = {"x-message-ttl": REQUESTS_KEPT_MS} | (QUORUM if in_cluster else {})
        channel.exchange_declare(RPC_EXCHANGE, "topic", durable=True, auto_delete=False)
        channel.queue_declare(queue, durable=True, auto_delete=False, arguments=arguments)
        channel.queue_bind(queue, RPC_EXCHANGE, f"{service}.*")
        return queue

    def _take(self, message: amqp.Message) -> None:
        method_name = message.delivery_info["routing_key"].rpartition(".")[2][:64]
        if not message.properties.get("reply_to"):
            log.error("a request for %s without a reply address was dropped", method_name)
            self._consumer.reject(message)
            return
        try:
            self._run(method_name, message)
        except TousuError as error:
            self.answer(message, error_body(error))
        except ContainerBeingKilled:
            log.info("a request for %s is left to another process", method_name)

    def _run(self, method_name: str, message: amqp.Message) -> None:
        method = self._methods.get(method_name)
        if method is None:
            raise InvalidRequest(f"{self.container.service_name} has no such method", method=method_name)
        if message.delivery_info["redelivered"]:
            raise Unavailable("delivered a second time and not run again; repeat it with the same request_id")
        args, kwargs = call_of(message.body, message.properties.get("content_type"))
        method.run(args, kwargs, message, self._consumer.delivered_at)

    def begin_long(self) -> None:
        """At most half of the workers give long answers; the others are for due work, events and short calls.

        Unavailable where no more may begin."""
        if not self._room.acquire(blocking=False):
            raise Unavailable("this process gives as many long answers as it may; repeat the same request later")

    def end_long(self) -> None:
        """One of them is over."""
        self._room.release()

    def answer(self, message: amqp.Message, body: bytes) -> None:
        """Replies, then acknowledges: a crash between the two makes a repeat, never a lost answer."""
        properties = message.properties
        self.publishing.wire.reply(properties["reply_to"], properties.get("correlation_id"), body)
        self._consumer.ack(message)

    def unregister_provider(self, provider: "Rpc") -> None:
        """The first method that stops stops them all: they share one queue."""
        self._consumer.cancel()
        super().unregister_provider(provider)

    def stop(self) -> None:
        """After the last worker: acknowledgements leave, the connection closes."""
        super().stop()
        self._consumer.close()


class Rpc(nameko.rpc.Rpc):
    """`@rpc` on a method of a service class.

    long: nobody knows how much it reads or writes; each operation of the database ends within ANSWER_WITHIN, not all
    of them together; and at most half of a process's workers give such answers at once."""

    rpc_consumer = RpcConsumer()
    somebody_waits = True

    def __init__(self, long: bool = False, **more: Any) -> None:
        self._long, self.database_seconds = long, None if long else ANSWER_WITHIN
        super().__init__(**more)

    def setup(self) -> None:
        self._signature = inspect.signature(getattr(self.container.service_cls, self.method_name))
        parameters = list(self._signature.parameters.values())[1:]
        self._most, self._least = len(parameters), sum(each.default is each.empty for each in parameters)
        self.rpc_consumer.register_provider(self)

    def start(self) -> None:
        self.rpc_consumer.begin()

    def stop(self) -> None:
        self.rpc_consumer.unregister_provider(self)

    def run(self, args: list[Any], kwargs: dict[str, Any], message: amqp.Message, delivered_at: float) -> None:
        """Starts a worker for a request, once one is free.

        InvalidRequest where its arguments do not fit the method, Unavailable where too many long ones run."""
        self.check_signature(args, kwargs)
        if self._long:
            self.rpc_consumer.begin_long()
        context = {name.removeprefix("nameko."): value for name, value in (message.headers or {}).items()}
        context[DELIVERED_AT] = delivered_at
        self.container.spawn_worker(
            self, args, kwargs, context_data=context, handle_result=partial(self.handle_result, message)
        )

    def check_signature(self, args: list[Any], kwargs: dict[str, Any]) -> None:
        """The usual call, all by position, costs two comparisons (upstream inspects, 0.08 ms)."""
        if not kwargs and self._least <= len(args) <= self._most:
            return
        try:
            self._signature.bind(None, *args, **kwargs)
        except TypeError:
            takes = list(self._signature.parameters)[1:]
            message = f"{self.method_name} takes other arguments"
            raise InvalidRequest(message, method=self.method_name, takes=takes) from None

    def handle_result(self, message: amqp.Message, _context: Any, result: Any, fault: Any) -> tuple[Any, Any]:
        """Answers with the worker's result or error."""
        if self._long:
            self.rpc_consumer.end_long()
        try:
            body = error_body(as_told(fault[1], self.method_name)) if fault else result_body(result)
        except TypeError as unsayable:
            body = error_body(as_told(unsayable, self.method_name))
        self.rpc_consumer.answer(message, body)
        return result, fault


rpc = Rpc.decorator
