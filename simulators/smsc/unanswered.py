"""How many SMS the centre took without its sender hearing of it: an SMS of several parts counts once a sending."""

import threading
from collections import Counter, defaultdict

from simulators.smsc.phone import Piece

Whole = tuple[str, int, int]


class Unanswered:
    """Safe for several threads. Parts of one sending come under one reference, each at most once."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._single = 0
        self._parts: dict[Whole, Counter[int]] = defaultdict(Counter)

    def add(self, piece: Piece) -> None:
        with self._lock:
            if piece.total == 1:
                self._single += 1
            else:
                self._parts[piece.to, piece.reference, piece.total][piece.number] += 1

    def count(self) -> int:
        with self._lock:
            return self._single + sum(max(times.values()) for times in self._parts.values())
