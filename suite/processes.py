"""Child processes of one run folder: each has a log and a pid file, so that a later process can stop it too."""

import json
import shutil
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import psutil

GRACE_SECONDS = 15.0
LAST_LINES = 15


@dataclass
class Process:
    """One process, known by pid and creation time: a pid that was given away again is never touched."""

    name: str
    pid: int
    created: float
    log: Path
    child: subprocess.Popen[bytes] | None = field(default=None, repr=False)
    family: list[psutil.Process] = field(
        default_factory=list, repr=False
    )  # it and all it had started when asked to stop

    def alive(self) -> bool:
        return self._live() is not None if self.child is None else self.child.poll() is None

    def stop(self, within: float = GRACE_SECONDS) -> None:
        """End it and all it started: SIGTERM, then after `within` seconds SIGKILL."""
        self.ask_to_stop()
        self.await_end(within)

    def ask_to_stop(self) -> None:
        """SIGTERM, once; await_end() must follow."""
        self.family = self._family()
        self.signal(signal.SIGTERM)

    def await_end(self, within: float) -> None:
        """Wait until it has ended; what is left of it after `within` seconds gets SIGKILL."""
        self._wait(within)
        self._end(self.family)

    def kill(self) -> None:
        """End it and all it started at once, as a crash would."""
        self._end(self._family())

    def signal(self, number: int) -> None:
        live = self._live()
        if live is not None:
            with suppress(psutil.NoSuchProcess):  # it has ended in this moment
                live.send_signal(number)

    def last_words(self) -> str:
        """The end of its log, for error messages."""
        lines = self.log.read_text(errors="replace").splitlines() if self.log.exists() else []
        return "\n".join([f"The end of {self.log}:", *lines[-LAST_LINES:]])

    def _live(self) -> psutil.Process | None:
        try:
            live = psutil.Process(self.pid)
            same = live.create_time() == self.created and live.status() != psutil.STATUS_ZOMBIE
        except psutil.NoSuchProcess:
            return None
        return live if same else None

    def _family(self) -> list[psutil.Process]:
        live = self._live()
        try:
            return [] if live is None else [live, *live.children(recursive=True)]
        except psutil.NoSuchProcess:
            return []

    def _end(self, family: list[psutil.Process]) -> None:
        for member in family:
            with suppress(psutil.NoSuchProcess):  # it is gone, or its pid is another's: psutil compares times
                member.kill()
        self._wait(GRACE_SECONDS)

    def _wait(self, seconds: float) -> None:
        limit = time.monotonic() + seconds
        while self.alive() and time.monotonic() < limit:
            time.sleep(0.05)


class Processes:
    """Starts processes with their output in `run_dir/logs` and their pids in `run_dir/pids`.

    tied: they get SIGTERM when the process that started them dies, however it dies.
    """

    def __init__(self, run_dir: Path, *, tied: bool) -> None:
        self._logs, self._pids, self._tied = run_dir / "logs", run_dir / "pids", tied
        self._started: dict[str, Process] = {}

    def start(self, name: str, command: Sequence[str | Path], environ: Mapping[str, str], folder: Path) -> Process:
        """Start `command` in `folder`; whatever an earlier run left under this name is stopped first."""
        self.stop(name)
        self._logs.mkdir(parents=True, exist_ok=True)
        self._pids.mkdir(parents=True, exist_ok=True)
        log = self._logs / f"{name}.log"
        with log.open("ab") as output:
            child = subprocess.Popen(
                [*self._tie(), *map(str, command)],
                env=dict(environ),
                cwd=folder,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,  # a Ctrl-C reaches the starter alone, which then stops all in order
            )
        created = psutil.Process(child.pid).create_time()
        self._note(name).write_text(json.dumps({"pid": child.pid, "created": created}))
        self._started[name] = Process(name, child.pid, created, log, child)
        return self._started[name]

    def stop(self, *names: str, within: float = GRACE_SECONDS) -> None:
        """Stop the processes of these names together, whoever started them; one that is not there is no error."""
        known = {name: process for name in names if (process := self.find(name))}
        for process in known.values():
            process.ask_to_stop()
        for name, process in known.items():
            process.await_end(within)
            self._note(name).unlink(missing_ok=True)

    def find(self, name: str) -> Process | None:
        """The process last started under this name: by this object, or by an earlier one on the same run folder."""
        if name in self._started:
            return self._started[name]
        note = self._note(name)
        if not note.exists():
            return None
        written = json.loads(note.read_text())
        return Process(name, written["pid"], written["created"], self._logs / f"{name}.log")

    def names(self) -> list[str]:
        """The names of all processes noted in the run folder, oldest first."""
        return [note.stem for note in sorted(self._pids.glob("*.json"), key=lambda note: note.stat().st_mtime_ns)]

    def _note(self, name: str) -> Path:
        return self._pids / f"{name}.json"

    def _tie(self) -> list[str]:
        setpriv = shutil.which("setpriv")
        return [setpriv, "--pdeathsig", "TERM", "--"] if self._tied and setpriv else []
