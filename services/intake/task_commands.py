"""What callers ask about tasks, as values. Pure; times UTC."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class FinishTask:
    task: str
    said: str | None = None


@dataclass(frozen=True)
class WantWrittenReply:
    address: str | None = None
    by_when: datetime | None = None


@dataclass(frozen=True)
class Closing:
    """The closing questions' answers (RP9)."""

    all_right: bool
    other_problem: str | None = None
