"""Who is told of a rise, one after the other, and who failed to act (ES11). Pure. `who` is a staff number."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class ChainTold:
    """This one is told; without acknowledgement until `next_at` the first of `rest` is."""

    who: str
    at: datetime
    next_at: datetime
    rest: tuple[str, ...] = ()


@dataclass(frozen=True)
class ChainFailed:
    """`cause`: idle (did not acknowledge in time) or unreachable (reported by somebody, `by`)."""

    who: str
    cause: str
    at: datetime
    by: str = ""


@dataclass(frozen=True)
class ChainAcknowledged:
    """The one told acts: nobody else is told."""

    who: str
    at: datetime


@dataclass(frozen=True)
class ChainExhausted:
    """Nobody of the chain acted; the acceptance clock runs on."""

    at: datetime
