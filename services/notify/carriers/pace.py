"""A carrier that throttles is left alone for a while, longer each time it does so in a row."""

import random
import time

from services.notify.carriers.backoff import pause_s
from services.notify.carriers.traffic import THROTTLED, Accepted, Outcome, Refused


class Pace:
    """Hears every outcome; `pausing` until the pause that a throttled one began is over."""

    def __init__(self, first_s: float, longest_s: float) -> None:
        self._first_s, self._longest_s = first_s, longest_s
        self._in_a_row = 0
        self._until = 0.0

    @property
    def pausing(self) -> bool:
        return time.monotonic() < self._until

    def heard(self, outcome: Outcome) -> None:
        if isinstance(outcome, Accepted):
            self._in_a_row = 0
        elif isinstance(outcome, Refused) and outcome.kind == THROTTLED and not self.pausing:
            pause = pause_s(self._in_a_row, self._first_s, self._longest_s, random.random)
            self._in_a_row += 1
            self._until = time.monotonic() + pause
