"""What makes a complaint major (MJ3), for intake and escalation alike. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

DISPUTED_AMOUNT = "disputed_amount"


@dataclass(frozen=True)
class MajorPolicy:
    """`triggers` make a complaint major by themselves, as does a disputed amount above the limit (fen)."""

    triggers: tuple[str, ...]
    disputed_amount_over_fen: int

    def trigger_among(self, triggers: Sequence[str], disputed_amount_fen: int | None) -> str | None:
        """The first of the complaint's own facts that makes it major; None when nothing does."""
        for trigger in triggers:
            if trigger in self.triggers:
                return trigger
        over = (disputed_amount_fen or 0) > self.disputed_amount_over_fen
        return DISPUTED_AMOUNT if over else None

    def knows(self, trigger: str) -> bool:
        """Whether a person may declare a complaint major for this reason."""
        return trigger in self.triggers or trigger == DISPUTED_AMOUNT
