"""What whoever measures an answer waits for himself: that is no part of what he measures."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from shared.clock import monotonic

SCHEDULED = Path("/proc/thread-self/schedstat")  # nanoseconds on a core, nanoseconds ready and without one, turns


@dataclass
class Watch:
    """began: monotonic seconds; took: until the end, less those in which this thread was ready and had no core."""

    began: float
    took: float = 0.0


@contextmanager
def timed() -> Iterator[Watch]:
    """`with timed() as watch:`; took stands afterwards. Where the system tells nothing of waiting, none is left out."""
    watch, waited = Watch(monotonic()), _without_a_core()
    try:
        yield watch
    finally:
        watch.took = monotonic() - watch.began - (_without_a_core() - waited)


def _without_a_core() -> float:
    return int(SCHEDULED.read_text().split()[1]) / 1e9 if SCHEDULED.exists() else 0.0
