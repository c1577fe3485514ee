"""Calls to another service: bounded in every part, over the container's wire, with errors as this suite's classes.

Nameko's RpcProxy waits for ever when an answer is lost, and its publisher hangs on a broker that is blocked.
"""

from typing import Any
from uuid import uuid4

import amqp
import eventlet
import orjson
from eventlet.event import Event
from nameko.constants import AMQP_SSL_CONFIG_KEY, AMQP_URI_CONFIG_KEY, AUTH_TOKEN_CONTEXT_KEY
from nameko.extensions import DependencyProvider, SharedExtension

from shared.bus.consumer import Consumer
from shared.bus.publishing import Publishing
from shared.bus.wire import RPC_EXCHANGE, TRANSIENT
from shared.errors import Unavailable, from_the_wire

CALL_SECONDS = 5.0
NO_CONNECTION_PAUSE = 0.05
TOKEN_HEADER = f"nameko.{AUTH_TOKEN_CONTEXT_KEY}"


class Answers(SharedExtension):
    """The container's reply queue: a new one on each connection, so that nobody waits for answers to an old one."""

    publishing = Publishing()

    def __init__(self) -> None:
        self._address: str | None = None
        self._waiting: dict[str, Event] = {}
        self._consumer: Consumer | None = None
        super().__init__()

    def start(self) -> None:
        config = self.container.config
        uri, ssl = config[AMQP_URI_CONFIG_KEY], config.get(AMQP_SSL_CONFIG_KEY)
        self._consumer = Consumer(uri, self._declare, self._take, prefetch=0, ssl=ssl, no_ack=True)
        self._consumer.start(self.container, "answers")

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
        waiting, self._waiting = self._waiting, {}
        for answer in waiting.values():
            answer.send_exception(Unavailable("the connection was lost while waiting for an answer"))

    def _take(self, message: amqp.Message) -> None:
        answer = self._waiting.pop(message.properties.get("correlation_id", ""), None)
        if answer is not None:
            answer.send(message.body)

    def ask(self, service: str, method: str, args: tuple[Any, ...], token: str) -> bytes:
        """Sends a request and waits for the answer's body; the caller bounds the time. Unavailable where nobody takes it."""
        name, answer, body = uuid4().hex, Event(), orjson.dumps({"args": args, "kwargs": {}})
        headers = {TOKEN_HEADER: token}
        self._waiting[name] = answer
        try:
            while not self._sent(f"{service}.{method}", body, name, headers):
                eventlet.sleep(NO_CONNECTION_PAUSE)
            answered: bytes = answer.wait()
            return answered
        finally:
            self._waiting.pop(name, None)

    def _sent(self, key: str, body: bytes, name: str, headers: dict[str, str]) -> bool:
        if self._address is None or not (self._consumer and self._consumer.connected):
            return False

        def settle(taken: bool) -> None:
            answer = None if taken else self._waiting.pop(name, None)
            if answer is not None:
                answer.send_exception(Unavailable("nobody takes requests for this service now", method=key))

        return self.publishing.wire.post(
            RPC_EXCHANGE, key, body, name, settle, mandatory=True, delivery_mode=TRANSIENT, correlation_id=name,
            reply_to=self._address, expiration=str(int(CALL_SECONDS * 1000)), application_headers=headers,
        )

    def stop(self) -> None:
        if self._consumer:
            self._consumer.close()


class RemoteService:
    """What the service sees: `self.intake.call("mark_major", complaint_id, command)`."""

    def __init__(self, service: str, token: Any, answers: Answers) -> None:
        self._service, self._token, self._answers = service, token, answers

    def call(self, method: str, *args: Any) -> Any:
        """The method's result, within CALL_SECONDS. Raises the error that it answered, as the class of shared.errors.

        Unavailable: no answer in time, or none can come; whether the request was carried out is then not known."""
        late = Unavailable(f"{self._service} did not answer within {CALL_SECONDS:.0f} s", service=self._service, method=method)
        with eventlet.Timeout(CALL_SECONDS, late):
            body = self._answers.ask(self._service, method, args, self._token())
        answer = orjson.loads(body)
        if answer["error"]:
            raise from_the_wire(answer["error"]["exc_type"], answer["error"]["value"])
        return answer["result"]


class RpcCaller(DependencyProvider):
    """`intake = RpcCaller("intake")`: calls another service with this service's own token (role system).

    token: answers a valid token at each call; by default shared.auth.service_token with the container's settings."""

    answers = Answers()

    def __init__(self, service: str, token: Any = None) -> None:
        self._service, self._token = service, token
        super().__init__(service, token)

    def setup(self) -> None:
        self._remote = RemoteService(self._service, self._token or self._own_token, self.answers)

    def _own_token(self) -> str:
        from shared.auth import service_token
        from shared.providers import settings_of

        return service_token(settings_of(self.container), self.container.service_name)

    def get_dependency(self, _context: Any) -> RemoteService:
        return self._remote
