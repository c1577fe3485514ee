"""Something has yet to be done for the customer, and is done: tasks and what makes them."""

from dataclasses import dataclass, replace
from datetime import datetime

from services.intake import vocabulary as v
from services.intake.history.moving import moved
from services.intake.model import Complaint
from services.intake.values import Task
from shared.aggregate import Stamp, private


@dataclass(frozen=True, kw_only=True)
class TaskSet:
    """Somebody has to do something for the customer; `for_whom`: staff number, duty or department."""

    task_id: str
    kind: v.TaskKind
    for_whom: str
    due_at: datetime
    why: v.TaskCause
    about: str | None = None
    source: str | None = None
    text: str | None = private(default=None)


@dataclass(frozen=True)
class TaskDone:
    """It is done, or `void`: nobody needs it any more."""

    task_id: str
    kind: v.TaskKind
    said: str | None = private(default=None)
    void: bool = False


@dataclass(frozen=True)
class WrittenReplyWanted:
    """The customer wants a written answer (RP7)."""

    by_when: datetime | None = None
    address: str | None = private(default=None)


@dataclass(frozen=True)
class ImprovementTold:
    """The customer is told what his complaint has changed (CR2); his SMS is of class care."""

    measure_id: str
    what: str = private()


@moved.register
def _(event: TaskSet, complaint: Complaint, stamp: Stamp) -> Complaint:
    known = (event.task_id, event.kind, event.for_whom, event.due_at, stamp.at, event.why, event.about, event.source)
    texts = complaint.task_texts | ({event.task_id: event.text} if event.text else {})
    return replace(complaint, tasks=(*complaint.tasks, Task(*known)), task_texts=texts)


@moved.register
def _(event: TaskDone, complaint: Complaint, stamp: Stamp) -> Complaint:
    tasks = tuple(
        replace(each, done_at=stamp.at, done_by=stamp.by.sub, void=event.void)
        if each.task_id == event.task_id and each.open
        else each
        for each in complaint.tasks
    )
    return replace(complaint, tasks=tasks)


@moved.register
def _(event: WrittenReplyWanted, complaint: Complaint, _stamp: Stamp) -> Complaint:
    address = event.address or complaint.written_reply_address
    return replace(complaint, written_reply_wanted=True, written_reply_address=address)


@moved.register
def _(event: ImprovementTold, complaint: Complaint, _stamp: Stamp) -> Complaint:
    return replace(complaint, improvements_told=(*complaint.improvements_told, event.measure_id))
