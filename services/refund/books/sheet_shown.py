"""What callers see of a daily sheet: its refunds in order, totals by line kind, its signatures, whether they fit."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

from services.refund.answers import refund_answer
from services.refund.books.sheet import DailySheet, HallDay, Row, SheetSignature, changed_rows, digest_of
from services.refund.model import FREED, Refund
from shared import paper
from shared.aggregate import Actor
from shared.organisation import Organisation
from shared.stored import Saved

OFFICES = ("manager", "reviewer")
KINDS = ("principal", "award", "extra", "late_fee")
Answer = dict[str, Any]


def row_of(refund: Refund) -> Row:
    """The row that signatures are for."""
    return Row(refund.refund_id, refund.total_fen, refund.requested_by.sub)


def sheet_shown(
    which: HallDay, refunds: Sequence[Saved[Refund]], sheet: DailySheet | None, to: Actor, organisation: Organisation
) -> Answer:
    """`{branch, hall, hall_name, day, items, totals, digest, signatures, missing, fits, changed}`."""
    items = [{"n": n, **refund_answer(saved, to)} for n, saved in enumerate(refunds, start=1)]
    unit = organisation.unit(which.branch, which.hall)
    shown: Answer = {"branch": which.branch, "hall": which.hall, "day": which.day.isoformat()}
    shown |= {"hall_name": unit.name if unit else which.hall, "items": items}
    return shown | {"totals": totals([saved.state for saved in refunds])} | signed(sheet, [*map(_row, refunds)])


def _row(saved: Saved[Refund]) -> Row:
    return row_of(saved.state)


def totals(refunds: Sequence[Refund]) -> Answer:
    """Count and fen by line kind; `paid_fen` is what BOSS has; rejected and withdrawn ones count by status only."""
    lines = [line for each in refunds if each.status not in FREED for line in each.lines]
    by_kind = Counter(dict.fromkeys(KINDS, 0))
    for line in lines:
        by_kind[line.kind] += line.amount_fen
    return {
        "count": len(refunds),
        "total_fen": sum(line.amount_fen for line in lines),
        "paid_fen": sum(line.amount_fen for line in lines if line.state == "paid"),
        "by_kind": dict(by_kind),
        "by_status": dict(Counter(each.status for each in refunds)),
    }


def signed(sheet: DailySheet | None, rows: Sequence[Row]) -> Answer:
    """The signatures so far, those that are missing, and whether the rows still fit what was signed."""
    changed = changed_rows(sheet, rows) if sheet else []
    there = sheet.signatures if sheet and not changed else ()
    return {
        "digest": digest_of(rows),
        "signatures": [_signature(each) for each in sheet.signatures] if sheet else [],
        "missing": [office for office in OFFICES if office not in {each.office for each in there}] if rows else [],
        "fits": not changed,
        "changed": changed,
    }


def signing_shown(saved: Saved[DailySheet]) -> Answer:
    """What a signature answers: the sheet as it was signed."""
    sheet = saved.state
    told: Answer = {"branch": sheet.branch, "hall": sheet.hall, "day": sheet.day, "digest": sheet.digest}
    told |= {"refunds": len(sheet.rows), "total_fen": sheet.total_fen}
    signatures = [_signature(each) for each in sheet.signatures]
    return told | {"signatures": signatures, "missing": [] if sheet.reviewed else ["reviewer"], "version": saved.v}


def _signature(signature: SheetSignature) -> Answer:
    told = {"as": signature.office, "by": signature.by, "role": signature.role}
    return told | {"at": signature.at.isoformat(timespec="milliseconds")}


def printed(shown: Answer) -> Answer:
    """The same with its paper."""
    return shown | {"html": paper.render("refund/daily_sheet.html", **shown)}
