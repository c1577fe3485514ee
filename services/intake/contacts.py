"""What a contact can do besides being recorded: fulfil something, and tell the customer how long to wait. Pure."""

import re

from services.intake import commands as c
from services.intake.course import Occasion
from services.intake.errors import DoneByItsAct, NothingToFulfil, TaskIsDone, WaitsTooLong, WrongField
from services.intake.history import Limits
from services.intake.limits import started
from services.intake.model import Complaint
from services.intake.open_tasks import CALL_BACK, open_tasks, task_of
from services.intake.tasks import OWN_ACTS
from services.intake.values import Task, Wait

CLOCK_ID = re.compile(r"([a-z_]+)-([1-9][0-9]?)")
A_CALL = ("out", "phone")


def must_fulfil_something(complaint: Complaint, command: c.RecordContact, on: Occasion) -> None:
    """Raises NothingToFulfil unless `fulfils` names a promise, a wait, a task or a clock of this complaint.

    Clocks live in escalation, which numbers them by kind (`repair-1`) and may be late in telling of one. Intake starts
    or is told every kind and calls clocks off, so an id is good where the complaint has a clock of that kind and the
    number is none that was called off; of what starts but once, such as a repair, it is the one number left."""
    if command.fulfils is None:
        return
    if task := task_of(complaint, command.fulfils):
        _must_finish(complaint, task, command, on)
    elif not _known_as_clock(complaint, command.fulfils, on):
        raise NothingToFulfil(_known(complaint))


def _known_as_clock(complaint: Complaint, named: str, on: Occasion) -> bool:
    clock = CLOCK_ID.fullmatch(named)
    if named in _promised(complaint) or not clock or clock[1] not in _kinds(complaint):
        return named in _promised(complaint)
    first, number = _first(complaint, clock[1]), int(clock[2])
    return number == first if _starts_once(complaint, clock[1], on) else number >= first


def _first(complaint: Complaint, kind: str) -> int:
    """The lowest number of this kind that was not called off."""
    return 1 + complaint.clocks_gone.count(kind)


def _starts_once(complaint: Complaint, kind: str, on: Occasion) -> bool:
    entries = [each for each in on.rules.clocks_of(complaint.policy_version).clocks if each.kind == kind]
    return all(each.starts == ("registered",) for each in entries)


def _promised(complaint: Complaint) -> list[str]:
    """Promises and waits: their ids are their clocks'."""
    return [each.promise_id for each in complaint.promises] + [each.wait_id for each in complaint.waits]


def _kinds(complaint: Complaint) -> set[str]:
    return complaint.due_times.keys() - {"promise"}


def _known(complaint: Complaint) -> list[str]:
    tasks = [each.task_id for each in open_tasks(complaint)]
    return [*_promised(complaint), *tasks, *(f"{kind}-{_first(complaint, kind)}" for kind in sorted(_kinds(complaint)))]


def _must_finish(complaint: Complaint, task: Task, command: c.RecordContact, on: Occasion) -> None:
    """A task is finished by an outgoing contact of the means that tasks.yml names for its kind."""
    if not task.open:
        raise TaskIsDone(complaint.complaint_id, task.task_id)
    if task.kind in OWN_ACTS and task.kind != CALL_BACK:
        raise DoneByItsAct(*OWN_ACTS[task.kind], task.task_id)
    rule = on.rules.tasks.kinds.get(task.kind)
    by = rule.by if rule else ("phone",)
    if not by:
        raise DoneByItsAct("RP9", "finish_task", task.task_id)
    if command.direction != "out" or command.means not in by:
        raise WrongField("fulfils", f"this task is finished by an outgoing contact by {' or '.join(by)}")


def wait_of(complaint: Complaint, command: c.RecordContact, on: Occasion) -> tuple[Wait | None, Limits]:
    """Until when the customer was told to wait for the next call (RP8), and the clock that this starts."""
    until = command.wait_until
    if until is None:
        return None, {}
    if (command.direction, command.means) != A_CALL or complaint.status != "open":
        raise WrongField("wait_until", "only a call to the customer of an open complaint tells how long to wait (RP8)")
    if until <= on.now:
        raise WrongField("wait_until", "a wait ends in the future")
    latest = on.now + on.rules.tasks.longest_wait
    if until > latest:
        raise WaitsTooLong(latest)
    wait = Wait(f"wait-{len(complaint.waits) + 1}", on.now, until)
    if "told_to_wait" not in on.rules.clocks_of(complaint.policy_version).moments:
        return wait, {}  # it was opened under older clocks, which know no such moment
    return wait, started("told_to_wait", complaint, on.now, on.rules, due_at=until)
