"""Which tasks of a complaint there are: those that were set, and the call to a waiting customer. Pure.

That call (RP8) needs no event of its own: the clock `waiting_call` is its due time, and the call that meets the clock
finishes it. So registering stays one event, and the list can never say anything else than the clock."""

from services.intake.model import Complaint
from services.intake.values import Task

CALL_BACK, TEAM = "call_back", "complaint_team"


def open_tasks(complaint: Complaint) -> tuple[Task, ...]:
    """Everything that has still to be done for the customer, in no particular order."""
    return (*(each for each in complaint.tasks if each.open), *_call_back(complaint))


def all_tasks(complaint: Complaint) -> tuple[Task, ...]:
    """Those that are done, too."""
    return (*complaint.tasks, *_call_back(complaint))


def task_of(complaint: Complaint, task_id: str) -> Task | None:
    """The task of this id, done or not; None for no such task."""
    return next((each for each in all_tasks(complaint) if each.task_id == task_id), None)


def _call_back(complaint: Complaint) -> tuple[Task, ...]:
    if not complaint.awaits_call:
        return ()
    due_at = complaint.due_times["waiting_call"]
    return (Task(CALL_BACK, "call_back", _caller(complaint), due_at, complaint.waiting_since, "waiting"),)


def _caller(complaint: Complaint) -> str:
    """First contact, unless the complaint is about him (IN15)."""
    accused = {sub for each in complaint.accused for sub in each.people}
    return next((sub for sub in (complaint.first_contact, complaint.handler) if sub and sub not in accused), TEAM)
