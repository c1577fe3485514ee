"""What stands against signing a daily sheet (RF12): one sentence each, with what is missing."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from shared.errors import InvalidRequest, RuleRefused


class SheetRefused(RuleRefused):
    """A signature that RF12 does not allow."""

    def __init__(self, message: str, sheet: str, **details: Any) -> None:
        super().__init__("RF12", message, sheet=sheet, **details)


class DayNotOver(SheetRefused):
    """Refunds may still come to the sheet."""

    def __init__(self, sheet: str, ends_at: datetime) -> None:
        super().__init__("a daily sheet is signed once its day is over", sheet, needs={"after": ends_at.isoformat()})


class EmptySheet(SheetRefused):
    """The hall had no refunds on that day."""

    def __init__(self, sheet: str) -> None:
        super().__init__("the hall has no refunds of that day: there is nothing to sign", sheet, needs="a refund")


class RequesterNeverSigns(SheetRefused):
    """Who requested a refund of the sheet signs it as nobody."""

    def __init__(self, sheet: str, refund_id: str) -> None:
        message = "you requested a refund of this sheet: somebody else signs it"
        super().__init__(message, sheet, refund_id=refund_id, needs="another person")


class NotAManager(SheetRefused):
    """It is filed by a manager of the branch."""

    def __init__(self, sheet: str, branch: str) -> None:
        needs = {"role": ["duty_manager", "branch"], "branch": branch}
        super().__init__("a manager of the branch files the sheet", sheet, needs=needs)


class NotFiled(SheetRefused):
    """A reviewer signs what a manager has filed."""

    def __init__(self, sheet: str) -> None:
        super().__init__("the manager has to file the sheet first", sheet, needs={"as": "manager"})


class RowsHaveChanged(SheetRefused):
    """The refunds are not what the manager filed."""

    def __init__(self, sheet: str, refund_ids: Sequence[str]) -> None:
        message = "refunds have changed since the manager filed the sheet: it has to be filed again"
        super().__init__(message, sheet, refund_ids=list(refund_ids), needs={"as": "manager"})


class SignedOnce(SheetRefused):
    """One person never signs twice."""

    def __init__(self, sheet: str) -> None:
        super().__init__("you have signed this sheet already", sheet, needs="another person")


class SheetSigned(SheetRefused):
    """The signature is there already; `next_office` is the one that is still missing."""

    def __init__(self, sheet: str, office: str, next_office: str | None) -> None:
        needs = {"as": next_office} if next_office else None
        super().__init__(f"the {office} has signed this sheet already", sheet, needs=needs)


class WhichBranch(InvalidRequest):
    """The caller sees all branches, and the hall does not say which one is meant."""

    def __init__(self, hall: str) -> None:
        message = "name the branch: no branch, or more than one, lists this hall"
        super().__init__(message, fields={"branch": ["name the branch of the hall"]}, hall=hall)
