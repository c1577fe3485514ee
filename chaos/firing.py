"""The run's own time: seconds of load and faults, standing still while the load has not kept up."""

import threading
import time
from collections.abc import Callable


class FireTime:
    """0 until begin(); then it goes on like any clock up to what hold() allows, and what it stood still it never makes
    up for: faults that were planned one after the other never strike all at once."""

    def __init__(self, seconds: Callable[[], float] = time.monotonic) -> None:
        self._seconds, self._lock = seconds, threading.Lock()
        self._began: float | None = None
        self._seen = self._now = self._most = 0.0

    def begin(self) -> None:
        self._began = self._seen = self._seconds()

    def hold(self, most: float) -> None:
        """Nothing later than `most` happens yet; it never goes back."""
        with self._lock:
            self._go_on()
            self._most = max(self._most, most)

    @property
    def begun(self) -> bool:
        return self._began is not None

    @property
    def elapsed(self) -> float:
        """Machine seconds since the beginning."""
        return 0.0 if self._began is None else self._seconds() - self._began

    @property
    def now(self) -> float:
        with self._lock:
            self._go_on()
            return self._now

    def _go_on(self) -> None:
        if self._began is not None:
            seen = self._seconds()
            self._now = min(self._now + seen - self._seen, self._most)
            self._seen = seen
