"""What the world outside saw: BOSS's entries and the phones' messages, read as they are written."""

import json
from pathlib import Path
from typing import Any


class Journal:
    """An append-only file of JSON lines."""

    def __init__(self, path: Path) -> None:
        self.path, self._read = path, 0

    def all(self) -> list[dict[str, Any]]:
        """Every entry so far."""
        if not self.path.exists():
            return []
        return [json.loads(line) for line in self.path.read_text().splitlines()]

    def new(self) -> list[dict[str, Any]]:
        """The entries since the last time."""
        entries = self.all()
        fresh, self._read = entries[self._read :], len(entries)
        return fresh
