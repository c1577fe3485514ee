"""A service's database as seen from here: majority both ways, an end to every wait, and whether it is there now."""

import logging
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from pymongo import MongoClient
from pymongo.errors import (
    AutoReconnect,
    ConnectionFailure,
    ExecutionTimeout,
    PyMongoError,
    WriteConcernError,
    WriteError,
)

from shared.clock import MACHINE, check_skew, monotonic

ANSWER_WITHIN = 4.0
SELECT_WITHIN_MS = 3000
CONNECT_WITHIN_MS = 2000
HEARTBEAT_MS = 1000  # with CONNECT_WITHIN_MS: a server that stands still is noticed after three seconds
LOOK_EVERY, AWAY_AFTER = 0.2, 0.5  # a primary that steps down has its successor by then
INDEXED_WITHIN = 3600.0
ASK_AGAIN, AT_ONCE, TRIES = 1.0, 0.5, 5

log = logging.getLogger(__name__)

# Whether such a write reached the server, or will stay there, is not known.
UNSURE = (AutoReconnect, ExecutionTimeout, WriteConcernError)
NOT_PRIMARY = frozenset({91, 189, 10058, 10107, 11600, 11602, 13435, 13436})  # the server's codes, also within a write


def connect(url: str, workers: int) -> MongoClient[dict[str, Any]]:
    """A client whose writes and reads are a majority's, and whose every operation ends within ANSWER_WITHIN.

    What was read cannot be rolled back: an answer rests on what is read, too. retryWrites is off: the server keeps a
    record per retryable write, and the documents' own repeat is as safe. workers: how many may ask at once."""
    return MongoClient(
        url,
        w="majority",
        readConcernLevel="majority",
        timeoutMS=int(ANSWER_WITHIN * 1000),
        serverSelectionTimeoutMS=SELECT_WITHIN_MS,
        connectTimeoutMS=CONNECT_WITHIN_MS,
        heartbeatFrequencyMS=HEARTBEAT_MS,
        maxPoolSize=workers + 20,
        retryWrites=False,
        tz_aware=True,
    )


def is_away(fault: BaseException) -> bool:
    """Whether this fault of a database means that it is away, slow or without its majority: not that it refused."""
    return isinstance(fault, (ConnectionFailure, *UNSURE)) or (isinstance(fault, PyMongoError) and fault.timeout)


def once_there(make: Callable[[], None]) -> None:
    """A step of a start that may be repeated, until it was done: the database may be away, or go away in its midst."""
    while True:
        try:
            make()
        except PyMongoError as fault:
            if not is_away(fault):
                raise
            log.warning("the database is away (%s); nothing is taken before it is there", type(fault).__name__)
            time.sleep(ASK_AGAIN)
        else:
            return


@contextmanager
def no_primary_is_away() -> Iterator[None]:
    """A server that steps down in the midst of a write says so as if it refused the write: AutoReconnect instead."""
    try:
        yield
    except WriteError as fault:
        if fault.code not in NOT_PRIMARY:
            raise
        raise AutoReconnect(str(fault)) from fault


class Presence:
    """Whether there is a server that takes writes, by whoever looks regularly; and what time it is there."""

    def __init__(self, client: MongoClient[Any]) -> None:
        self._client = client
        self._missed_since: float | None = None
        self.away = False

    def look(self) -> None:
        """What the driver's monitor saw last; asks nobody. `away` once there was no primary for AWAY_AFTER."""
        servers = self._client.topology_description.server_descriptions().values()
        now = monotonic()
        self._missed_since = None if any(server.is_writable for server in servers) else self._missed_since or now
        self.away = self._missed_since is not None and now - self._missed_since > AWAY_AFTER

    def time(self) -> datetime:
        """The server's time (UTC)."""
        answer = self._client.admin.command("hello", codec_options=self._client.codec_options)
        moment: datetime = answer["localTime"]
        return moment

    def agree(self) -> None:
        """At the start: takes over the machine's clock; ClockSkewed where it is off the server's."""
        for _ in range(TRIES):
            began, server_now = monotonic(), self.time()
            if monotonic() - began <= AT_ONCE:
                break
        check_skew(server_now)
        MACHINE.compare(server_now)

    def compare(self) -> None:
        """Holds machine time against the server's; due work rests while it is off, as limits are judged by it."""
        trusted, began = MACHINE.trusted, monotonic()
        server_now = self.time()
        if monotonic() - began > AT_ONCE:
            return  # a slow answer tells nothing of the clock
        skew = MACHINE.compare(server_now).total_seconds()
        if trusted and not MACHINE.trusted:
            log.error("this clock is %+.1f s off the database server's; due work rests until it is mended", skew)
        if MACHINE.trusted and not trusted:
            log.warning("this clock agrees with the database server's again; due work goes on")
