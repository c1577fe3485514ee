"""What can be wrong with a pre-refund, a late fee, a verification: one sentence each, no personal data."""

from collections.abc import Sequence
from datetime import datetime

from shared.errors import RuleRefused


class NotPreRefunded(RuleRefused):
    """Only what would be doubled is paid before it is verified (RF4)."""

    def __init__(self, field: str, why: str, needs: object) -> None:
        super().__init__("RF4", f"no pre-refund: {why}", missing=[field], needs={field: needs})


class TooMuchBeforehand(RuleRefused):
    """A principal above the policy's cap is verified first (RF4)."""

    def __init__(self, most_fen: int) -> None:
        super().__init__(
            "RF4",
            "it is more than may be paid before it is verified: verify first, then request the refund",
            most_fen=most_fen,
            needs={"method": "request"},
        )


class VerifiedTooLate(RuleRefused):
    """The three days are over: the pre-refund stays as it is (CL5)."""

    def __init__(self, refund_id: str, due_at: datetime) -> None:
        told = due_at.isoformat(timespec="milliseconds")
        super().__init__(
            "CL5",
            "the time to verify is over: the principal stays with the customer, nothing follows",
            refund_id=refund_id,
            due_at=told,
        )


class RequesterNeverVerifies(RuleRefused):
    """Who asked for a pre-refund does not verify it, unless his is the level that consents (RF4)."""

    def __init__(self, refund_id: str, level: str) -> None:
        super().__init__(
            "RF4", "who asked for it does not verify it", refund_id=refund_id, needs={"level": level, "by": "another"}
        )


class NotWaivedHere(RuleRefused):
    """The front line waives late fees of some brands only (RF9)."""

    def __init__(self, brands: Sequence[str]) -> None:
        super().__init__(
            "RF9",
            "late fees of this brand are not waived at the front line: request a refund",
            needs={"brand": list(brands), "method": "request"},
        )


class LateFeeTooHigh(RuleRefused):
    """Above the front line's cap, the number's other waivers counted in (RF9)."""

    def __init__(self, most_fen: int, earlier_fen: int, levels: Sequence[str]) -> None:
        super().__init__(
            "RF9",
            "it is more than the front line may waive: request a refund, to be signed by these levels",
            most_fen=most_fen,
            earlier_fen=earlier_fen,
            needs={"method": "request", "levels": list(levels)},
        )
