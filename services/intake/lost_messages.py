"""What an SMS could not tell the customer, first contact tells him by phone (NT8). Pure."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from services.intake.course import Events, Occasion
from services.intake.model import Complaint
from services.intake.open_tasks import open_tasks
from services.intake.tasks import overtaken, task_set

LossCause = Literal["undelivered", "care_cap"]
TO_CUSTOMERS = ("transactional", "care")


@dataclass(frozen=True)
class MessageLost:
    """An SMS that did not reach the customer, or, with `care_cap`, for which this month's care SMS left no room.

    `at`: since when notify knows it, however late or often it is told."""

    message_id: str
    template: str
    message_class: str
    why: LossCause
    at: datetime


def message_lost(complaint: Complaint, lost: MessageLost, on: Occasion) -> Events:
    """The task that takes the message's place; [] for a message that nobody needs any more.

    tasks.yml names the templates that are more than a call; what the care cap suppressed is phoned only where that
    file says so. A message of which there is such a task already, open, makes no second one."""
    instead = on.rules.tasks.calls_instead
    planned = lost.why == "undelivered" or lost.template in instead
    if lost.message_class not in TO_CUSTOMERS or not planned or _moot(complaint, lost):
        return []
    kind = instead.get(lost.template, "call")
    about = lost.template if kind == "call" else None
    whom = _who_asks(complaint) if lost.template == "survey" else None
    return task_set(complaint, kind, lost.why, on, about=about, source=lost.message_id, for_whom=whom, since=lost.at)


def _moot(complaint: Complaint, lost: MessageLost) -> bool:
    """Progress is told while it is open, satisfaction asked after the reply; what is taken back needs nothing.

    What was lost of an earlier handling stays moot when that of a later one would not be."""
    if lost.template == "progress":
        return complaint.status != "open" or overtaken(lost.at, complaint.reopened_at)
    if lost.template == "survey":
        over = complaint.follow_up is not None or overtaken(lost.at, complaint.replied_at)
        return over or complaint.status not in ("replied", "archived")
    return complaint.status in ("withdrawn", "refused")


def _who_asks(complaint: Complaint) -> str | None:
    """Whoever has the follow-up: the handler does not rate himself (RP3)."""
    return next((task.for_whom for task in open_tasks(complaint) if task.kind == "follow_up"), None)
