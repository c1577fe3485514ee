"""The run's own time: seconds since the first fault was let loose, held back while the load has not kept up."""

import time


class FireTime:
    """0 until begin(); then it goes on like any clock, but never past what hold() allows."""

    def __init__(self) -> None:
        self._began: float | None = None
        self._most = 0.0

    def begin(self) -> None:
        self._began = time.monotonic()

    def hold(self, most: float) -> None:
        """Nothing later than `most` happens yet; it never goes back."""
        self._most = max(self._most, most)

    @property
    def begun(self) -> bool:
        return self._began is not None

    @property
    def elapsed(self) -> float:
        """Machine seconds since the beginning."""
        return 0.0 if self._began is None else time.monotonic() - self._began

    @property
    def now(self) -> float:
        return min(self.elapsed, self._most)
