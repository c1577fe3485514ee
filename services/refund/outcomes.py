"""What BOSS says, or does not say, about a line. Pure."""

from dataclasses import dataclass


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


Paid = Entered | Refused | NoAnswer
Asked = Entered | Absent | NoAnswer
