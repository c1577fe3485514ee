"""The processes of all services under fire: killed as planned, started again when dead, each end written down.

A process that waits for a crash point is killed all the same when its time comes: then the point was not reached.
"""

import signal
import threading
import time
from collections import deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from chaos.firing import FireTime
from chaos.plan import Fault
from chaos.starter import Starter
from chaos.windows import held
from services import SERVICES
from suite.processes import Process
from suite.running import READY_SECONDS, STOP_SECONDS, Suite
from suite.waiting import wait_until

LOOK_S = 0.05
LIVES_S = 2.5  # from its start on a process is left alone so long, so that it lives to work
AGAIN_S = 0.5  # one that ended by itself is started again after this
KILLED = -signal.SIGKILL
IN_ORDER = (0, None, -signal.SIGTERM)  # by SIGTERM itself before there was anything to put in order


@dataclass(frozen=True)
class Death:
    """The end of one process. at: seconds of the run. point: the crash point that it waited for.

    by: `plan` for a kill at a moment, `point` for one at its crash point, `itself` for an end that nobody wanted.
    windows: the critical windows that it was in, and how much it had in hand there."""

    at: float
    target: str
    by: str
    point: str = ""
    windows: Mapping[str, int] = field(default_factory=dict)
    code: int = KILLED


@dataclass
class Member:
    """One place in the herd, whichever process fills it now. leaving: it was told to end, and has not yet."""

    name: str
    kills: deque[Fault] = field(default_factory=deque)
    wanted: bool = True
    leaving: bool = False
    process: Process | None = None
    since: float = 0.0
    again: float = 0.0


class Herd:
    """start() brings all up; kills come as `time` goes on; spare() ends them and heals all, stop() ends the watch.

    variables: what every process hears beside the suite's own."""

    def __init__(
        self,
        suite: Suite,
        replicas: int,
        kills: Iterable[Fault],
        variables: dict[str, str],
        time: FireTime,
        starter: Starter,
    ) -> None:
        self._suite, self._variables, self._time, self._starter = suite, variables, time, starter
        names = [f"{service}-{number}" for service in SERVICES for number in range(1, replicas + 1)]
        self._members = {name: Member(name, wanted=False) for name in names}
        for fault in kills:
            self._members[fault.target].kills.append(fault)
        self._lock = threading.RLock()
        self._ended = threading.Event()
        self._watch = threading.Thread(target=self._keep, name="herd", daemon=True)
        self.deaths: list[Death] = []
        self.starts = 0

    def start(self) -> None:
        """All processes of the first generation, and the watch over them. Returns when all take requests."""
        self._watch.start()
        for first in (True, False):  # one of each service makes the indexes, the others find them
            for member in list(self._members.values()):
                if member.name.endswith("-1") == first:
                    self.call_in(member.name)
            self.await_all()

    def spare(self) -> None:
        """No more kills: whoever still waits for a crash point is killed now, and whoever stands still goes on."""
        with self._lock:
            for member in self._members.values():
                self.signal(member.name, signal.SIGCONT)
                waits = bool(member.kills) and bool(member.kills[0].how)
                member.kills = deque([member.kills[0]] if waits else [])
                if waits and member.process and member.process.alive():
                    member.process.kill()
                    self._bury(member, "plan")

    def await_all(self) -> None:
        """Returns once every service has all its processes at work. Raises SuiteError where that takes too long."""
        for service in SERVICES:
            members = [each for each in self._members.values() if each.name.startswith(f"{service}-") and each.wanted]
            enough = partial(self._at_work, service, len(members))
            wait_until(f"{len(members)} of {service} take requests", enough, within=READY_SECONDS)

    def _at_work(self, service: str, count: int) -> bool:
        return self._suite.consumers(service) >= count

    def stop(self) -> None:
        """Nobody is started again."""
        self._ended.set()
        self._watch.join()

    def left(self) -> int:
        """The kills that are still to come."""
        return sum(len(member.kills) for member in self._members.values())

    def signal(self, name: str, number: int) -> None:
        """Sends a signal to whoever has this place now."""
        member = self._members.get(name)
        if member and member.process:
            member.process.signal(number)

    def call_in(self, name: str) -> None:
        """A further process, or one back that was sent home."""
        with self._lock:
            member = self._members.setdefault(name, Member(name))
            member.wanted = True
            if not member.leaving and (member.process is None or not member.process.alive()):
                self._begin(member)

    def send_home(self, name: str) -> None:
        """Tells a process to finish and end, as a roll-out does; returns when it has ended."""
        with self._lock:
            member = self._members[name]
            member.wanted, member.leaving = False, True
            self.signal(name, signal.SIGCONT)
        self._suite.processes.stop(name, within=STOP_SECONDS)
        with self._lock:
            member.leaving = False
            self._note_end(member)
            if member.wanted:  # called back meanwhile
                self._begin(member)

    def _note_end(self, member: Member) -> None:
        """Who was told to end and did not do so in order, or in time, has fallen."""
        code = member.process.child.returncode if member.process and member.process.child else 0
        if code not in IN_ORDER:
            windows = held(self._windows(member.name))
            self.deaths.append(Death(round(self._time.now, 2), member.name, "itself", "", windows, code))

    def _keep(self) -> None:
        while not self._ended.wait(LOOK_S):
            for name in list(self._members):
                with self._lock:
                    self._look_after(self._members[name])

    def _look_after(self, member: Member) -> None:
        if not member.wanted or member.leaving or member.process is None:
            return
        if member.again:
            if time.monotonic() >= member.again:
                self._begin(member)
        elif not member.process.alive():
            self._bury(member, "")
        elif member.kills and self._due(member.kills[0], member):
            member.process.kill()
            self._bury(member, "plan")

    def _due(self, kill: Fault, member: Member) -> bool:
        return self._time.begun and self._time.now >= kill.at and time.monotonic() >= member.since + LIVES_S

    def _bury(self, member: Member, by: str) -> None:
        """Writes the death down and starts the next process in its place: at once after a kill, else a little later."""
        assert member.process is not None
        assert member.process.child is not None
        code, kill = member.process.child.returncode, member.kills[0] if member.kills else None
        by = by or ("point" if code == KILLED and kill and kill.how else "itself")
        windows = held(self._windows(member.name))
        self.deaths.append(Death(round(self._time.now, 2), member.name, by, kill.how if kill else "", windows, code))
        if by == "itself":
            member.again = time.monotonic() + AGAIN_S
        else:
            member.kills.popleft()
            self._begin(member)

    def _begin(self, member: Member) -> None:
        windows = self._windows(member.name)
        windows.parent.mkdir(exist_ok=True)
        windows.unlink(missing_ok=True)
        aimed = member.kills[0].how if member.kills else ""
        variables = self._variables | {"WINDOWS_FILE": str(windows)} | ({"CRASH_AT": aimed} if aimed else {})
        member.process = self._starter.start(partial(self._suite.start_process, member.name, **variables))
        member.since, member.again = time.monotonic(), 0.0
        self.starts += 1

    def _windows(self, name: str) -> Path:
        return self._suite.folder.path / "windows" / name
