"""Who is accused of a prohibition has no part in the case (IN15). Pure."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from services.escalation.errors import AccusedNeverActs
from services.escalation.model import Case
from shared.aggregate import Actor

Decide = Callable[[Case, datetime], list[Any]]


def must_not_be_accused(case: Case, by: Actor) -> None:
    """Raises AccusedNeverActs where intake names the employee among the accused."""
    if by.sub in case.facts.accused:
        raise AccusedNeverActs(case.complaint_id)


def unless_accused(by: Actor, decide: Decide) -> Decide:
    """The same decision, refused to the accused: as the case stands when it is decided."""

    def checked(case: Case, now: datetime) -> list[Any]:
        must_not_be_accused(case, by)
        return decide(case, now)

    return checked
