"""An answer over HTTP that comes to an end: one deadline for all of it, however it drips, and a bound of its size."""

import io
from functools import partial
from http.client import HTTPConnection, HTTPException, HTTPResponse, IncompleteRead
from socket import socket
from typing import Any

from shared.clock import monotonic

MOST_BYTES = 4 * 1024 * 1024  # a page of entries has some hundred thousand


class TooLong(HTTPException):
    """The answer is longer than any that BOSS could mean."""


def answer_of(connection: HTTPConnection, within_s: float) -> tuple[int, bytes]:
    """Status and body of the answer to what was just sent, whole within so many seconds from now.

    Raises TimeoutError, TooLong, and what else OSError and HTTPException stand for."""
    until = monotonic() + within_s
    connection.response_class = partial(_response, until)  # type: ignore[assignment]  # called as a class is
    answer = connection.getresponse()
    body = answer.read(MOST_BYTES + 1)
    if len(body) > MOST_BYTES:
        raise TooLong
    if answer.length:
        raise IncompleteRead(body, answer.length)
    return answer.status, body


class _Reading(io.RawIOBase):
    """Each read waits only for what is left of the time."""

    def __init__(self, source: socket, until: float) -> None:
        self._socket, self._source, self._until = source, source.makefile("rb", buffering=0), until

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:
        left = self._until - monotonic()
        if left <= 0:
            raise TimeoutError("the answer has not come to its end in time")
        self._socket.settimeout(left)
        return self._source.readinto(buffer)

    def close(self) -> None:
        self._source.close()
        super().close()


class _Source:
    """All that a response asks of a socket."""

    def __init__(self, source: socket, until: float) -> None:
        self._source, self._until = source, until

    def makefile(self, _mode: str) -> io.BufferedReader:
        return io.BufferedReader(_Reading(self._source, self._until))


def _response(until: float, source: socket, **more: Any) -> HTTPResponse:
    return HTTPResponse(_Source(source, until), **more)  # type: ignore[arg-type]
