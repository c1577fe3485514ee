"""Business time during a run: it moves on in small steps whenever the callers have kept up with it."""

from datetime import datetime, timedelta

from chaos.load.playing import Load
from chaos.told import Told
from shared.clock import BusinessClock, ClockFile

STRIDE = timedelta(minutes=10)  # at once at most, so that no clock is late by our own steps
A_MOMENT = timedelta(seconds=1)


class Pacing:
    """From the origin to `span` later, evenly over the length of the run; every step is told to the judge."""

    def __init__(self, file: ClockFile, told: Told, origin: datetime, span: timedelta) -> None:
        self._file, self._told, self._origin, self._span = file, told, origin, span
        self._clock = BusinessClock(file.path)
        self.strides = 0
        if setting := file.read():
            told.clock(setting)

    def move(self, load: Load, share: float) -> None:
        """Steps on towards this share (0 to 1) of the span, if nothing of the load is left behind."""
        now = self._clock.now()
        wanted = self._origin + self._span * min(share, 1.0)
        following = load.next_at()
        to = min(wanted, now + STRIDE, following + A_MOMENT if following else wanted)
        if to > now and load.idle():
            self._told.clock(self._file.advance(to - now))
            self.strides += 1

    @property
    def passed(self) -> float:
        """How much of the span has passed (0 to 1)."""
        return min((self._clock.now() - self._origin) / self._span, 1.0)
