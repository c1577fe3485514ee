"""What a refund pays: one line, one BOSS entry (RF1). Amounts in whole fen. Pure."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from services.refund.claim import Claim

LineKind = Literal["principal", "award", "extra", "late_fee"]
LineState = Literal["planned", "paying", "unknown", "paid", "refused"]
PRE_PAGE = "pre_page"


@dataclass(frozen=True)
class Line:
    """One amount. `sendings`: how often BOSS was told; `sent_at`: last time, `gone_by`: until when that may have left
    (both machine time); `refusal`: BOSS's word.

    `part`: which one of several lines of its kind it is, e.g. the traffic before the fee page (RF15). `paid_at`: when
    it was known to be paid (business time)."""

    kind: LineKind
    amount_fen: int
    state: LineState = "planned"
    boss_reference: str | None = None
    sendings: int = 0
    sent_at: datetime | None = None
    refusal: str | None = None
    part: str = ""
    paid_at: datetime | None = None
    gone_by: datetime | None = None


def lines_of(claim: Claim) -> tuple[Line, ...]:
    """Double refund: principal and equal award (RF3). Unverifiable, company fault: principal (RF5, RF16).

    Traffic before the fee page is a principal of its own, not doubled (RF15); an extra follows where there is one
    (RF11). A pre-refund pays principal only (RF4), a late fee is one line (RF9), a correction has none (RF10)."""
    award_fen = claim.principal_fen if claim.ground == "double_refund" and claim.sort != "pre_refund" else 0
    lines = (
        Line("principal", claim.principal_fen),
        Line("principal", claim.pre_page_fen, part=PRE_PAGE),
        Line("award", award_fen),
        Line("extra", claim.extra_fen),
        Line("late_fee", claim.late_fee_fen),
    )
    return tuple(line for line in lines if line.amount_fen)


def award_of(claim: Claim) -> Line:
    """What follows when the facts behind a pre-refund are upheld (RF4)."""
    return Line("award", claim.principal_fen)


def total_fen(lines: tuple[Line, ...]) -> int:
    """The sum of the lines, in fen."""
    return sum(line.amount_fen for line in lines)


def paid_fen(lines: tuple[Line, ...]) -> int:
    """What has been paid of it, in fen."""
    return sum(line.amount_fen for line in lines if line.state == "paid")


def key_of(refund_id: str, line: Line) -> str:
    """The key under which BOSS knows the line; it never changes and never expires."""
    return ":".join(filter(None, (refund_id, line.kind, line.part)))
