"""Totals of refunds (KP2): adding up traces, by time of request and by time of payment. Pure; parts add up."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from services.refund.books.trace import PAID, PLANNED, as_of
from services.refund.model import FREED

KINDS = ("principal", "award", "extra", "late_fee")
BY = ("sort", "status", "ground", "dispute_type")
NONE = "none"


@dataclass
class Sum:
    """So many refunds, and their money in fen."""

    count: int = 0
    total_fen: int = 0

    def add(self, fen: int) -> None:
        self.count += 1
        self.total_fen += fen


@dataclass
class Figures:
    """One way of counting: all, double refunds (with their award alone), by line kind, and by each of BY."""

    all: Sum = field(default_factory=Sum)
    doubled: Sum = field(default_factory=Sum)
    award_fen: int = 0
    lines: dict[str, int] = field(default_factory=lambda: dict.fromkeys(KINDS, 0))
    by: dict[str, dict[str, Sum]] = field(default_factory=lambda: {name: {} for name in BY})

    def add(self, known: Mapping[str, Any], lines: Mapping[str, int]) -> None:
        """One refund with these words and these amounts."""
        fen = sum(lines.values())
        if known["status"] not in FREED:
            self._sum(lines, fen)
        for name in BY:
            self.by[name].setdefault(known.get(name, NONE), Sum()).add(fen)

    def _sum(self, lines: Mapping[str, int], fen: int) -> None:
        self.all.add(fen)
        for kind in KINDS:
            self.lines[kind] += lines[kind]
        if lines["award"]:
            self.doubled.add(fen)
            self.award_fen += lines["award"]


@dataclass
class Totals:
    """The refunds of a period: from `start` until before `end`, in milliseconds."""

    start: int
    end: int
    requested: Figures = field(default_factory=Figures)
    paid: Figures = field(default_factory=Figures)
    seen: int = 0

    def add(self, trace: str) -> None:
        """One refund, by its trace: as it stood at the period's end."""
        self.seen += 1
        before, then = as_of(trace, self.start, self.end)
        if not before and then:
            self.requested.add(then, _lines(then, PLANNED))
        paid = _lines(then, PAID)
        moved = {kind: paid[kind] - fen for kind, fen in _lines(before, PAID).items()}
        if any(moved.values()):
            self.paid.add(then, moved)


def _lines(known: Mapping[str, Any], prefix: str) -> dict[str, int]:
    return {kind: known.get(prefix + kind, 0) for kind in KINDS}
