"""What happens to a message of which nobody knows what became. Business time. Pure."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from shared.aggregate import private

Settlement = Literal["delivered", "not_delivered"]


@dataclass(frozen=True)
class MessageDoubtRose:
    """It has been without an outcome so long that the duty `to` is told; the next one at `next_at`."""

    to: str
    since: datetime
    next_at: datetime | None = None


@dataclass(frozen=True)
class MessageDoubtRested:
    """Its next rise was due, but the policy in force names nobody further to tell."""


@dataclass(frozen=True)
class MessageSettled:
    """A person found out whether the customer has it."""

    outcome: Settlement
    evidence: tuple[str, ...] = private()
