"""A hall's daily sheet of refunds and its two signatures (RF12). Pure.

What is signed is the sheet's rows, fixed by their digest: rows that have changed since no longer fit it, and the sheet
may be filed anew."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any, Literal

from services.refund.books.sheet_errors import (
    DayNotOver,
    EmptySheet,
    NotAManager,
    NotFiled,
    RequesterNeverSigns,
    RowsHaveChanged,
    SheetSigned,
    SignedOnce,
)
from shared.aggregate import Actor, Kind, Stamp
from shared.calendar import start_of
from shared.codec import canonical, plain

Office = Literal["manager", "reviewer"]
MANAGERS = frozenset({"duty_manager", "branch"})
ONE_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Row:
    """One refund of the sheet: its id, all its lines in fen, and who requested it."""

    refund_id: str
    amount_fen: int
    requested_by: str


@dataclass(frozen=True)
class HallDay:
    """Which sheet: one for each branch, hall and day."""

    branch: str
    hall: str
    day: date

    @property
    def id(self) -> str:
        return f"{self.branch}/{self.hall}/{self.day.isoformat()}"

    @property
    def span(self) -> tuple[datetime, datetime]:
        """From the day's beginning until before the next one's, in UTC."""
        return start_of(self.day), start_of(self.day + ONE_DAY)


@dataclass(frozen=True, kw_only=True)
class DailySheetFiled:
    """A manager filed the sheet with these rows; an earlier filing of other rows is void."""

    branch: str
    hall: str
    day: str
    rows: tuple[Row, ...]
    digest: str


@dataclass(frozen=True)
class DailySheetReviewed:
    """A reviewer signed what was filed."""

    digest: str


@dataclass(frozen=True)
class SheetSignature:
    """Who signed as what, in which role, when."""

    office: Office
    by: str
    role: str
    at: datetime


@dataclass(frozen=True, kw_only=True)
class DailySheet:
    """The state: the rows as filed, and the signatures under them."""

    branch: str
    hall: str
    day: str
    rows: tuple[Row, ...]
    digest: str
    signatures: tuple[SheetSignature, ...]

    @property
    def reviewed(self) -> bool:
        return len(self.signatures) > 1

    @property
    def total_fen(self) -> int:
        return sum(row.amount_fen for row in self.rows)


def digest_of(rows: Sequence[Row]) -> str:
    """Recognises these rows again, in whatever order they come: ids, amounts, requesters."""
    in_order = sorted(rows, key=lambda row: row.refund_id)
    return hashlib.sha256(b"sheet\0" + canonical(plain(in_order))).hexdigest()


def changed_rows(sheet: DailySheet, rows: Sequence[Row]) -> list[dict[str, Any]]:
    """What no longer fits what was signed: `{refund_id, signed_fen, now_fen}`, None where the row is not there."""
    signed, now = ({row.refund_id: row for row in each} for each in (sheet.rows, rows))
    different = sorted(each for each in signed.keys() | now.keys() if signed.get(each) != now.get(each))
    return [
        {"refund_id": each, "signed_fen": _fen(signed.get(each)), "now_fen": _fen(now.get(each))} for each in different
    ]


def _fen(row: Row | None) -> int | None:
    return row.amount_fen if row else None


def sign(
    sheet: DailySheet | None, which: HallDay, office: Office, rows: Sequence[Row], by: Actor, now: datetime
) -> list[Any]:
    """The signature's event. `rows`: the refunds of that day as they are now. Raises what is missing (RF12)."""
    if now < which.span[1]:
        raise DayNotOver(which.id, which.span[1])
    if not rows:
        raise EmptySheet(which.id)
    if own := next((row for row in rows if row.requested_by == by.sub), None):
        raise RequesterNeverSigns(which.id, own.refund_id)
    return _file(sheet, which, rows, by) if office == "manager" else _review(sheet, which, rows, by)


def _file(sheet: DailySheet | None, which: HallDay, rows: Sequence[Row], by: Actor) -> list[Any]:
    """A sheet whose rows have changed since it was filed may be filed again: it is another one then."""
    if by.role not in MANAGERS or by.branch != which.branch:
        raise NotAManager(which.id, which.branch)
    digest = digest_of(rows)
    if sheet and sheet.digest == digest:
        raise SheetSigned(which.id, "manager", "reviewer" if not sheet.reviewed else None)
    place = {"branch": which.branch, "hall": which.hall, "day": which.day.isoformat()}
    return [DailySheetFiled(**place, rows=tuple(rows), digest=digest)]


def _review(sheet: DailySheet | None, which: HallDay, rows: Sequence[Row], by: Actor) -> list[Any]:
    if sheet is None:
        raise NotFiled(which.id)
    if changed := changed_rows(sheet, rows):
        raise RowsHaveChanged(which.id, [each["refund_id"] for each in changed])
    if by.sub in {signature.by for signature in sheet.signatures}:
        raise SignedOnce(which.id)
    if sheet.reviewed:
        raise SheetSigned(which.id, "reviewer", None)
    return [DailySheetReviewed(sheet.digest)]


def apply(sheet: DailySheet | None, event: Any, stamp: Stamp) -> DailySheet:
    """The sheet after the event; a new filing begins anew."""
    if isinstance(event, DailySheetFiled):
        return DailySheet(**vars(event), signatures=(_signature("manager", stamp),))
    assert sheet is not None, "a sheet begins with its filing"
    return replace(sheet, signatures=(*sheet.signatures, _signature("reviewer", stamp)))


def _signature(office: Office, stamp: Stamp) -> SheetSignature:
    return SheetSignature(office, stamp.by.sub, stamp.by.role, stamp.at)


SHEETS = Kind("daily_sheets", DailySheet, (DailySheetFiled, DailySheetReviewed), apply)
