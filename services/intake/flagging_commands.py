"""What callers ask apart from handling: flags (IN15), recharges (IN25), papers (RP7), as values. Pure."""

from dataclasses import dataclass

from services.intake.recharge import Recharge


@dataclass(frozen=True)
class AccusedOf:
    """An employee by number, a partner by the name or code of its hall or unit, or both."""

    staff: str | None = None
    partner: str | None = None


@dataclass(frozen=True)
class FlagProhibition:
    prohibition: int
    reason: str
    accused: AccusedOf | None = None


@dataclass(frozen=True)
class CompleteRecharge:
    recharge: Recharge


@dataclass(frozen=True)
class MakeWrittenReply:
    """Nothing but that it is to be made."""
