"""Waiting with a limit: every wait says what it waited for."""

import time
from collections.abc import Callable

from suite.errors import SuiteError
from suite.processes import Process

PAUSE_SECONDS = 0.1


def wait_until(what: str, is_so: Callable[[], bool], *processes: Process, within: float) -> None:
    """Return once `is_so()` holds. Raises SuiteError after `within` seconds, or at once if one of `processes` ends."""
    limit = time.monotonic() + within
    while not is_so():
        for process in processes:
            if not process.alive():
                raise SuiteError(f"{process.name} ended while waiting until {what}. {process.last_words()}")
        if time.monotonic() > limit:
            said = "".join(f"\n{process.last_words()}" for process in processes)
            raise SuiteError(f"Waited {within:.0f} seconds in vain until {what}.{said}")
        time.sleep(PAUSE_SECONDS)
