"""What callers see of a task: whose, until when, and what its act needs to know."""

from typing import Any

from services.intake.model import Complaint
from services.intake.open_tasks import task_of
from services.intake.rules import Rules
from services.intake.shown import hiding, one_task, reads_texts
from shared.aggregate import Actor
from shared.stored import Saved

OF_THE_COMPLAINT = (
    *("complaint_id", "serial_no", "status", "branch", "hall", "category", "category_name", "brand"),
    *("first_contact", "handler"),
)
ASKING = ("follow_up",)


def task_shown(saved: Saved[Complaint], task_id: str, by: Actor, rules: Rules) -> dict[str, Any]:
    """One line of a task list; `ask` are the closing questions of a follow-up (RP9)."""
    complaint, task = saved.state, task_of(saved.state, task_id)
    assert task is not None, "the list was made from it"
    known = {name: getattr(complaint, name) for name in OF_THE_COMPLAINT}
    asks = task.kind in ASKING or task.about == "survey"
    questions = list(rules.tasks.closing_questions) if asks else []
    hide = hiding(saved, by) if reads_texts(complaint, by) else None
    shown = known | {"customer": complaint.customer.masked, "ask": questions}
    return shown | one_task(complaint, task, hide)
