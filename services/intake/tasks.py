"""Tasks: somebody still has to do something for the customer. What is set, and what ends it. Pure.

What sets and ends tasks by itself stands in consequences.py; which are open, in open_tasks.py."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from services.intake import history as h
from services.intake import task_commands as t
from services.intake import vocabulary as v
from services.intake.accused import is_accused
from services.intake.course import Events, Occasion, must_be
from services.intake.errors import DoneByItsAct, NoSuchTask, TaskIsDone, WrongField
from services.intake.model import Complaint
from services.intake.open_tasks import open_tasks, task_of
from services.intake.rules import COMPLAINT_TEAM
from services.intake.task_rules import FIRST_CONTACT
from services.intake.values import Task
from shared.clock import SKEW_BOUND

APART = 2 * SKEW_BOUND
# These are finished by what they ask for, and the rule says by what.
OWN_ACTS: Mapping[v.TaskKind, tuple[str, str]] = {
    "call_back": ("RP8", "record_contact"),
    "follow_up": ("RP3", "follow_up"),
    "written_reply": ("RP7", "written_reply"),
}


def finish_task(complaint: Complaint, command: t.FinishTask, _on: Occasion) -> Events:
    """Somebody says that it is done; a call, a follow-up and a written answer are finished by doing them."""
    task = task_of(complaint, command.task)
    if task is None:
        raise NoSuchTask(complaint.complaint_id, [each.task_id for each in open_tasks(complaint)])
    if not task.open:
        raise TaskIsDone(complaint.complaint_id, task.task_id)
    if task.kind in OWN_ACTS:
        raise DoneByItsAct(*OWN_ACTS[task.kind], task.task_id)
    return [h.TaskDone(task.task_id, task.kind, command.said)]


def want_written_reply(complaint: Complaint, command: t.WantWrittenReply, on: Occasion) -> Events:
    """The customer wants a written answer (RP7), until `by_when` if he says so; asked again, the address is renewed."""
    must_be(complaint, "open", "replied", "archived")
    if command.by_when and command.by_when <= on.now:
        raise WrongField("by_when", "a written answer is due in the future")
    return [h.WrittenReplyWanted(command.by_when, command.address)]


def task_set(
    complaint: Complaint,
    kind: v.TaskKind,
    why: v.TaskCause,
    on: Occasion,
    *,
    due_at: datetime | None = None,
    for_whom: str | None = None,
    about: str | None = None,
    source: str | None = None,
    text: str | None = None,
    since: datetime | None = None,
) -> Events:
    """A new task, for whom and until when the policy says; [] where the same thing is to be done already.

    `since` is when there came to be a need of it: [] where the same thing has been done after that."""
    if any(_same(each, kind, about, source, since) for each in complaint.tasks):
        return []
    rule = on.rules.tasks.kinds.get(kind)
    whom = for_whom or (rule.for_whom if rule else FIRST_CONTACT)
    whom = complaint.first_contact if whom == FIRST_CONTACT else whom
    if is_accused(complaint.accused, whom, on.rules.organisation):  # IN15
        whom = complaint.handler or COMPLAINT_TEAM
    until = due_at or on.now + (rule.due if rule else on.rules.tasks.longest_wait)
    number = f"task-{len(complaint.tasks) + 1}"
    task = h.TaskSet(task_id=number, kind=kind, for_whom=whom, due_at=until, why=why)
    return [replace(task, about=about, source=source, text=text)]


def to_explain(complaint: Complaint, source: str, said_at: datetime, on: Occasion) -> Events:
    """First contact explains to a dissatisfied customer (RP4, ES6), unless he was answered or asked anew since.

    Set when escalation asks for it: it counts the dissatisfied follow-ups, and two who count would disagree."""
    asked = complaint.follow_up.at if complaint.follow_up else None
    over = overtaken(said_at, complaint.replied_at) or overtaken(said_at, asked)
    waits = complaint.status in ("replied", "archived") and not over
    return task_set(complaint, "explain", "dissatisfied", on, source=source, since=said_at) if waits else []


def overtaken(at: datetime, by: datetime | None) -> bool:
    """Whether that happened later, for certain: two processes' clocks may be APART."""
    return by is not None and at + APART < by


def _same(task: Task, kind: v.TaskKind, about: str | None, source: str | None, since: datetime | None) -> bool:
    again = source is not None and task.source == source
    stands = task.open or (since is not None and task.done_at is not None and task.done_at > since)
    return again or (stands and (task.kind, task.about) == (kind, about))


def all_done(complaint: Complaint, *kinds: v.TaskKind, void: bool = False, about: str | None = None) -> Events:
    """Ends every open task of these kinds (those about this SMS). `written_reply`: the document was made (RP7)."""
    return [
        h.TaskDone(each.task_id, each.kind, void=void)
        for each in complaint.tasks
        if each.open and each.kind in kinds and about in (None, each.about)
    ]
