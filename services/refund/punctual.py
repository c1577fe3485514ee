"""One POST that leaves in time or not at all: connected first, the clock looked at last, and once more afterwards.

Between the last look and the bytes lies an instant in which a process can be stopped for any length. The look after
it tells; only a BOSS that refuses what comes too late can prevent it.
"""

import ssl
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from http.client import HTTPConnection, HTTPSConnection
from urllib.parse import urlsplit

import certifi

from services.refund.bounded import answer_of
from shared.clock import machine_now, monotonic

NONE = timedelta(0)


@dataclass(frozen=True)
class LeaveBy:
    """When the bytes must have left, on both clocks: one may be set back, the other may sleep with its machine."""

    machine: datetime
    monotonic: float

    def overdue(self) -> timedelta:
        """How long it is over by now; nothing or less where it is not."""
        return max(machine_now() - self.machine, timedelta(seconds=monotonic() - self.monotonic))


def leave_within(span: timedelta) -> LeaveBy:
    """From now on."""
    return LeaveBy(machine_now() + span, monotonic() + span.total_seconds())


class LeftTooLate(Exception):
    """The time was over before the body left: the other side has nothing of it."""


@dataclass(frozen=True)
class Said:
    """What came back, and by how much the body left too late (nothing: in time)."""

    status: int
    body: bytes
    late: timedelta


def post(url: str, body: bytes, leave_by: LeaveBy, within: tuple[float, float]) -> Said:
    """`within`: seconds to connect, and for the whole answer. Raises LeftTooLate, OSError, http.client.HTTPException.

    Where the bytes left but no answer came, the error that says so has the delay as `late`."""
    connection, path = _opened(url, within[0])
    try:
        connection.connect()
        connection.sock.settimeout(within[1])
        headers = {"Content-Type": "application/json", "Content-Length": str(len(body))}
        connection.request("POST", path, _in_time(body, leave_by), headers)
        late = max(leave_by.overdue(), NONE)
        try:
            return Said(*answer_of(connection, within[1]), late)
        except Exception as lost:
            lost.late = late  # type: ignore[attr-defined]  # what is known of it goes with it
            raise
    finally:
        connection.close()


def get(url: str, within: tuple[float, float]) -> tuple[int, bytes]:
    """Status and body. `within` and errors as above."""
    connection, path = _opened(url, within[0])
    try:
        connection.connect()
        connection.sock.settimeout(within[1])
        connection.request("GET", path)
        return answer_of(connection, within[1])
    finally:
        connection.close()


def late_by(lost: Exception) -> timedelta:
    """By how much the bytes left too late whose answer was lost."""
    late: timedelta = getattr(lost, "late", NONE)
    return late


def _in_time(body: bytes, leave_by: LeaveBy) -> Iterator[bytes]:
    """The whole body, asked for when all else has left: key, number and amount are in it."""
    if leave_by.overdue() > NONE:
        raise LeftTooLate
    yield body


def _opened(url: str, connect_s: float) -> tuple[HTTPConnection, str]:
    parts = urlsplit(url)
    host, path = parts.hostname or "", "?".join(filter(None, (parts.path or "/", parts.query)))
    if parts.scheme == "https":
        return HTTPSConnection(host, parts.port, timeout=connect_s, context=_trust()), path
    return HTTPConnection(host, parts.port, timeout=connect_s), path


@cache
def _trust() -> ssl.SSLContext:
    """The same authorities as for all that goes through requests."""
    return ssl.create_default_context(cafile=certifi.where())
