"""Calls while processes die: a request is repeated, with its id, until it is answered; what callers were told is noted.

One for each thread: a Nameko client belongs to the thread that made it."""

import time
from dataclasses import dataclass, field
from datetime import datetime
from itertools import count
from typing import Any

import amqp

from chaos.load.callers import Caller as Client
from suite.play.quiet import connect
from suite.play.script import Person
from suite.running import Suite

PATIENCE_SECONDS = 40.0


@dataclass
class Told:
    """What callers were told, for the judgement: ids by the customer's number; complaints by what was done with them;
    promises with the time until which they hold; the numbers that were sent to by a centre slower than a lease."""

    complaints: dict[str, str] = field(default_factory=dict)
    refunds: dict[str, str] = field(default_factory=dict)
    messages: dict[str, str] = field(default_factory=dict)
    slowly: set[str] = field(default_factory=set)
    sms: list[str] = field(default_factory=list)
    contacted: list[str] = field(default_factory=list)
    majors: list[str] = field(default_factory=list)
    visited: list[str] = field(default_factory=list)
    dissatisfied: list[str] = field(default_factory=list)
    promised: dict[str, datetime] = field(default_factory=dict)
    doubtful: list[str] = field(default_factory=list)
    junk: dict[str, set[str]] = field(default_factory=dict)
    replayed: dict[str, set[str]] = field(default_factory=dict)


class Calling:
    """One thread's everybody: `requests` makes the ids of its requests, `told` is kept across all threads."""

    def __init__(self, suite: Suite, name: str, told: Told) -> None:
        self.suite, self.told = suite, told
        self._ids = (f"{name}-{number}" for number in count(1))
        self._client = Client(suite.amqp_uri, lambda who: suite.token(who.sub, who.role, who.branch))
        self._broker: amqp.Connection = connect(suite.amqp_uri)
        self.channel = self._broker.channel()

    def close(self) -> None:
        self._client.close()
        self._broker.close()

    def consumers(self, service: str) -> int:
        """How many processes of a service take requests."""
        return int(self.channel.queue_declare(f"rpc-{service}", passive=True).consumer_count)

    def say(self, who: Person, method: str, /, *target: str, **content: Any) -> Any:
        """A command, until it is answered."""
        request = {"request_id": next(self._ids)} | content
        return self.ask(who, method, *target, request)

    def ask(self, who: Person, method: str, /, *arguments: Any) -> Any:
        """A query, until it is answered."""
        service, _, name = method.partition(".")
        return self._client.patiently(who, service, name, *arguments, until=time.monotonic() + PATIENCE_SECONDS)
