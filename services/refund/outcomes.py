"""What BOSS says, or does not say, about a line. Pure."""

from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True)
class Entered:
    """BOSS has the entry: its reference, the number and the amount it holds."""

    reference: str
    msisdn: str
    amount_fen: int


@dataclass(frozen=True)
class Refused:
    """BOSS will not enter it; `why` is its code."""

    why: str


@dataclass(frozen=True)
class Absent:
    """BOSS has no entry under this key now."""


@dataclass(frozen=True)
class NoAnswer:
    """Nobody knows: time-out, lost connection, an error of the server, an answer without sense."""

    why: str


@dataclass(frozen=True)
class BossEntry:
    """One entry as BOSS lists it; `at` is when BOSS made it."""

    key: str
    msisdn: str
    amount_fen: int
    kind: str
    at: datetime
    reference: str


@dataclass(frozen=True)
class Listed:
    """One page of BOSS's entries, oldest first; `after` asks for the next one, None where this was the last."""

    entries: tuple[BossEntry, ...]
    after: str | None


@dataclass(frozen=True)
class NotSent:
    """The time for it was over before the first byte could leave: BOSS has heard nothing of this sending."""


@dataclass(frozen=True)
class Late:
    """The process stood still while the bytes left: they were `by` so long too late, and BOSS said this."""

    said: Entered | Refused | NoAnswer
    by: timedelta


EXPIRED = "expired"  # BOSS's code for an entry whose `valid_until` has passed
Paid = Entered | Refused | NoAnswer | NotSent | Late
Asked = Entered | Absent | NoAnswer
