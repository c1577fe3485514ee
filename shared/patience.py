"""How long a compare-and-set is tried again: with jitter, until a bound (without jitter crowds stay crowds)."""

import random
import time

from shared.clock import monotonic
from shared.errors import Unavailable


class Patience:
    """Waits a little longer each time; Unavailable once its seconds are over."""

    def __init__(self, seconds: float) -> None:
        self._until, self._pause = monotonic() + seconds, 0.005

    def wait(self) -> None:
        """Sleeps for a random part of the current pause."""
        if monotonic() >= self._until:
            raise Unavailable("this could not be stored in time; repeat the same request")
        time.sleep(random.uniform(0, self._pause))
        self._pause = min(self._pause * 2, 0.2)
