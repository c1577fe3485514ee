"""A hall's month for the branch (RF17): an approval form for each refund, and the month's daily sheets. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from services.refund.answers import refund_answer
from services.refund.books.sheet import DailySheet, Row
from services.refund.books.sheet_shown import signed
from services.refund.books.spans import Span
from services.refund.model import Refund
from shared import paper
from shared.aggregate import Actor
from shared.calendar import day_of
from shared.organisation import Organisation
from shared.stored import Saved

Answer = dict[str, Any]


def package(
    place: tuple[str, str], month: Span, refunds: Iterable[Saved[Refund]], to: Actor, organisation: Organisation
) -> Answer:
    """`{branch, hall, hall_name, month, items}`: each refund with its form, as this caller may see it."""
    branch, hall = place
    unit, company = organisation.unit(branch, hall), organisation.branches.get(branch)
    hall_name, company_name = unit.name if unit else hall, company.name if company else branch
    items = [_item(saved, to, company_name, hall_name) for saved in refunds]
    return {"branch": branch, "hall": hall, "hall_name": hall_name, "month": month.name, "items": items}


def _item(saved: Saved[Refund], to: Actor, company: str, hall: str) -> Answer:
    """`complaint_id` is the one whose reception sheet (intake.receipt) belongs to it; None for what nobody complained
    of."""
    shown = refund_answer(saved, to)
    told = {name: shown[name] for name in ("refund_id", "complaint_id", "sort", "status", "total_fen", "requested_at")}
    return told | {"html": approval_form(shown, company, hall)}


def approval_form(shown: Mapping[str, Any], company: str, hall: str) -> str:
    """《资费争议电子流审批单》 of one refund, from what `get` shows of it to the caller."""
    texts = {name: shown.get(name) for name in ("cause", "evidence", "maintenance_opinion", "exception", "correction")}
    texts |= {"msisdn": shown.get("msisdn")}
    return paper.render("refund/approval_form.html", refund={**shown, **texts}, company=company, hall=hall)


def days_shown(
    month: Span, rows: Sequence[tuple[datetime, Row]], sheets: Mapping[str, DailySheet], now: datetime
) -> Answer:
    """`{days, unsigned}`: each day with refunds, its count and fen and its sheet's signatures; `unsigned` names those
    on which one is missing, or no longer fits."""
    by_day: dict[str, list[Row]] = {day: [] for day in sheets}
    for at, row in rows:
        by_day.setdefault(day_of(at).isoformat(), []).append(row)
    days = [_day(day, by_day[day], sheets.get(day)) for day in sorted(by_day)]
    unsigned = [day["day"] for day in days if day["missing"] or not day["fits"]]
    return {"days": days, "unsigned": unsigned, "closed": month.end <= now}


def _day(day: str, rows: Sequence[Row], sheet: DailySheet | None) -> Answer:
    told = {"day": day, "refunds": len(rows), "total_fen": sum(row.amount_fen for row in rows)}
    return told | signed(sheet, rows)
