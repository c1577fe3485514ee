"""Files that only grow: one JSON object a line, on disk before anybody hears of it."""

import json
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any


class Journal:
    """Appends lines; safe for several threads. Half a line that a killed process left behind is cut off first."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._path = path
        self._file = path.open("ab")
        self._file.truncate(self._whole())
        self._lock = threading.Lock()

    def write(self, line: dict[str, Any]) -> None:
        with self._lock:
            self._file.write(json.dumps(line, ensure_ascii=False).encode() + b"\n")
            self._file.flush()

    def lines(self) -> Iterator[dict[str, Any]]:
        """What was written so far."""
        for line in self._path.read_bytes().splitlines():
            yield json.loads(line)

    def close(self) -> None:
        self._file.close()

    def _whole(self) -> int:
        """Where the last whole line ends."""
        return self._path.read_bytes().rfind(b"\n") + 1
