"""Waiting with a limit: every wait says what it waited for."""

import time
from collections.abc import Callable

from suite.errors import SuiteError
from suite.processes import Process

PAUSE_SECONDS = 0.1


def wait_until(what: str, is_so: Callable[[], bool], *, within: float, process: Process | None = None) -> None:
    """Return once `is_so()` holds. Raises SuiteError after `within` seconds, or at once if `process` ends before."""
    limit = time.monotonic() + within
    while not is_so():
        if process is not None and not process.alive():
            raise SuiteError(f"{process.name} ended while waiting until {what}. {process.last_words()}")
        if time.monotonic() > limit:
            said = f" {process.last_words()}" if process is not None else ""
            raise SuiteError(f"Waited {within:.0f} seconds in vain until {what}.{said}")
        time.sleep(PAUSE_SECONDS)
