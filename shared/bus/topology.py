"""Names and shapes of the queues behind events. Fixed from the first day: an existing queue's arguments cannot change.

<source>.events ──type──▶ <service>.inbox ──refused, or delivered too often──▶ tousu.dead ──▶ <service>.dead
                             ▲   │                                                  ▲     │ cannot be kept now
                tousu.return ┘   └─failed─▶ tousu.delay.<seconds> ──▶ tousu.return ─┘     └─▶ tousu.delay.<seconds>
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import amqp

DELAYS = (1, 5, 30)
RETURN, DEAD = "tousu.return", "tousu.dead"
DELIVERIES = 5  # a message that kills its process does so at most once more than this
UNBOUNDED = 1_000_000_000  # RabbitMQ 4 would otherwise drop a dead letter after 20 deliveries

QUORUM = {"x-queue-type": "quorum"}
AT_LEAST_ONCE = {"x-dead-letter-strategy": "at-least-once", "x-overflow": "reject-publish"}


@dataclass(frozen=True)
class Binding:
    """One event type of one service; `*` is all of them."""

    source: str
    type: str

    @property
    def exchange(self) -> str:
        return f"{self.source}.events"

    @property
    def key(self) -> str:
        return "#" if self.type == "*" else self.type


def inbox_of(service: str) -> str:
    """The queue of all events that a service reads."""
    return f"{service}.inbox"


def dead_of(service: str) -> str:
    """The queue of a service's dead letters."""
    return f"{service}.dead"


def delay_of(seconds: int) -> str:
    """The queue in which an event waits this long for its next try."""
    return f"tousu.delay.{seconds}"


def known_sign(service: str) -> str:
    """The exchange that stands for an inbox that its service knows (shared.bus.known)."""
    return f"tousu.known.{service}"


def is_there(channel: amqp.Channel, ask: Callable[[amqp.Channel], object]) -> bool:
    """Whether a passive declaration finds what it asks for; on a channel of its own, since a no closes it."""
    other = channel.connection.channel()
    try:
        ask(other)
    except amqp.NotFound:
        return False
    other.close()
    return True


def declare_inbox(channel: amqp.Channel, service: str, bindings: Iterable[Binding]) -> str:
    """The inbox with everything behind it; answers its name. One that was not there is not known to its service."""
    inbox, dead = inbox_of(service), declare_dead(channel, service)
    limits = {"x-delivery-limit": DELIVERIES, "x-dead-letter-exchange": DEAD, "x-dead-letter-routing-key": dead}
    if not is_there(channel, lambda other: other.queue_declare(inbox, passive=True)):
        channel.exchange_delete(known_sign(service))
    channel.queue_declare(inbox, durable=True, auto_delete=False, arguments=QUORUM | AT_LEAST_ONCE | limits)
    channel.queue_bind(inbox, RETURN, inbox)
    for binding in bindings:
        channel.exchange_declare(binding.exchange, "topic", durable=True, auto_delete=False)
        channel.queue_bind(inbox, binding.exchange, binding.key)
    return inbox


def declare_delays(channel: amqp.Channel) -> None:
    """One queue per delay, shared by all services: each with one delay, as a long one would hold up a short one."""
    channel.exchange_declare(RETURN, "direct", durable=True, auto_delete=False)
    for seconds in DELAYS:
        name = delay_of(seconds)
        delay = {"x-message-ttl": seconds * 1000, "x-dead-letter-exchange": RETURN}  # the routing key stays: an inbox
        channel.exchange_declare(name, "fanout", durable=True, auto_delete=False)
        channel.queue_declare(name, durable=True, auto_delete=False, arguments=QUORUM | AT_LEAST_ONCE | delay)
        channel.queue_bind(name, name)


def declare_dead(channel: amqp.Channel, service: str) -> str:
    """The dead letters of a service, and the way back for one that cannot be kept yet; answers the queue's name."""
    declare_delays(channel)
    dead = dead_of(service)
    channel.exchange_declare(DEAD, "direct", durable=True, auto_delete=False)
    channel.queue_declare(dead, durable=True, auto_delete=False, arguments=QUORUM | {"x-delivery-limit": UNBOUNDED})
    channel.queue_bind(dead, DEAD, dead)
    channel.queue_bind(dead, RETURN, dead)
    return dead
