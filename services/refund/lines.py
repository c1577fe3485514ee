"""What a refund pays: one line, one BOSS entry (RF1). Amounts in whole fen. Pure."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from services.refund.claim import Claim

LineKind = Literal["principal", "award", "extra", "late_fee"]
LineState = Literal["planned", "paying", "unknown", "paid", "refused"]


@dataclass(frozen=True)
class Line:
    """One amount. `sendings`: how often BOSS was told; `sent_at`: last time (machine time); `refusal`: BOSS's word."""

    kind: LineKind
    amount_fen: int
    state: LineState = "planned"
    boss_reference: str | None = None
    sendings: int = 0
    sent_at: datetime | None = None
    refusal: str | None = None


def lines_of(claim: Claim) -> tuple[Line, ...]:
    """Double refund: principal and equal award (RF3). Unverifiable, company fault: principal (RF5, RF16).

    An extra follows where there is one (RF11)."""
    lines = [Line("principal", claim.principal_fen)]
    if claim.ground == "double_refund":
        lines.append(Line("award", claim.principal_fen))
    if claim.extra_fen:
        lines.append(Line("extra", claim.extra_fen))
    return tuple(lines)


def total_fen(lines: tuple[Line, ...]) -> int:
    """The sum of the lines, in fen."""
    return sum(line.amount_fen for line in lines)


def paid_fen(lines: tuple[Line, ...]) -> int:
    """What has been paid of it, in fen."""
    return sum(line.amount_fen for line in lines if line.state == "paid")


def key_of(refund_id: str, kind: LineKind) -> str:
    """The key under which BOSS knows the line; it never changes and never expires."""
    return f"{refund_id}:{kind}"
