"""The response table of one connection: which request waits for which answer."""

import threading
from concurrent.futures import Future

from services.notify.carriers.dialect import Answer
from services.notify.carriers.errors import LinkLost, NeverSent

REMEMBERED = 1_000  # requests given up by their caller whose late answer is still worth hearing


class Answers:
    """Requests under way by sequence number, answered in any order."""

    def __init__(self, last_sequence: int) -> None:
        self._last, self._sequence = last_sequence, 0
        self._waiting: dict[int, Future[Answer]] = {}
        self._lock = threading.Lock()
        self._lost = ""

    def next_sequence(self) -> int:
        with self._lock:
            self._sequence = self._sequence % self._last + 1
            return self._sequence

    def expect(self, sequence: int) -> Future[Answer]:
        """The answer to come. Raises NeverSent once the connection is gone."""
        with self._lock:
            if self._lost:
                raise NeverSent(self._lost)
            if len(self._waiting) >= REMEMBERED:
                self._waiting.pop(next(iter(self._waiting)))
            future = self._waiting[sequence] = Future()
            return future

    def settle(self, answer: Answer) -> bool:
        """Hands the answer to who waits; False when nobody does."""
        with self._lock:
            future = self._waiting.pop(answer.sequence, None)
        if future is None:
            return False
        future.set_result(answer)
        return True

    def abandon(self, reason: str) -> None:
        """The connection is gone: everyone who waits learns that no answer will come."""
        with self._lock:
            self._lost = self._lost or reason
            waiting, self._waiting = self._waiting, {}
        for future in waiting.values():
            future.set_exception(LinkLost(reason))
