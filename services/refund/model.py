"""A refund: what was claimed, what it pays, who signed, how far BOSS is. Pure; course.py moves it."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal

from services.refund.approvals import Signature, unsigned
from services.refund.claim import Claim
from services.refund.doubts.doubt import Doubt
from services.refund.history import Settlement
from services.refund.lines import Line, LineKind, award_of, paid_fen, total_fen
from services.refund.rules import Level
from shared.aggregate import Actor, private
from shared.calendar import day_of
from shared.lease import Lease

Status = Literal[
    "requested", "approving", "approved", "paying", "unknown", "paid", "failed", "rejected", "withdrawn",
    "verifying", "closed",
]  # fmt: skip
Outcome = Literal["upheld", "not_upheld", "broken"]
FREED = frozenset({"rejected", "withdrawn"})
AT_ONCE = datetime(2000, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Ending:
    """Why and by whom a claim was rejected or withdrawn."""

    by: str
    at: datetime
    reason: str


@dataclass(frozen=True)
class Settled:
    """What a person found out about a line, and by which evidence."""

    kind: LineKind
    outcome: Settlement
    by: str
    at: datetime
    evidence: tuple[str, ...]


@dataclass(frozen=True)
class Verification:
    """What became of a pre-refund's facts (RF4): upheld, not upheld, or nobody knew in time (CL5)."""

    outcome: Outcome
    by: str
    at: datetime
    evidence: tuple[str, ...] = ()


@dataclass(frozen=True)
class Trace:
    """What totals need, dated (books/trace.py). `days` (since 1970, in Shanghai) on which it was asked for or paid;
    `until`: its last entry, in milliseconds."""

    text: str = ""
    days: tuple[int, ...] = ()
    until: int = 0


@dataclass(frozen=True)
class Refund:
    """The state. `lease` and `wake_at` are machine time; `attempts` counts sendings and askings of the present line.

    `doubt` is of the present line, `late` of one that was over when a sending of it left too late."""

    refund_id: str
    status: Status
    lines: tuple[Line, ...]
    steps: tuple[Level, ...]
    counted_fen: int
    shows_in_months: int
    policy_version: str
    requested_by: Actor
    requested_at: datetime
    claim: Claim = private()
    goodwill_slot: int | None = None
    signatures: tuple[Signature, ...] = private(())
    ending: Ending | None = private(None)
    lease: Lease | None = None
    wake_at: datetime | None = None
    attempts: int = 0
    asked_by_hand: int = 0
    doubt: Doubt | None = None
    late: Doubt | None = None
    refused_signers: tuple[str, ...] = ()
    failed_why: str | None = None
    settled: tuple[Settled, ...] = private(())
    paid_at: datetime | None = None
    acted_at: datetime | None = None
    number_place: int | None = None
    complaint_place: int | None = None
    verifying_since: datetime | None = None
    verification: Verification | None = private(None)
    trace: Trace = Trace()

    @property
    def needs(self) -> Level | None:
        """The level whose signature is next; None where nothing waits for one."""
        waiting = unsigned(self.steps, self.signatures)
        return waiting[0] if waiting and self.status in ("requested", "approving") else None

    @property
    def total_fen(self) -> int:
        return total_fen(self.lines)

    @property
    def committed_fen(self) -> int:
        """What it pays or may come to pay: a pre-refund that is not verified yet may be doubled (RF4)."""
        pending = self.claim.sort == "pre_refund" and self.verification is None
        return self.total_fen + (award_of(self.claim).amount_fen if pending else 0)

    @property
    def returned_fen(self) -> int:
        """What this payment returns to the customer: of an upheld pre-refund the award alone, else all."""
        return total_fen(tuple(line for line in self.lines if not (self.verification and line.kind == "principal")))

    @property
    def in_doubt(self) -> "Refund | None":
        """Itself, while nobody knows whether its present line is paid; of one entered by hand only who took it does."""
        return self if self.status == "unknown" or self.taken_by else None

    @property
    def doubts(self) -> tuple[Doubt, ...]:
        """All that is unknown, the oldest first."""
        return tuple(sorted((each for each in (self.doubt, self.late) if each), key=lambda each: each.since))

    @property
    def on_its_way_since(self) -> datetime | None:
        """Since when it could have been paid, in business time: signed, upheld, or the line before it paid."""
        if self.status not in ("approved", "paying"):
            return None
        acts = [self.requested_at, *(each.at for each in self.signatures)]
        acts += [self.verification.at] if self.verification else []
        return max(*acts, *(line.paid_at or self.requested_at for line in self.lines))

    @property
    def waits_for(self) -> Literal["boss", "person"]:
        """Who finds out what became of an unknown line."""
        return "boss" if self.wake_at else "person"

    @property
    def taken_by(self) -> str | None:
        """Who enters its refused line in BOSS by hand; None while nobody has taken it."""
        last = self.settled[-1] if self.status == "failed" and self.settled else None
        return last.by if last and last.outcome == "by_hand" else None

    @property
    def present_line(self) -> Line:
        """The first line that is not paid: lines are paid one after the other."""
        return next(line for line in self.lines if line.state != "paid")

    @property
    def holds_charge(self) -> bool:
        """Whether its charge is taken (RF19): a rejected or withdrawn claim frees it, a correction takes none."""
        return self.status not in FREED and bool(self.lines)

    def shows_in(self, otherwise: datetime) -> str:
        """The month (YYYY-MM) in whose bill it shows (RF18); `otherwise` stands for a payment that is still to come."""
        return month_after(self.paid_at or otherwise, self.shows_in_months)


def month_after(moment: datetime, months: int) -> str:
    """YYYY-MM of the month so many months after this moment's, in Shanghai."""
    day = day_of(moment)
    years, month = divmod(day.month - 1 + months, 12)
    return f"{day.year + years:04}-{month + 1:02}"


def nothing_paid(refund: Refund) -> bool:
    """Whether no line has reached the customer."""
    return paid_fen(refund.lines) == 0
