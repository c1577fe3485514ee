"""BOSS's entries: in the journal before anybody hears of them, and found there again after a restart."""

import threading
from collections import Counter
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any

from simulators.journal import Journal


@dataclass(frozen=True)
class Entry:
    """One amount credited to a number; `at` is business time. The key is the payer's own."""

    key: str
    msisdn: str
    amount_fen: int
    kind: str
    at: str = ""
    reference: str = ""

    def same_as(self, other: "Entry") -> bool:
        return replace(self, at="", reference="") == replace(other, at="", reference="")


class KeyReused(Exception):
    """The key stands for another entry already."""


class Ledger:
    """All entries; safe for several threads."""

    def __init__(self, journal: Journal, now: Callable[[], datetime]) -> None:
        self._journal, self._now = journal, now
        self._lock = threading.Lock()
        self._count, self._total_fen = 0, 0
        self._first: dict[str, Entry] = {}
        self._all: list[Entry] = []
        self._unanswered = Counter[str]()
        for line in journal.lines():
            self._keep(Entry(**line))

    def enter(self, wanted: Entry, honours_keys: bool) -> tuple[Entry, bool]:
        """Makes the entry (True), or answers the one its key stands for. Raises KeyReused where that one is another."""
        with self._lock:
            known = self._first.get(wanted.key) if honours_keys else None
            if known and not known.same_as(wanted):
                raise KeyReused
            return (known, False) if known else (self._made(wanted), True)

    def _made(self, wanted: Entry) -> Entry:
        line = asdict(wanted) | {"at": self._now().isoformat(timespec="milliseconds")}
        del line["reference"]
        self._journal.write({name: line[name] for name in ("at", "key", "msisdn", "amount_fen", "kind")})
        return self._keep(Entry(**line))

    def _keep(self, entry: Entry) -> Entry:
        self._count += 1
        self._total_fen += entry.amount_fen
        numbered = Entry(**asdict(entry) | {"reference": f"B{self._count:08}"})
        self._first.setdefault(entry.key, numbered)
        self._all.append(numbered)
        return numbered

    def find(self, key: str) -> Entry | None:
        """The first entry under this key."""
        return self._first.get(key)

    def between(self, since: datetime, until: datetime, after: str, limit: int) -> tuple[list[Entry], str | None]:
        """A page of the entries made in that time, oldest first, and the reference after which the next page begins."""
        with self._lock:
            known = list(self._all)
        moments = [(datetime.fromisoformat(each.at), each) for each in known]
        found = [(at, each.reference) for at, each in moments if since <= at < until]
        begin = next((at for at, each in moments if each.reference == after), since)
        by_reference = {each.reference: each for each in known}
        left = sorted(each for each in found if each > (begin, after))
        page = [by_reference[reference] for _, reference in left[:limit]]
        return page, page[-1].reference if len(left) > limit else None

    def asked(self, key: str) -> None:
        """Somebody wants an entry under this key."""
        with self._lock:
            self._unanswered[key] += 1

    def answered(self, key: str) -> None:
        """He has heard in time what became of it."""
        with self._lock:
            self._unanswered[key] -= 1

    def state(self) -> dict[str, Any]:
        """Totals, and the keys of which somebody has not heard what became of them, since BOSS was started."""
        with self._lock:
            unanswered = sorted(key for key, times in self._unanswered.items() if times)
        return {"entries": self._count, "total_fen": self._total_fen, "unanswered": unanswered}
