"""Every crash point of every service, hit once: beside a process that lives, another is started that dies there."""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from chaos import points
from chaos.forking import Forked
from chaos.points import Point
from chaos.windows import held
from services import SERVICES
from suite.errors import SuiteError
from suite.running import Suite
from suite.waiting import wait_until
from tests.faults.crash_calling import Told
from tests.faults.crash_doings import LOST_INBOX, REPLAYS, TOLD_AGAIN, Trial, behaving, trial
from tests.faults.crash_people import Caller

START_SECONDS, DEATH_SECONDS = 120.0, 120.0
LAST = ("checkpoint_signed", "checkpoint_kept")  # only what has settled for half a minute comes under a checkpoint
FIRST = (*LOST_INBOX, *TOLD_AGAIN, *REPLAYS)  # little has to be told again yet; leases of letters are over by the end


@dataclass(frozen=True)
class Death:
    """How a process ended that was to die at a point. returncode: None where it lives; fault: why none was tried."""

    returncode: int | None
    held: dict[str, int]
    tries: int
    seconds: float
    last_words: str = ""
    fault: str = ""


class Trials:
    """All services side by side, each service's points one after the other."""

    def __init__(self, suite: Suite, told: Told) -> None:
        self._suite, self._told = suite, told
        self.deaths: dict[tuple[str, str], Death] = {}

    def run(self) -> None:
        with ThreadPoolExecutor(len(SERVICES)) as side_by_side:
            list(side_by_side.map(self._service, SERVICES))

    def _service(self, service: str) -> None:
        caller = Caller(self._suite, service, self._told)
        lives = self._suite.folder.path / f"forks-{service}"
        forking = self._suite.start_process(f"{service}-2", FORKS=str(lives))
        try:
            wait_until(f"{service} can be forked", lives.exists, forking, within=START_SECONDS)
            for point in sorted(points.of(service), key=lambda each: (each.name in LAST) - (each.name in FIRST)):
                self.deaths[service, point.name] = self._tried(caller, service, point, lives)
        finally:
            self._suite.processes.stop(forking.name)
            caller.close()

    def slowest(self) -> str:
        """For people: where the time went."""
        took = sorted(((death.seconds, *where) for where, death in self.deaths.items()), reverse=True)
        return "\n".join(f"{seconds:5.1f} s {service}.{name}" for seconds, service, name in took)

    def _tried(self, caller: Caller, service: str, point: Point, lives: Path) -> Death:
        try:
            return self._death(caller, service, point, lives)
        except Exception as fault:  # noqa: BLE001  told by the point's own test
            return Death(None, {}, 0, 0.0, fault=repr(fault))

    def _death(self, caller: Caller, service: str, point: Point, lives: Path) -> Death:
        began, file = time.monotonic(), self._suite.folder.path / f"windows-{service}"
        what = trial(service, point.name)
        _until(lambda: caller.consumers(service) == 1)
        variables = {"CRASH_AT": point.name, "WINDOWS_FILE": str(file), **what.variables}
        process = Forked(lives, variables)
        try:
            with behaving(self._suite.folder, what.modes):
                _until(lambda: caller.consumers(service) == 2 or not process.alive())
                tries = self._try(caller, what, process)
            died, words = not process.alive(), self._suite.process(f"{service}-2").last_words()
        finally:
            process.stop()
        code = process.returncode if died else None
        return Death(code, held(file), tries, time.monotonic() - began, words)

    @staticmethod
    def _try(caller: Caller, what: Trial, process: Forked) -> int:
        """Does it again and again until the process has died; how often."""
        tries, until = 0, time.monotonic() + DEATH_SECONDS
        while process.alive() and time.monotonic() < until:
            tries += 1
            what.doing(caller)
            _lives_on(process, what.patience)
        return tries


def _until(is_so: Callable[[], bool]) -> None:
    until = time.monotonic() + START_SECONDS
    while not is_so():
        if time.monotonic() > until:
            raise SuiteError("the process takes no requests")
        time.sleep(0.1)


def _lives_on(process: Forked, seconds: float) -> None:
    """Waits until it dies, at most so long."""
    until = time.monotonic() + seconds
    while process.alive() and time.monotonic() < until:
        time.sleep(0.05)
