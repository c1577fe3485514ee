"""A hall's register of a day (IN20) and the statistic of recharges and passwords (IN25): rows and totals. Pure."""

import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, time, timedelta
from typing import Any

from services.intake.facts import whole
from services.intake.model import Complaint
from services.intake.recharge import masked_serial
from services.intake.registers_schema import HallDay, Recharges
from services.intake.search_schema import Search
from shared import paper
from shared.calendar import SHANGHAI
from shared.fields import LARGEST_PAGE, After
from shared.organisation import Organisation
from shared.stored import Saved

MOMENT, A_PLACE = timedelta(milliseconds=1), After()
Row = dict[str, Any]
Find = Callable[[Search, Mapping[str, Any]], tuple[list[Saved[Complaint]], str | None]]
AS_THEY_ARE = (
    *("serial_no", "complaint_id", "ticket_type", "channel", "category", "category_path", "brand", "status"),
    *("first_contact", "handler", "department"),
)
TIME_POINTS = (
    *("registered_at", "answered_at", "called_back_at", "remarked_at", "replied_at", "reopened_at", "archived_at"),
    "withdrawn_at",
)
OPEN = "open"


def of_the_day(asked: HallDay, after: tuple[datetime, str] | None = None) -> Search:
    """The search for the hall's tickets of the day, all sorts of them, refused ones too."""
    start = datetime.combine(asked.day, time(), SHANGHAI)
    until = datetime.combine(asked.day + timedelta(days=1), time(), SHANGHAI) - MOMENT
    return Search(hall=asked.hall, registered_from=start, registered_to=until, limit=LARGEST_PAGE, after=after)


def every_page(search: Find, asked: Search, visible: Mapping[str, Any]) -> Iterator[Complaint]:
    """What all pages of a search hold; for one that is small by its nature, such as a hall's day."""
    while True:
        found, after = search(asked, visible)
        yield from (saved.state for saved in found)
        if after is None:
            return
        place: Any = A_PLACE.deserialize(after)
        asked = replace(asked, after=place)


def hall_register(asked: HallDay, tickets: Iterable[Complaint], now: datetime, organisation: Organisation) -> Row:
    """The register: {hall, hall_name, day, items, totals, html?}, oldest first, customers masked (IN20)."""
    in_order = sorted(tickets, key=lambda each: (each.registered_at, each.complaint_id))
    items = [{"n": n, **_ticket(each, now)} for n, each in enumerate(in_order, start=1)]
    unit = organisation.unit(in_order[0].branch, asked.hall) if in_order else None
    register: Row = {"hall": asked.hall, "hall_name": unit.name if unit else asked.hall, "day": asked.day.isoformat()}
    register |= {"items": items, "totals": _totals(items)}
    return register | ({"html": paper.render("intake/hall_register.html", **register)} if asked.printed else {})


def _ticket(ticket: Complaint, now: datetime) -> Row:
    """One line: what it is, who has it, its time points, and whether its reply is or was late."""
    due_at = ticket.answer_limit
    late = due_at is not None and ticket.withdrawn_at is None and (ticket.replied_at or now) > due_at
    told = {name: getattr(ticket, name) for name in AS_THEY_ARE}
    times = {name: whole.unstructure(getattr(ticket, name)) for name in TIME_POINTS}
    told |= {"customer": ticket.customer.masked, "major": ticket.major is not None, "urged_count": ticket.urged_count}
    return told | times | {"due_at": whole.unstructure(due_at), "late": late}


def _totals(items: Sequence[Row]) -> Row:
    """How many, by sort and by status; how many are late, and still open."""
    counted = {f"by_{name}": dict(Counter(each[name] for each in items)) for name in ("ticket_type", "status")}
    late = sum(each["late"] for each in items)
    return {"count": len(items), "late": late, OPEN: sum(each["status"] == OPEN for each in items), **counted}


def of_recharges(asked: Recharges) -> Search:
    """The search for the page of recharge complaints."""
    where = {"branch": asked.branch, "hall": asked.hall, "limit": asked.limit, "after": asked.after}
    return Search(recharge=True, registered_from=asked.start, registered_to=asked.end - MOMENT, **where)  # type: ignore[arg-type]


def recharge_statistic(complaints: Iterable[Complaint], after: str | None) -> Row:
    """One page: {items, totals, after}; the totals are the page's own, whoever pages adds them up (IN25).

    Refused attempts are no complaints and are not counted (KP7)."""
    items = [_recharge(each) for each in complaints if each.status != "refused"]
    given = [each for each in items if each["state"] == "given"]
    totals: Row = {"count": len(items), "given": len(given), "wanted": len(items) - len(given)}
    totals["amount_fen"] = sum(each["amount_fen"] or 0 for each in given)
    totals |= {f"by_{name}": dict(Counter(_alike(each[name]) for each in given)) for name in COUNTED_BY}
    return {"items": items, "totals": totals, "after": after}


COUNTED_BY = ("kind", "fault", "place_of_sale")
UNKNOWN = "未知"


def _alike(text: str | None) -> str:
    """One spelling for what is counted: width and spaces make no difference."""
    return unicodedata.normalize("NFKC", text or "").strip() or UNKNOWN


def _recharge(complaint: Complaint) -> Row:
    """One line; the card's serial number without its last digits (PR1)."""
    told = {name: getattr(complaint, name) for name in ("complaint_id", "serial_no", "branch", "hall", "category")}
    told |= {"registered_at": whole.unstructure(complaint.registered_at), "status": complaint.status}
    known = complaint.recharge
    if known is None:
        lacking = ("kind", "fault", "card_serial", "at", "place_of_sale", "amount_fen")
        return told | {"state": "wanted", **dict.fromkeys(lacking)}
    kept = whole.unstructure(known) | {"card_serial": masked_serial(known.card_serial)}
    row: Row = told | {"state": "given"} | kept
    return row
