"""A backlog before a service's inbox: filled in bulk; a broker that has little patience; what all that costs."""

import time
from collections.abc import Mapping
from contextlib import suppress
from statistics import median
from threading import Event, Thread
from typing import Self

import amqp
import psutil

from shared.bus.confirms import Confirms, Flight
from shared.bus.places import dialled
from shared.bus.retries import Travel
from shared.bus.topology import RETURN, inbox_of
from suite.broker import Broker
from suite.processes import Process

AT_ONCE = 2000
CONFIRMED_WITHIN = 30.0
PATIENCE_MS, LOOKS_EVERY_MS = 10_000, 1000  # no request takes 10 s, fifty slow messages in one hand do
THROWN_OUT_WITHIN = 30.0


class Backlog:
    """The inbox of one service, over a connection of our own."""

    def __init__(self, connection: amqp.Connection, service: str) -> None:
        self._connection, self._queue = connection, inbox_of(service)
        self._channel, self._confirms = connection.channel(), Confirms()
        self._channel.confirm_select()
        self._channel.events["basic_ack"].add(lambda tag, multiple: self._confirms.settled(tag, multiple, True))

    def waiting(self) -> int:
        """How many messages wait in it that no reader holds."""
        return int(self._channel.queue_declare(self._queue, passive=True).message_count)

    def add(self, body: bytes, source: str, type_name: str, number: int) -> None:
        """So many copies of an event, each under a message id of its own; returns once the broker has confirmed all."""
        headers = Travel(source, type_name).headers()
        for first in range(0, number, AT_ONCE):
            for n in range(first, min(first + AT_ONCE, number)):
                self._publish(amqp.Message(body, message_id=f"copy{n}", delivery_mode=2, application_headers=headers))
            self._confirmed()

    def _publish(self, message: amqp.Message) -> None:
        self._channel.basic_publish(message, RETURN, self._queue)
        self._confirms.add(Flight("", lambda _taken: None, time.monotonic()))

    def _confirmed(self) -> None:
        until = time.monotonic() + CONFIRMED_WITHIN
        while self._confirms:
            assert time.monotonic() < until, f"the broker has not confirmed {len(self._confirms)} messages"
            self._connection.drain_events(timeout=CONFIRMED_WITHIN)


class Impatience:
    """A broker that gives consumers seconds to acknowledge, where it gave them half an hour; one of ours never does."""

    def __init__(self, broker: Broker, amqp_uri: str) -> None:
        settings = (
            f"consumer_timeout, {PATIENCE_MS}), application:set_env(rabbit, channel_tick_interval, {LOOKS_EVERY_MS}"
        )
        broker.control("eval", f"application:set_env(rabbit, {settings}).")
        self._connection = dialled(amqp_uri, CONFIRMED_WITHIN)
        self._listening = Thread(target=self._listen)
        self._thrown_out = Event()

    def __enter__(self) -> Self:
        channel = self._connection.channel()
        queue = channel.queue_declare("", exclusive=True).queue
        channel.basic_publish(amqp.Message("held"), "", queue)
        channel.basic_consume(queue, callback=lambda _message: None)
        self._listening.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._listening.join()
        self._connection.collect()

    def _listen(self) -> None:
        with suppress(TimeoutError):
            try:
                while True:
                    self._connection.drain_events(timeout=THROWN_OUT_WITHIN)
            except amqp.PreconditionFailed:
                self._thrown_out.set()

    def threw_out_who_holds_one(self) -> bool:
        """Whether the reader of our own was thrown out."""
        return self._thrown_out.wait(THROWN_OUT_WITHIN)


class Memory:
    """What some processes hold of the machine's memory, looked at again and again."""

    def __init__(self, processes: Mapping[str, Process]) -> None:
        self._processes = {name: psutil.Process(process.pid) for name, process in processes.items()}
        self._looks: dict[str, list[int]] = {name: [] for name in processes}

    def look(self) -> None:
        for name, process in self._processes.items():
            self._looks[name].append(process.memory_info().rss)

    def grown(self, name: str) -> int:
        """Bytes between what it usually held in the first third of all looks and in the last one."""
        looks = self._looks[name]
        third = len(looks) // 3
        return int(median(looks[-third:]) - median(looks[:third]))

    def told(self) -> str:
        """In megabytes: at first, at most, at last."""
        every = ((name, looks[0] >> 20, max(looks) >> 20, looks[-1] >> 20) for name, looks in self._looks.items())
        return ", ".join(f"{name} {first} MB, at most {most}, {last} at last" for name, first, most, last in every)
