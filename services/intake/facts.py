"""A complaint's whole current facts, as events and internal answers carry them: no name, number or text. Pure."""

from datetime import datetime
from typing import Any

from cattrs import Converter

from services.intake.model import Complaint
from services.intake.open_tasks import open_tasks

AS_THEY_ARE = (
    *("complaint_id", "seq", "serial_no", "status", "ticket_type", "channel", "handling", "complainant"),
    *("category", "category_name", "category_path", "self_service_fault", "brand", "high_value", "group"),
    *("branch", "hall", "area", "department", "first_contact", "handler", "customer_kind", "coordination"),
    *("triggers", "disputed_amount_fen", "prohibition", "verified", "urged_count", "urged_at", "registered_at"),
    *("reopened_at", "answered_at", "replied_at", "replied_by", "archived_at", "withdrawn_at", "promises"),
    *("fulfilled", "opinions", "remarked_at", "called_back_at", "follow_up", "policy_version", "written_reply_at"),
    *("waits", "last_called_at", "written_reply_wanted", "turns"),
    *("inbound", "no_charge", "reported_port"),
)

TASK = ("task_id", "kind", "for_whom", "due_at")
whole = Converter()  # unlike the stored form it names every field, also those at their default
whole.register_unstructure_hook(datetime, lambda moment: moment.isoformat(timespec="milliseconds"))


def facts_of(complaint: Complaint) -> dict[str, Any]:
    """The facts as JSON values; `customer` is added by whoever may seal it."""
    facts = {name: whole.unstructure(getattr(complaint, name)) for name in AS_THEY_ARE}
    facts["level"] = complaint.ladder.level
    facts["limits"] = whole.unstructure(complaint.due_times)
    facts["demand_given"] = complaint.demand is not None
    facts["repeat_of"] = complaint.place.repeat_of
    facts["repeat_count"] = complaint.place.repeat_count
    facts["accused"] = sorted({sub for each in complaint.accused for sub in each.people})
    facts["accused_partners"] = sorted({each.partner for each in complaint.accused if each.partner})
    facts["recharge"] = _recharge(complaint)
    facts["major"] = whole.unstructure(complaint.major) | {"reason_given": True} if complaint.major else None
    facts["tasks"] = [{name: whole.unstructure(getattr(task, name)) for name in TASK} for task in open_tasks(complaint)]
    return facts


def _recharge(complaint: Complaint) -> dict[str, str] | None:
    """Whether what the statistic of recharges needs was told (`given`) or is still asked for (`wanted`) (IN25)."""
    if complaint.recharge:
        return {"state": "given", "kind": complaint.recharge.kind}
    return {"state": "wanted"} if complaint.recharge_leaf else None
