"""The reception sheet in its two copies (IN12), and the written reply (RP7): what stands in them. Pure."""

from collections.abc import Iterable, Sequence
from typing import Any

from services.intake import history as h
from services.intake.errors import NoWrittenReply
from services.intake.facts import whole
from services.intake.history import COMPLAINTS
from services.intake.model import Complaint
from services.intake.rules import Rules
from services.rights import signs_for
from shared import paper
from shared.aggregate import Actor, Stamp

Shown = dict[str, Any]


def receipt(shown: Shown, rules: Rules) -> dict[str, str]:
    """Both copies as HTML, of a complaint as `get` shows it to the caller; the hall's alone has serial number and
    contacts (IN12)."""
    values = {
        "complaint": shown,
        "place": _place(shown, rules),
        "dispute": _dispute(shown, rules),
        "limits": _limits(shown, rules),
        "promises": _steps(shown, "promise_made"),
    }
    copies = {"customer_copy": False, "hall_copy": True}
    return {name: paper.render("intake/receipt.html", hall_copy=hall, **values) for name, hall in copies.items()}


def _place(shown: Shown, rules: Rules) -> str:
    company = rules.organisation.branches.get(shown["branch"])
    hall = rules.organisation.unit(shown["branch"], shown["hall"]) if shown["hall"] else None
    return f"{company.name if company else shown['branch']} {hall.name if hall else shown['hall'] or ''}".strip()


def _dispute(shown: Shown, rules: Rules) -> Shown | None:
    """A disagreement about a charge, with its cause as far as it is known: judged, then found at archiving (IN14)."""
    amount = shown["disputed_amount_fen"]
    if amount is None and not rules.catalogue.is_about_charges(shown["category"]):
        return None
    judged = [each.get("note") or each["responsible_party"] for each in _steps(shown, "complaint_judged")]
    archived = [shown["archive"].get("cause")] if shown["archive"] else []
    return {"amount_fen": amount, "cause": next(reversed([*judged, *archived]), None)}


def _limits(shown: Shown, rules: Rules) -> list[tuple[str, str]]:
    """Each time limit's name and due time, soonest first."""
    names = {clock.kind: clock.zh for clock in reversed(rules.clocks_of(shown["policy_version"]).clocks)}
    return sorted(((names.get(kind, kind), due) for kind, due in shown["limits"].items()), key=lambda each: each[1])


def _steps(shown: Shown, event: str) -> list[Shown]:
    """What these steps of the history tell, with who and when."""
    told = (each for each in shown["history"] if each["event"] == event)
    return [{"what": None, **each["details"], "at": each["at"], "by": each["by"]} for each in told]


def written_reply(history: Sequence[tuple[Any, Stamp]], by: Actor, rules: Rules) -> Shown:
    """The latest written reply in this history: {complaint_id, serial_no, made_at, made_by, html}.

    Made from the complaint as it stood then, so that it stays the same paper. NoWrittenReply where there is none."""
    made = next((n for n in range(len(history), 0, -1) if isinstance(history[n - 1][0], h.WrittenReplyMade)), 0)
    complaint = COMPLAINTS.fold(None, history[:made] or history)
    assert complaint is not None, "every complaint has a history"
    if not made:
        raise NoWrittenReply(complaint.complaint_id)
    stamp = history[made - 1][1]
    told = {"complaint_id": complaint.complaint_id, "serial_no": complaint.serial_no}
    told |= {"made_at": whole.unstructure(stamp.at), "made_by": stamp.by.sub}
    return told | {"html": _letter(complaint, _reply(history[:made]), stamp, by, rules)}


def _letter(complaint: Complaint, reply: Shown, made: Stamp, by: Actor, rules: Rules) -> str:
    """The name in clear for who works on it or signs for the branch; the number never (PR1)."""
    clear = by.sub in (complaint.handler, complaint.first_contact, made.by.sub) or "branch" in signs_for(by)
    company = rules.organisation.branches.get(complaint.branch)
    return paper.render(
        "intake/written_reply.html",
        complaint=complaint,
        name=complaint.customer.name if clear else None,
        number=complaint.customer.masked,
        reply=reply,
        company=company.name if company else complaint.branch,
        made_by=made.by.sub,
        made_at=made.at,
    )


def _reply(history: Iterable[tuple[Any, Stamp]]) -> Shown:
    """The reply that stands last."""
    event, stamp = [entry for entry in history if isinstance(entry[0], h.ComplaintReplied)][-1]
    return {"process": event.process, "content": event.content, "by": stamp.by.sub, "at": stamp.at}
