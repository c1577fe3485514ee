"""How many segments may be under way without an answer: the carrier's window."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager


class Window:
    """`size` places; a segment holds one from before its write until its answer."""

    def __init__(self, size: int) -> None:
        self._free = self._size = size
        self._changed = threading.Condition()

    @contextmanager
    def slot(self) -> Iterator[None]:
        """Waits for a free place and holds it for the length of the block."""
        with self._changed:
            self._changed.wait_for(lambda: self._free > 0)
            self._free -= 1
        try:
            yield
        finally:
            with self._changed:
                self._free += 1
                self._changed.notify_all()

    @property
    def free(self) -> int:
        return self._free

    def drained(self, timeout_s: float) -> bool:
        """Waits until every place is free; False when that took longer than `timeout_s`."""
        with self._changed:
            return self._changed.wait_for(lambda: self._free == self._size, timeout_s)
