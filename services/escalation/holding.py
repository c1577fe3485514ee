"""Who had the case, and from when to when: the ladder's exact account (ES3). Pure.

A case is at work from its registration to its reply or withdrawal, and again from each reopening on. The levels'
stretches lie end to end within that time, so that they sum to it, however late anything became known.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime


@dataclass(frozen=True)
class Move:
    """From `at` on the level has the case, or, with `awaited`, has yet to take it over."""

    level: str
    at: datetime
    awaited: bool = False


@dataclass(frozen=True)
class Stretch:
    """Somebody works on the complaint; `to` is None while it lasts."""

    from_: datetime
    to: datetime | None = None


@dataclass(frozen=True)
class Holding:
    """One level's stretch of a case; `to` is None while it lasts."""

    level: str
    from_: datetime
    to: datetime | None
    awaited: bool = False


def ended(worked: tuple[Stretch, ...], at: datetime) -> tuple[Stretch, ...]:
    """The present stretch ends, not before it began."""
    return (*worked[:-1], replace(worked[-1], to=max(at, worked[-1].from_)))


def moved(moves: tuple[Move, ...], level: str, at: datetime, awaited: bool = False) -> tuple[Move, ...]:
    """A further move; what becomes known late takes effect no earlier than the move before it."""
    return (*moves, Move(level, max(at, moves[-1].at) if moves else at, awaited))


def held(moves: Sequence[Move], worked: Sequence[Stretch]) -> list[Holding]:
    """Each level's stretches, oldest first, within the time in which the case was at work."""
    holdings = [each for stretch in worked for each in _within(stretch, moves)]
    return [each for each in _joined(holdings) if each.from_ != each.to]


def _within(stretch: Stretch, moves: Sequence[Move]) -> Iterator[Holding]:
    ends = [*(move.at for move in moves[1:]), None][: len(moves)]
    for move, until in zip(moves, ends, strict=True):
        from_, to = max(move.at, stretch.from_), _earlier(until, stretch.to)
        if to is None or from_ < to:
            yield Holding(move.level, from_, to, move.awaited)


def _earlier(one: datetime | None, other: datetime | None) -> datetime | None:
    return min((each for each in (one, other) if each is not None), default=None)


def _joined(holdings: Sequence[Holding]) -> list[Holding]:
    """Two stretches of one level that meet are one."""
    joined: list[Holding] = []
    for each in holdings:
        last = joined[-1] if joined else None
        if last and (last.level, last.awaited, last.to) == (each.level, each.awaited, each.from_):
            joined[-1] = replace(last, to=each.to)
        else:
            joined.append(each)
    return joined
