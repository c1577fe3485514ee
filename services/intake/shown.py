"""What callers see of a complaint. Names and numbers are masked for those who do not work on it (PR1).

Graver data in free text is masked for all but the handler (PR6)."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from services.intake import history as h
from services.intake.facts import facts_of, whole
from services.intake.model import Complaint
from services.intake.open_tasks import all_tasks
from services.intake.recharge import masked_serial
from services.intake.values import Task
from services.rights import sees, sees_personal_data
from shared.aggregate import Actor, Stamp, event_name, private_fields
from shared.stored import Saved

Entry = tuple[Any, Stamp]
LISTS = {"contacts": h.ContactRecorded, "proposals": h.SolutionProposed, "follow_ups": h.FollowedUp}
LATEST = {"reply": h.ComplaintReplied, "archive": h.ComplaintArchived}
TASK = (*("task_id", "kind", "for_whom", "due_at", "made_at", "why", "about"), *("done_at", "done_by", "void"))
NEVER_SHOWN = frozenset({"customer", "limits", "recharge"})


def complaint_shown(saved: Saved[Complaint], by: Actor, clear: bool = False) -> dict[str, Any]:
    """The contract's `complaint`; `clear` shows name and number, which must have left its entry before (PR2)."""
    complaint = saved.state
    shown = facts_of(complaint)
    del shown["seq"]
    shown |= {
        "customer": _customer(complaint, clear),
        "urged": complaint.urged_count > 0,
        "major": complaint.major is not None,
        "major_trigger": complaint.major.trigger if complaint.major else None,
        "level": complaint.ladder.level,
        "awaiting": complaint.ladder.awaiting,
        "limits": whole.unstructure(complaint.due_times),
        "word_hits": list(complaint.word_hits),
        "forwarded_by": whole.unstructure(complaint.forwarded_by),
        "version": saved.v,
        "erased": saved.erased_at is not None,
    }
    if reads_texts(complaint, by):
        hide = hiding(saved, by, clear)
        shown |= {"content": hide(complaint.content), "demand": hide(complaint.demand)}
        shown["recharge"] = recharge_shown(complaint, clear)
    return shown


def works_on(complaint: Complaint, by: Actor) -> bool:
    """Whether the caller's duty on the case is reason enough to see its customer: handler and first contact (PR2).

    Staff of partners handle what they see masked (PR4)."""
    return by.hall is None and reads_texts(complaint, by) and by.sub in (complaint.handler, complaint.first_contact)


def clear_fields(complaint: Complaint, by: Actor) -> tuple[str, ...]:
    """What a clear answer shows this caller, as the record of reads names it."""
    customer = complaint.customer
    known = {"msisdn": customer.msisdn, "name": customer.name, "group_name": customer.group_name}
    texts = ("texts",) if by.sub == complaint.handler else ()
    return (*(name for name, value in known.items() if value), *texts)


def hiding(saved: Saved[Complaint], by: Actor, clear: bool = False) -> Callable[[Any], Any]:
    """What makes a text fit for this caller: the handler sees all of it, others no graver data (PR6)."""
    return _as_it_is if clear and by.sub == saved.state.handler else saved.graver.masked


def _as_it_is(text: Any) -> Any:
    return text


def recharge_shown(complaint: Complaint, clear: bool) -> dict[str, Any] | None:
    """What is kept of a recharge (IN25); the card's serial number whole only for who works on it (PR1)."""
    state: dict[str, Any] | None = facts_of(complaint)["recharge"]
    if complaint.recharge is None or state is None:
        return state
    told: dict[str, Any] = state | whole.unstructure(complaint.recharge)
    return told if clear else told | {"card_serial": masked_serial(complaint.recharge.card_serial)}


def reads_texts(complaint: Complaint, by: Actor) -> bool:
    """Whether the caller may read what was said: not the operator, nor a branch that urged another's (IN8)."""
    return sees_personal_data(by) and sees(by, complaint.branch, complaint.hall)


def whole_shown(saved: Saved[Complaint], history: Sequence[Entry], by: Actor, clear: bool = False) -> dict[str, Any]:
    """A complaint with contacts, proposals, follow-ups, last reply, archiving and each step of its history (IN6)."""
    texts = reads_texts(saved.state, by)
    shown = complaint_shown(saved, by, clear)
    hide = hiding(saved, by, clear) if texts else None
    said = partial(_said, hide=hide)
    for name, kind in LISTS.items():
        shown[name] = [said(entry) for entry in history if isinstance(entry[0], kind)]
    for name, kind in LATEST.items():
        told = [said(entry) for entry in history if isinstance(entry[0], kind)]
        shown[name] = told[-1] if told else None
    shown["history"] = [_step(entry, said(entry)) for entry in history if not isinstance(entry[0], h.LadderSeen)]
    shown["tasks"] = [one_task(saved.state, task, hide) for task in all_tasks(saved.state)]
    return shown


def one_task(complaint: Complaint, task: Task, hide: Callable[[Any], Any] | None) -> dict[str, Any]:
    """A task with its text, such as the problem that was named besides (RP9); the text as `hide` leaves it."""
    shown: dict[str, Any] = {name: whole.unstructure(getattr(task, name)) for name in TASK}
    text = complaint.task_texts.get(task.task_id)
    return shown | {"text": hide(text) if hide and text else None}


def _customer(complaint: Complaint, clear: bool) -> dict[str, Any]:
    customer = complaint.customer
    if clear:
        return {"msisdn": customer.msisdn, "name": customer.name, "group_name": customer.group_name}
    return {"msisdn": customer.masked, "name": _masked(customer.name), "group_name": _masked(customer.group_name)}


def _masked(name: str | None) -> str | None:
    return name[0] + "*" * (len(name) - 1) if name else None


def _said(entry: Entry, hide: Callable[[Any], Any] | None) -> dict[str, Any]:
    """An event's own fields, with who and when; its texts as `hide` leaves them, without it none."""
    event, stamp = entry
    texts = private_fields(type(event))
    said = {name: value for name, value in whole.unstructure(event).items() if name not in NEVER_SHOWN}
    for name in texts & said.keys():
        if hide is None:
            del said[name]
        else:
            said[name] = hide(said[name])
    return {"at": whole.unstructure(stamp.at), "by": stamp.by.sub} | said


def _step(entry: Entry, said: dict[str, Any]) -> dict[str, Any]:
    event, stamp = entry
    head = {"n": stamp.n, "event": event_name(type(event)), "at": said["at"], "by": said["by"]}
    details = {name: value for name, value in said.items() if name not in ("at", "by")}
    return head | {"role": stamp.by.role, "details": details}
