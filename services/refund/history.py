"""What happens to a refund: the events of its history. `until`, `wake_at` and `gone_by` are machine time. Pure."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from services.refund.claim import Claim
from services.refund.doubts.happened import (
    HAPPENED,
    RefundAskAnswered,
    RefundDoubtRested,
    RefundDoubtRose,
    RefundLateChecked,
    RefundLeftLate,
    RefundNotSent,
    RefundSentLate,
)
from services.refund.lines import Line, LineKind
from services.refund.rules import Level
from shared.aggregate import private

Settlement = Literal["paid", "not_paid", "by_hand"]


@dataclass(frozen=True)
class RefundRequested:
    """A claim was taken. `counted_fen` includes its other pieces (RF12); `goodwill_slot` counts under RF8; the places
    say how many-th claim of its number and complaint it is.

    `acted_at`: when the customer last asked, as far as is known (NT2)."""

    refund_id: str
    lines: tuple[Line, ...]
    steps: tuple[Level, ...]
    counted_fen: int
    shows_in_months: int
    policy_version: str
    claim: Claim = private()
    goodwill_slot: int | None = None
    acted_at: datetime | None = None
    number_place: int | None = None
    complaint_place: int | None = None


@dataclass(frozen=True)
class RefundStepsRaised:
    """Other pieces came since: the sum asks for more signatures (RF12)."""

    steps: tuple[Level, ...]
    counted_fen: int


@dataclass(frozen=True)
class RefundStepSigned:
    """One more signature, for the step of this level."""

    level: Level
    comment: str = private("")


@dataclass(frozen=True)
class RefundSelfApprovalRefused:
    """The requester tried to sign the claim himself (RF12); kept once a person."""


@dataclass(frozen=True)
class RefundApproved:
    """All steps are signed: it may be paid."""


@dataclass(frozen=True)
class RefundRejected:
    """An approver said no; the charge is free for another claim (RF19)."""

    reason: str = private()


@dataclass(frozen=True)
class RefundWithdrawn:
    """The claim was taken back; the charge is free for another one (RF19)."""

    reason: str = private()


@dataclass(frozen=True)
class RefundPaying:
    """This process will now tell BOSS of the line, under its permanent key, and nobody else; not after `until`."""

    kind: LineKind
    key: str
    until: datetime
    sent_at: datetime


@dataclass(frozen=True)
class RefundAsking:
    """This process will now ask BOSS for the line by its key; nobody else does until `until`."""

    kind: LineKind
    key: str
    until: datetime


@dataclass(frozen=True)
class RefundLinePaid:
    """BOSS has the entry."""

    kind: LineKind
    boss_reference: str


@dataclass(frozen=True)
class RefundPaid:
    """All lines are paid."""


@dataclass(frozen=True)
class RefundUnknown:
    """Nobody knows whether BOSS has the entry. Asked again at `wake_at`; None: a person has to settle it.

    `refusal`: BOSS refused a repeated sending, which says nothing about the first one. `rises_after_s`: seconds of
    business time from the beginning of the doubt to its first rise. `gone_by`: the sending left late, by then."""

    kind: LineKind
    why: str
    wake_at: datetime | None = None
    refusal: str | None = None
    rises_after_s: int | None = None
    gone_by: datetime | None = None


@dataclass(frozen=True)
class RefundFailed:
    """The line was not paid and will not be: `why` is BOSS's word or `settled`."""

    kind: LineKind
    why: str


@dataclass(frozen=True)
class RefundSettled:
    """A person found out what became of the line; `by_hand`: he enters in BOSS himself what it refused.

    `rises_after_s`: seconds of business time until somebody hears that he has not said whether he did."""

    kind: LineKind
    outcome: Settlement
    evidence: tuple[str, ...] = private()
    rises_after_s: int | None = None


@dataclass(frozen=True)
class RefundVerified:
    """The facts behind a pre-refund are known (RF4): upheld, the award follows; not upheld, nothing does."""

    upheld: bool
    evidence: tuple[str, ...] = private()


@dataclass(frozen=True)
class RefundVerificationBroken:
    """Nobody verified it until `due_at`: the principal stays, as for what cannot be verified (CL5, RF8)."""

    due_at: datetime
    goodwill_slot: int | None = None


@dataclass(frozen=True)
class CorrectionRecorded:
    """An application that moves no money (RF10)."""


EVENTS = (
    RefundRequested,
    RefundStepsRaised,
    RefundStepSigned,
    RefundApproved,
    RefundRejected,
    RefundWithdrawn,
    RefundPaying,
    RefundAsking,
    RefundLinePaid,
    RefundPaid,
    RefundUnknown,
    RefundFailed,
    RefundSettled,
    RefundVerified,
    RefundVerificationBroken,
    CorrectionRecorded,
    RefundSelfApprovalRefused,
    *HAPPENED,
)
ENDING = frozenset(
    {
        *(RefundRejected, RefundWithdrawn, RefundLinePaid, RefundPaid, RefundFailed, RefundUnknown, RefundSettled),
        *(RefundVerified, RefundVerificationBroken, CorrectionRecorded),
        *(RefundAskAnswered, RefundDoubtRose, RefundDoubtRested),
        *(RefundSentLate, RefundLeftLate, RefundLateChecked, RefundNotSent),
    }
)
