"""Calls to another service: bounded in every part, over the container's wire, with errors as this suite's classes.

Nameko's RpcProxy waits for ever when an answer is lost, and its publisher hangs on a broker that is blocked.
"""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import amqp
import eventlet
import orjson
from eventlet.event import Event
from nameko.constants import AUTH_TOKEN_CONTEXT_KEY
from nameko.extensions import DependencyProvider, SharedExtension

from shared.auth import service_token
from shared.bus.consumer import Consumer
from shared.bus.publishing import Publishing
from shared.bus.wire import RPC_EXCHANGE, TRANSIENT
from shared.errors import Unavailable, from_the_wire
from shared.providers import settings_of

CALL_SECONDS = 5.0
NO_CONNECTION_PAUSE = 0.05
EXPIRATION = str(int(CALL_SECONDS * 1000))  # a request that nobody took ends with its caller's patience


class ReplyQueue(SharedExtension):
    """Where answers come to: a new queue on each connection, so that nobody waits for answers to an old one."""

    publishing = Publishing()

    def __init__(self) -> None:
        self._address = ""
        self._waiting: dict[str, Event] = {}
        super().__init__()

    def setup(self) -> None:
        self._consumer = Consumer(self.container.config, self._declare, self._take, prefetch=0, no_ack=True)

    def start(self) -> None:
        self._consumer.start(self.container, "reply queue")

    def stop(self) -> None:
        self._consumer.close()

    def _declare(self, channel: amqp.Channel) -> str:
        self._give_up_waiting()
        self._address = uuid4().hex
        queue = f"rpc.reply-{self.container.service_name}-{self._address}"
        channel.exchange_declare(RPC_EXCHANGE, "topic", durable=True, auto_delete=False)
        channel.queue_declare(queue, exclusive=True, auto_delete=True)
        channel.queue_bind(queue, RPC_EXCHANGE, self._address)
        return queue

    def _give_up_waiting(self) -> None:
        """Whatever was asked over the old connection gets no answer any more."""
        for name in list(self._waiting):
            self._fail(name, Unavailable("the connection was lost while an answer was awaited"))

    def _fail(self, name: str, fault: Unavailable) -> None:
        if answer := self._waiting.pop(name, None):
            answer.send_exception(fault)

    def _take(self, message: amqp.Message) -> None:
        if answer := self._waiting.pop(message.properties.get("correlation_id", ""), None):
            answer.send(message.body)

    def ask(self, method: str, body: bytes, token: str) -> bytes:
        """Sends a request to `service.method` and waits for the answer's body; the caller bounds the time.

        Unavailable where nobody takes it, or the answer can no longer come."""
        name, answer = uuid4().hex, Event()
        self._waiting[name] = answer
        try:
            while not self._sent(method, body, token, name):
                eventlet.sleep(NO_CONNECTION_PAUSE)
            answered: bytes = answer.wait()
            return answered
        finally:
            self._waiting.pop(name, None)

    def _sent(self, method: str, body: bytes, token: str, name: str) -> bool:
        def settle(taken: bool) -> None:
            if not taken:
                self._fail(name, Unavailable("no process of that service takes requests now", method=method))

        properties = {
            "delivery_mode": TRANSIENT,
            "reply_to": self._address,
            "correlation_id": name,
            "expiration": EXPIRATION,
            "application_headers": {f"nameko.{AUTH_TOKEN_CONTEXT_KEY}": token},
        }
        post = self.publishing.wire.post
        return self._consumer.connected and post(RPC_EXCHANGE, method, body, name, settle, True, **properties)


class RemoteService:
    """What a service method sees: `self.intake.call("mark_major", complaint_id, command)`."""

    def __init__(self, service: str, token: Callable[[], str], replies: ReplyQueue) -> None:
        self._service, self._token, self._replies = service, token, replies

    def call(self, method: str, *args: Any) -> Any:
        """The method's result within CALL_SECONDS, or the error it answered, as its class in shared.errors.

        Unavailable: no answer in time, or none can come; whether the request was carried out is then not known."""
        name = f"{self._service}.{method}"
        late = Unavailable(f"{self._service} did not answer within {CALL_SECONDS:.0f} s", method=name)
        with eventlet.Timeout(CALL_SECONDS, late):
            body = self._replies.ask(name, orjson.dumps({"args": args, "kwargs": {}}), self._token())
        answer = orjson.loads(body)
        if answer["error"]:
            raise from_the_wire(answer["error"]["exc_type"], answer["error"]["value"])
        return answer["result"]


class RpcCaller(DependencyProvider):
    """`intake = RpcCaller("intake")`: calls another service, by default with this service's own token (role system).

    token: answers a valid token, asked for at each call."""

    replies = ReplyQueue()

    def __init__(self, service: str, token: Callable[[], str] | None = None) -> None:
        self._service, self._token = service, token
        super().__init__()

    def setup(self) -> None:
        self._remote = RemoteService(self._service, self._token or self._own_token, self.replies)

    def _own_token(self) -> str:
        return service_token(settings_of(self.container), self.container.service_name)

    def get_dependency(self, _context: Any) -> RemoteService:
        return self._remote
