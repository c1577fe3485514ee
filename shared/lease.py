"""The right to act outside the document for a while: taken by a compare-and-set, fenced by the entry that took it.

A holder that was paused past its lease finds another fence in the document, and its result is refused.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from shared.errors import Conflict


@dataclass(frozen=True)
class Lease:
    """`fence` is the number of the history entry that took it; `until` is machine time (UTC)."""

    fence: int
    until: datetime

    def runs(self, machine_now: datetime) -> bool:
        """Whether nobody else may act yet."""
        return machine_now < self.until


class FencedOut(Conflict):
    """Somebody else holds the lease now; what this holder did must not be stored as its result."""

    def __init__(self) -> None:
        super().__init__("another process took over this work")


def taken(fence: int, machine_now: datetime, span: timedelta) -> Lease:
    """The lease that entry number `fence` takes."""
    return Lease(fence, machine_now + span)


def must_hold(lease: Lease | None, fence: int) -> None:
    """Raises FencedOut unless the lease in the document is still the one with this fence."""
    if lease is None or lease.fence != fence:
        raise FencedOut
