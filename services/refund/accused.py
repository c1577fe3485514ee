"""Who is accused of a prohibition has no part in the complaint's refunds (IN15). Pure."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from services.refund.claim import Complaint
from services.refund.errors import AccusedNeverDecides
from services.refund.model import Refund
from shared.aggregate import Actor

Decide = Callable[[Refund, datetime], Sequence[Any]]
Find = Callable[[str], Complaint | None]


def must_not_be_accused(complaint: Complaint | None, by: Actor) -> None:
    """Raises AccusedNeverDecides where intake names the employee among the accused."""
    if complaint and by.sub in complaint.accused:
        raise AccusedNeverDecides(complaint.complaint_id)


def unless_accused(by: Actor, find: Find, decide: Decide) -> Decide:
    """The same decision, refused to the accused; `find` is what is known of the claim's complaint."""

    def checked(refund: Refund, now: datetime) -> Sequence[Any]:
        must_not_be_accused(find(refund.claim.complaint_id) if refund.claim.complaint_id else None, by)
        return decide(refund, now)

    return checked
