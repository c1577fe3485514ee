"""What lies where in a run folder."""

import fcntl
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from suite.errors import SuiteError


@dataclass(frozen=True)
class RunFolder:
    """Everything that a suite writes. Only `secrets` and the project's download cache outlive an empty start."""

    path: Path

    @property
    def endpoints(self) -> Path:
        """Addresses for callers (contract, Running)."""
        return self.path / "endpoints.json"

    @property
    def environ(self) -> Path:
        """NAME=value lines: what the suite's processes get, also for a shell and for the command line."""
        return self.path / "suite.env"

    @property
    def clock(self) -> Path:
        return self.path / "clock.json"

    @property
    def secrets(self) -> Path:
        return self.path / "secrets"

    def journal(self, simulator: str) -> Path:
        return self.path / f"{simulator}-journal.jsonl"

    def ready(self, simulator: str) -> Path:
        """Where a simulator writes its ports once it listens."""
        return self.path / "ready" / f"{simulator}.json"

    def claim(self) -> Callable[[], None]:
        """Keep other starters out until the answer is called, or this process ends. SuiteError while another is in."""
        self.path.mkdir(parents=True, exist_ok=True)
        lock = (self.path / "lock").open("w")
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.close()
            raise SuiteError(f"Another run is using {self.path}: wait for it, or name another TOUSU_RUN_DIR.") from None
        return lock.close

    def empty(self) -> None:
        """Forget the data of the last run; nothing may be running."""
        for folder in ("broker", "mongo", "logs", "pids", "ready"):
            shutil.rmtree(self.path / folder, ignore_errors=True)
        for file in (self.endpoints, self.environ, self.clock, *self.path.glob("*-journal.*")):
            file.unlink(missing_ok=True)
