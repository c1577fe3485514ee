"""A complaint as it stood at the end of a period, read from its trace: nothing that came later is seen. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from services.intake.figures.trace import HOURS_48_MS, entries
from services.rights import LEVELS

UNCOUNTED = frozenset({"refused", "withdrawn"})
HANDLED = frozenset({"replied", "archived"})


@dataclass(frozen=True)
class Period:
    """From (inclusive) to (exclusive), in milliseconds."""

    start: int
    end: int

    def has(self, moment: int | None) -> bool:
        """Whether the moment lies within."""
        return moment is not None and self.start <= moment < self.end


@dataclass(slots=True)
class Limit:
    """One running of a clock: when it was due, and when it was met."""

    due: int
    met: int | None = None

    @property
    def in_time(self) -> bool:
        return self.met is not None and self.met <= self.due


@dataclass(slots=True)
class Standing:
    """`now`: the last known of everything; the lists hold all there ever was, of clocks each running on its own."""

    registered: int
    now: dict[str, Any]
    handling: list[Limit] = field(default_factory=list)
    major: list[Limit] = field(default_factory=list)
    opinions: list[Limit] = field(default_factory=list)
    replies: list[int] = field(default_factory=list)
    ratings: list[tuple[int, str]] = field(default_factory=list)
    rises: list[tuple[int, str]] = field(default_factory=list)

    @property
    def valid(self) -> bool:
        """A complaint neither refused nor withdrawn (KP7)."""
        return self.now["ticket_type"] == "complaint" and self.now["status"] not in UNCOUNTED

    @property
    def handled(self) -> bool:
        return self.now["status"] in HANDLED

    @property
    def first_reply(self) -> Limit:
        """48 hours after registration (CL2), whatever else a policy asks for."""
        return Limit(self.registered + HOURS_48_MS, self.now.get("answered"))


def standing(trace: str, end: int) -> Standing | None:
    """As it stood just before `end` (milliseconds); None for what was not registered yet."""
    known: Standing | None = None
    for at, changed in entries(trace):
        if at >= end:
            break
        if known is None:
            known = Standing(at, {})
        _follow(known, at, changed)
    return known


def _follow(known: Standing, at: int, changed: dict[str, Any]) -> None:
    level_before = known.now.get("level")
    known.now |= changed
    if changed.get("status") == "open" and "handling_due" in known.now:
        known.handling.append(Limit(known.now["handling_due"]))
    if "major" in changed:
        _major(known, changed["major"], at)
    for limits, due in ((known.handling, "handling_due"), (known.major, "major_due"), (known.opinions, "opinion_due")):
        if due in changed:
            _move(limits, changed[due], at)
    if replied := changed.get("replied"):
        known.replies.append(at)
        _meet((known.handling, known.major), replied)
    if opinion := changed.get("opinion"):
        _meet((known.opinions,), opinion)
    if changed.get("rated"):
        known.ratings.append((at, known.now["rating"]))
    if (level := changed.get("level")) and _rank(level) > _rank(level_before):
        known.rises.append((at, level))


def _major(known: Standing, declared: bool | None, at: int) -> None:
    """Declared: two clocks run (MJ1). Cleared: what still runs is cancelled, what was met or broken stays."""
    for limits, due in ((known.major, "major_due"), (known.opinions, "opinion_due")):
        if declared and due in known.now:
            limits.append(Limit(known.now[due]))
        elif not declared:
            _cancel(limits, at)


def _cancel(limits: list[Limit], at: int) -> None:
    """What still runs is no limit any more."""
    limits[:] = [each for each in limits if each.met is not None or each.due < at]


def _move(limits: list[Limit], due: int | None, at: int) -> None:
    """Another due time for what runs: extended, recomputed or moved (CL3, CL10); none, where it was called off."""
    if due is None:
        _cancel(limits, at)
    elif limits:
        limits[-1].due = due


def _meet(several: Iterable[list[Limit]], at: int) -> None:
    for limits in several:
        if limits and limits[-1].met is None:
            limits[-1].met = at


def _rank(level: str | None) -> int:
    return LEVELS.index(level or "agent")
