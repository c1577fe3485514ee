"""Critical windows: which ones a process was inside when it was killed, kept where a kill cannot take it away.

Each process has a small file that it maps into its memory: one counter a window. What is in the map outlives SIGKILL.
"""

import mmap
import struct
import threading
from collections.abc import Hashable, Iterable
from pathlib import Path

WINDOWS = {  # name → from when until when something is in hand that a death leaves half done
    "outbox": "an event's write has happened; its entry is not marked as sent",
    "boss": "BOSS was called to pay; what it said is not stored",
    "submit": "a message is given to the carrier; its answers are not stored",
    "lease": "the right to act outside a document was taken; it is not ended",
    "event": "an event was taken from the inbox; it is not acknowledged",
    "request": "a request was taken; it is not acknowledged",
    "letter": "a dead letter was taken; it is not acknowledged",
    "receipt": "the carrier told of a receipt or an SMS; it was not answered",
}
COUNTER = struct.Struct("<I")


class Windows:
    """A process's own counters in a file: enter() and leave() by what is in hand; the same thing counts once."""

    def __init__(self, path: Path) -> None:
        path.write_bytes(bytes(COUNTER.size * len(WINDOWS)))
        with path.open("r+b") as file:
            self._map = mmap.mmap(file.fileno(), 0)
        self._held: dict[str, set[Hashable]] = {name: set() for name in WINDOWS}
        self._places = {name: place * COUNTER.size for place, name in enumerate(WINDOWS)}
        self._lock = threading.Lock()

    def enter(self, window: str, things: Iterable[Hashable]) -> None:
        with self._lock:
            self._held[window].update(things)
            self._count(window)

    def leave(self, window: str, things: Iterable[Hashable]) -> None:
        """What was never in hand is no error."""
        with self._lock:
            self._held[window].difference_update(things)
            self._count(window)

    def _count(self, window: str) -> None:
        COUNTER.pack_into(self._map, self._places[window], len(self._held[window]))


def held(path: Path) -> dict[str, int]:
    """How much the process of this file holds, or held when it died, in each window that it is inside.

    Empty where it never came to keep any."""
    if not path.exists():
        return {}
    octets = path.read_bytes()
    if len(octets) != COUNTER.size * len(WINDOWS):
        return {}  # it died while making the file: before it served
    counts = dict(zip(WINDOWS, (count for (count,) in COUNTER.iter_unpack(octets)), strict=True))
    return {name: count for name, count in counts.items() if count}


def inside(path: Path) -> list[str]:
    """The names of the windows that the process of this file is inside, or was when it died."""
    return list(held(path))
