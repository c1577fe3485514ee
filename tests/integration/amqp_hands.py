"""A test's own hands on the broker: any bytes, to anywhere, as no client of ours would send them."""

from collections.abc import Callable
from typing import Any, Self

import amqp
import eventlet
import orjson
from kombu.utils.url import parse_url


def soon(is_so: Callable[[], Any], within: float = 30.0) -> Any:
    """What `is_so` finds once it finds something; fails after `within` seconds. Greenlets go on meanwhile."""
    with eventlet.Timeout(within, AssertionError("not within the time allowed")):
        while not (found := is_so()):
            eventlet.sleep(0.02)
    return found


class Hands:
    """`with Hands(amqp_uri) as hands:` a connection and a channel of plain py-amqp, and a reply queue."""

    def __init__(self, uri: str) -> None:
        at = parse_url(uri)
        self.connection = amqp.Connection(
            f"{at['hostname']}:{at['port']}", userid="guest", password="guest", virtual_host=at["virtual_host"] or "/"
        )

    def __enter__(self) -> Self:
        self.connection.connect()
        self.channel = self.connection.channel()
        self.replies: str = self.channel.queue_declare(exclusive=True).queue
        return self

    def __exit__(self, *_: object) -> None:
        self.connection.close()

    def publish(self, exchange: str, key: str, body: bytes, headers: dict[str, Any] | None = None, **more: Any) -> None:
        properties = {"content_type": "application/json", "delivery_mode": 2, "application_headers": headers or {}}
        self.channel.basic_publish(amqp.Message(body, **properties | more), exchange, key)

    def registered(self, event_id: str) -> None:
        """Publishes intake's news of a complaint, as short as readers of the bus alone want it."""
        event = {"event_id": event_id, "type": "complaint_registered", "schema": 1, "seq": 1, "data": {}}
        body = orjson.dumps(event | {"at": "2026-11-23T01:00:00.000+00:00"})
        self.publish("intake.events", "complaint_registered", body, message_id=event_id)

    def ask(self, method: str, body: bytes, within: float = 5, **more: Any) -> Any:
        """Sends an RPC request with this very body; the answer as JSON."""
        self.channel.queue_bind(self.replies, "nameko-rpc", self.replies)
        self.publish("nameko-rpc", method, body, reply_to=self.replies, correlation_id="c1", **more)
        message = self.get(self.replies, within)
        assert message.properties["correlation_id"] == "c1"
        return orjson.loads(message.body)

    def get(self, queue: str, within: float) -> amqp.Message:
        """The next message of a queue, taken out of it."""
        with eventlet.Timeout(within, AssertionError(f"nothing came to {queue}")):
            while (message := self.channel.basic_get(queue, no_ack=True)) is None:
                eventlet.sleep(0.01)
        return message

    def count(self, queue: str) -> int:
        """How many messages wait in a queue, ready to be delivered."""
        return int(self.channel.queue_declare(queue, passive=True).message_count)

    def readers(self, queue: str) -> int:
        """How many consume a queue now."""
        return int(self.channel.queue_declare(queue, passive=True).consumer_count)
