"""A clock of its own for one process: libfaketime from Debian, moved while the process runs by writing a file."""

import os
from datetime import timedelta
from pathlib import Path

from suite.debian import have
from suite.errors import SuiteError

PACKAGE = "libfaketime"
AS_IT_IS = "+0 x1"


class FakeTime:
    """`suite.start_process("escalation-2", **clock.variables)`, then clock.jump(timedelta(hours=1)).

    Only what tells the time of day is moved; clocks that never jump go on (DONT_FAKE_MONOTONIC)."""

    def __init__(self, folder: Path) -> None:
        root = have(PACKAGE)
        found = sorted(root.glob("usr/lib/*/faketime/libfaketime.so.1"))
        if not found:
            raise SuiteError(f"{PACKAGE} has no library in {root}")
        self._file = folder / f"faketime-{os.getpid()}"
        self._write(AS_IT_IS)
        self.variables = {
            "LD_PRELOAD": str(found[0]),
            "FAKETIME_TIMESTAMP_FILE": str(self._file),
            "FAKETIME_NO_CACHE": "1",
            "DONT_FAKE_MONOTONIC": "1",
            "FAKETIME_DONT_FAKE_MONOTONIC": "1",
            "FAKETIME_DONT_RESET": "1",
        }

    def jump(self, by: timedelta) -> None:
        """From now on so far off the machine's clock, forwards or back."""
        self._write(f"{by.total_seconds():+.0f} x1")

    def drift(self, rate: float) -> None:
        """From now on so many seconds for each true one."""
        self._write(f"+0 x{rate:.3f}")

    def _write(self, text: str) -> None:
        fresh = self._file.with_suffix(".new")
        fresh.write_text(text)
        fresh.replace(self._file)
