"""The rules that a case lives under: clocks, ladder and calendar, as values, with their versions. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from services.rights import LEVELS
from shared.calendar import Calendar
from shared.clockrules import ClockPolicy
from shared.organisation import Organisation


@dataclass(frozen=True)
class GroupPolicy:
    """So many complaints on one leaf in one area, of so many customers, within that time are one incident (MJ4)."""

    count: int
    within: timedelta
    customers: int


@dataclass(frozen=True)
class ChainPolicy:
    """How long the one told may keep silent, and the department whose chain a level has (ES11)."""

    patience: timedelta
    departments: Mapping[str, str]


@dataclass(frozen=True)
class RepairPolicy:
    """The kinds of clocks that an operator may also move later than the rules say, and those that he may call off."""

    later: frozenset[str] = frozenset()
    cancelled: frozenset[str] = frozenset()


@dataclass(frozen=True)
class LadderPolicy:
    """What ladder.yml says."""

    top: str  # the highest level that the ladder climbs to by itself (ES4)
    raised_by: frozenset[str]  # kinds of clocks whose break raises the level (ES4)
    extendable: frozenset[str]  # kinds of clocks that coordination may extend (CL3)
    round_trips: int  # so often one handling of a complaint is handed back (ES5)
    dissatisfied_follow_ups: int  # so many reopen the complaint (ES6)
    alarms: Mapping[str, frozenset[str]]  # alarm -> the triggers that set it off (ES7, ES8)
    opinions_asked: Mapping[str, str]  # kind of opinion -> the department asked for it at once (MJ5)
    group: GroupPolicy
    chain: ChainPolicy
    repairs: RepairPolicy = RepairPolicy()


@dataclass(frozen=True)
class Rules:
    """The policies that a complaint was opened under, and the versions of those that due times depend on."""

    clocks: ClockPolicy
    ladder: LadderPolicy
    calendar: Calendar
    clocks_version: str = ""
    calendar_version: str = ""
    organisation: Organisation | None = None  # without it nobody is told by name


def above(level: str) -> str:
    """The next level up; arbitration has none (ValueError)."""
    if level == LEVELS[-1]:
        raise ValueError("there is no level above arbitration")
    return LEVELS[LEVELS.index(level) + 1]


def below(level: str) -> str:
    """The next level down; the agent has none (ValueError)."""
    if level == LEVELS[0]:
        raise ValueError("there is no level below the agent")
    return LEVELS[LEVELS.index(level) - 1]


def at_least(level: str, other: str) -> bool:
    """Whether the level is as high as the other, or higher."""
    return LEVELS.index(level) >= LEVELS.index(other)
