"""What intake publishes: for each event the complaint's whole current facts and what changed; the customer sealed."""

from typing import Any

from services.intake import history as h
from services.intake.facts import facts_of
from services.intake.model import Complaint, Particulars
from shared.aggregate import event_name
from shared.codec import split
from shared.sealing import KeyRing

SCHEMA = 1
UNTOLD = (h.LadderSeen,)  # escalation's own words are not told back
AWAITED = frozenset(event_name(kind) for kind in h.EVENTS if kind not in UNTOLD)  # escalation and refund read them all


def told(complaint: Complaint, event: Any, keys: KeyRing) -> dict[str, Any] | None:
    """The `data` of the event on the bus; None for what nobody is told."""
    if isinstance(event, UNTOLD):
        return None
    data = facts_with_customer(complaint, keys) | {"change": _change(event)}
    if isinstance(event, h.ComplaintReplied):
        data["reply"] = {"sealed": keys.seal_for_suite({"content": event.content})}
    if isinstance(event, h.ImprovementTold):
        data["improvement"] = {"sealed": keys.seal_for_suite({"what": event.what})}
    return data


def facts_with_customer(complaint: Complaint, keys: KeyRing) -> dict[str, Any]:
    """The facts, with the customer as `{masked, sealed}` under the suite key."""
    customer = complaint.customer
    sealed = keys.seal_for_suite({"msisdn": customer.msisdn, "name": customer.name})
    return facts_of(complaint) | {"customer": {"masked": customer.masked, "sealed": sealed}}


def _change(event: Any) -> dict[str, Any]:
    """The event's name and its own open fields; of the first event only the name, since the facts tell the rest."""
    name = {"name": event_name(type(event))}
    if isinstance(event, Particulars):
        return name | ({"lacks": event.lacks} if isinstance(event, h.ComplaintRefused) else {})
    said, _ = split(event)
    return name | {field: value for field, value in said.items() if field != "limits"}
