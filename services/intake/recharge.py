"""A recharge or its password that failed: what the statistic of their own keeps (IN25). Pure; money in fen."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

RechargeKind = Literal["card", "password", "other"]
HIDDEN = 4
MASK = "*"


@dataclass(frozen=True)
class Recharge:
    """What failed. `fault` in the customer's words, `at` when (UTC), `place_of_sale` where the card was bought."""

    kind: RechargeKind
    fault: str
    card_serial: str | None = None
    at: datetime | None = None
    place_of_sale: str | None = None
    amount_fen: int | None = None


def masked_serial(serial: str | None) -> str | None:
    """Without its last digits: the batch can still be told, the single card cannot (PR1)."""
    if serial is None:
        return None
    hidden = min(HIDDEN, len(serial))
    return serial[: len(serial) - hidden] + MASK * hidden
