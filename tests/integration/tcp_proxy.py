"""A line to a server that a test can hurt: delay it, swallow what it carries, close it one way or both."""

from contextlib import suppress
from socket import SHUT_RDWR, SHUT_WR
from typing import Any

import eventlet

CHUNK = 64 * 1024


class Line:
    """Listens on `port` of loopback and carries everything to the server at `target` (a port) and back.

    delay: seconds that each piece takes, each way. swallowing: what is sent arrives nowhere, and nobody is told."""

    def __init__(self, target: int) -> None:
        self.delay, self.swallowing = 0.0, False
        self._target = target
        self._pairs: list[tuple[Any, Any]] = []
        self._ends: list[Any] = []
        self._carriers: list[Any] = []
        self._listener = eventlet.listen(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self._accepting = eventlet.spawn(self._accept)

    def cut(self) -> None:
        """Closes every connection."""
        for pair in self._taken():
            for end in pair:
                with suppress(OSError):
                    end.shutdown(SHUT_RDWR)

    def half_close(self) -> None:
        """The server will say no more to any client, and hears them still."""
        for client, _server in self._taken():
            with suppress(OSError):
                client.shutdown(SHUT_WR)

    def close(self) -> None:
        self._accepting.kill()
        self._listener.close()
        for carrier in self._carriers:
            carrier.kill()  # first: a socket closed under its reader raises in whoever runs then
        for end in self._ends:
            end.close()

    def _taken(self) -> list[tuple[Any, Any]]:
        pairs, self._pairs = self._pairs, []
        return pairs

    def _accept(self) -> None:
        while True:
            client, _ = self._listener.accept()
            self._ends.append(client)
            server = eventlet.connect(("127.0.0.1", self._target))
            self._ends.append(server)
            self._pairs.append((client, server))
            self._carriers += [eventlet.spawn(self._carry, *way) for way in ((client, server), (server, client))]

    def _carry(self, source: Any, sink: Any) -> None:
        with suppress(OSError):
            while data := source.recv(CHUNK):
                eventlet.sleep(self.delay)
                if not self.swallowing:
                    sink.sendall(data)
            sink.shutdown(SHUT_WR)
