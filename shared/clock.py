"""The only place that reads a clock. Business time serves the rules, machine time the mechanics.

Business time may be moved in development by a small file; machine time never is.
"""

import json
import math
import os
import time
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Protocol

LONGEST_OFFSET = timedelta(days=36_525)
SKEW_BOUND = timedelta(seconds=2)


class Clock(Protocol):
    """Whatever tells business time."""

    def now(self) -> datetime:
        """Now in UTC, in milliseconds."""
        ...


def in_milliseconds(moment: datetime) -> datetime:
    """The moment in UTC, cut to milliseconds: what MongoDB can store without loss. ValueError without an offset."""
    if moment.tzinfo is None:
        raise ValueError("a moment needs its offset from UTC")
    moment = moment.astimezone(UTC)
    return moment.replace(microsecond=moment.microsecond // 1000 * 1000)


class MachineTime:
    """Machine time as one process keeps it: once it agreed with the database server's, no jump of a clock moves it.

    skew: how far it was off the server's at the last comparison. trusted: False while that is beyond SKEW_BOUND;
    then nothing may be decided on it that cannot be undone."""

    def __init__(self) -> None:
        self._agreed: tuple[datetime, float] | None = None
        self.skew = timedelta(0)
        self.trusted = True

    def now(self) -> datetime:
        """Now in UTC: the wall clock, or steadily on from where it agreed last."""
        if self._agreed is None:
            return datetime.now(UTC)
        wall, since = self._agreed
        return wall + timedelta(seconds=monotonic() - since)

    def compare(self, server_now: datetime) -> timedelta:
        """Holds it against the database server's time; takes over the wall clock where that agrees."""
        wall = datetime.now(UTC)
        if abs(wall - server_now) <= SKEW_BOUND:
            self._agreed = wall, monotonic()
        self.skew = self.now() - server_now
        self.trusted = abs(self.skew) <= SKEW_BOUND
        return self.skew


MACHINE = MachineTime()


def machine_now() -> datetime:
    """Machine time (UTC): leases, retries, token expiry."""
    return in_milliseconds(MACHINE.now())


def monotonic() -> float:
    """Seconds that never jump: bounds of waits."""
    return time.monotonic()


class ClockSkewed(RuntimeError):
    """This machine's clock differs from the database server's by more than the bound."""


def check_skew(server_now: datetime, bound: timedelta = SKEW_BOUND) -> timedelta:
    """How far machine time runs ahead of the database server's; raises ClockSkewed beyond the bound."""
    skew = machine_now() - server_now
    if abs(skew) > bound:
        raise ClockSkewed(f"this clock is {skew.total_seconds():+.1f} s off the database server's")
    return skew


@dataclass(frozen=True)
class Setting:
    """How business time runs: from `origin` at machine time `started`, at `rate`, moved by `offset` seconds."""

    origin: str
    started: str
    rate: float = 1.0
    offset: float = 0.0

    def business(self, machine: datetime) -> datetime:
        """Business time at this machine time."""
        passed = (machine - datetime.fromisoformat(self.started)) * self.rate
        return datetime.fromisoformat(self.origin) + passed + timedelta(seconds=self.offset)


class ClockFile:
    """The development clock's file; replaced atomically, so that no reader sees half of it."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def start(self, origin: datetime, rate: float = 1.0) -> Setting:
        """Business time starts at `origin` now and runs `rate` times as fast as machine time."""
        if not 0 < rate < math.inf:
            raise ValueError("the rate of business time is a number above 0")
        return self._write(Setting(origin.isoformat(), machine_now().isoformat(), rate))

    def advance(self, by: timedelta) -> Setting:
        """Jumps forwards, a hundred years at most; business time never goes back. ValueError otherwise."""
        if by < timedelta(0):
            raise ValueError("business time moves forwards only")
        setting = self.read() or self.start(machine_now())
        if by > LONGEST_OFFSET - timedelta(seconds=setting.offset):
            raise ValueError("business time moves a hundred years at most")
        return self._write(Setting(setting.origin, setting.started, setting.rate, setting.offset + by.total_seconds()))

    def read(self) -> Setting | None:
        """The setting in force; None where the clock was never started."""
        try:
            return Setting(**json.loads(self.path.read_text()))
        except FileNotFoundError:
            return None

    def _write(self, setting: Setting) -> Setting:
        fresh = self.path.with_suffix(f".{os.getpid()}.new")
        fresh.write_text(json.dumps(asdict(setting)))
        fresh.replace(self.path)
        return setting


class BusinessClock:
    """Business time: machine time, or what the development clock's file says, looked at on each call."""

    def __init__(self, path: Path | None = None) -> None:
        self._file = ClockFile(path) if path else None
        self._seen: tuple[int, int] | None = None
        self._setting: Setting | None = None

    def now(self) -> datetime:
        """Now in UTC, in milliseconds."""
        machine = machine_now()
        setting = self._current()
        return in_milliseconds(setting.business(machine)) if setting else machine

    def _current(self) -> Setting | None:
        if self._file is None:
            return None
        try:
            status = self._file.path.stat()
        except FileNotFoundError:
            return None
        seen = (status.st_ino, status.st_mtime_ns)
        if seen != self._seen:
            self._setting, self._seen = self._file.read(), seen
        return self._setting
