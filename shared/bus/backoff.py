"""How long to wait before the next attempt to reach the broker: soon at first, never longer than three seconds."""

import random

import eventlet

FIRST, LONGEST = 0.2, 3.0


class Backoff:
    """Doubles from FIRST to LONGEST seconds, with jitter so that replicas do not come back as one."""

    def __init__(self) -> None:
        self._pause = FIRST

    def reset(self) -> None:
        """It worked: the next failure starts from the beginning."""
        self._pause = FIRST

    def wait(self) -> None:
        """Sleeps, a little longer each time."""
        eventlet.sleep(random.uniform(0.5, 1.0) * self._pause)
        self._pause = min(self._pause * 2, LONGEST)
