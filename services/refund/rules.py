"""What the operator decides about refunds in policies/refunds.yml, as values. Amounts in fen. Pure."""

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Literal

from services.refund.doubts.rules import DoubtRules

Level = Literal["duty_manager", "branch", "province"]
ConfirmationCheck = Literal["second_confirmation", "after_trial"]
LEVELS: tuple[Level, ...] = ("duty_manager", "branch", "province")


@dataclass(frozen=True)
class Band:
    """Totals from `from_fen` to `to_fen` (None: no end) are signed by these levels, in order (RF12)."""

    from_fen: int
    to_fen: int | None
    levels: tuple[Level, ...]

    def holds(self, amount_fen: int) -> bool:
        return self.from_fen <= amount_fen and (self.to_fen is None or amount_fen <= self.to_fen)


@dataclass(frozen=True)
class ExtraCap:
    """An extra up to `to_fen` needs the signature of this level or a higher one (RF11)."""

    to_fen: int
    level: Level


@dataclass(frozen=True)
class PreRefundRules:
    """A principal up to `up_to_fen` may be paid before it is verified, with the consent of this level (RF4)."""

    up_to_fen: int
    consent: Level


@dataclass(frozen=True)
class LateFeeRules:
    """Late fees of these brands, up to `up_to_fen` for one number, are waived without approval (RF9)."""

    brands: frozenset[str]
    up_to_fen: int


@dataclass(frozen=True)
class BreakerRules:
    """After `after` calls in a row without an answer BOSS is left alone for `first`, then twice as long each time."""

    after: int
    first: timedelta
    longest: timedelta


@dataclass(frozen=True)
class BillingRules:
    """What this BOSS can do, and how patient we are with it. Spans in machine time.

    honours_keys: a repeated key makes no second entry. can_be_asked: an entry can be looked up by its key.
    absent_after: so long after the last sending an entry that is not there will not appear any more.
    honours_expiry: an entry that comes after its `valid_until` is refused. doubts: who hears of what stays unknown."""

    honours_keys: bool
    can_be_asked: bool
    absent_after: timedelta
    connect: timedelta
    answer: timedelta
    lease: timedelta
    first_wait: timedelta
    longest_wait: timedelta
    attempts: int
    breaker: BreakerRules
    honours_expiry: bool = False
    doubts: DoubtRules = field(default_factory=lambda: DoubtRules("finance"))


@dataclass(frozen=True)
class RefundRules:
    """The whole policy. `extra_caps` rise; the last one is the cap of all (RF11).

    correction_levels: who signs a correction without money (RF10). confirmation_checks: the checks that a confirmation
    record always has to name (RF15)."""

    bands: tuple[Band, ...]
    pieces_within: timedelta
    cannot_verify: Level
    extra_caps: tuple[ExtraCap, ...]
    goodwill_refunds: int
    shows_in_months: int
    pre_refund: PreRefundRules
    late_fee: LateFeeRules
    correction_levels: tuple[Level, ...]
    confirmation_checks: tuple[ConfirmationCheck, ...]
    billing: BillingRules
