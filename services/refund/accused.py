"""Who is accused of a prohibition has no part in the complaint's refunds (IN15). Pure."""

from collections.abc import Callable, Container, Sequence
from datetime import datetime
from typing import Any

from services.refund.errors import AccusedNeverDecides
from services.refund.model import Refund
from shared.aggregate import Actor

Decide = Callable[[Refund, datetime], Sequence[Any]]
Accused = Callable[[str], Container[str]]


def must_not_be_accused(complaint_id: str, accused: Container[str], by: Actor) -> None:
    """Raises AccusedNeverDecides where intake names the employee among the accused."""
    if by.sub in accused:
        raise AccusedNeverDecides(complaint_id)


def unless_accused(by: Actor, accused: Accused, decide: Decide) -> Decide:
    """The same decision, refused to the accused; `accused` tells who that is in the claim's complaint."""

    def checked(refund: Refund, now: datetime) -> Sequence[Any]:
        if complaint_id := refund.claim.complaint_id:
            must_not_be_accused(complaint_id, accused(complaint_id), by)
        return decide(refund, now)

    return checked
