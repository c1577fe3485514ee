"""What happens to a complaint sets tasks and ends them by itself: after each event, what comes of it. Pure."""

from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any

from services.intake import history as h
from services.intake.course import Events, Occasion, followed
from services.intake.model import Complaint
from services.intake.open_tasks import task_of
from services.intake.tasks import all_done, task_set

Consequence = Callable[[Complaint, Any, Occasion], Events]


def _contacted(complaint: Complaint, event: h.ContactRecorded, _on: Occasion) -> Events:
    """A contact finishes the task that it names; whether it can was judged before."""
    task = task_of(complaint, event.fulfils) if event.fulfils else None
    return [h.TaskDone(task.task_id, task.kind)] if task and task.open and task in complaint.tasks else []


def _replied(complaint: Complaint, event: h.ComplaintReplied, on: Occasion) -> Events:
    """Somebody else than the handler asks how satisfied the customer is (RP3); progress needs no call any more."""
    done = all_done(complaint, "call", void=True, about="progress")
    if due_at := event.limits.get("follow_up"):
        rates_himself = complaint.first_contact in (complaint.handler, complaint.replied_by)
        asker = on.rules.tasks.follow_up_else if rates_himself else complaint.first_contact
        done += task_set(complaint, "follow_up", "replied", on, due_at=due_at, for_whom=asker)
    return done


def _followed_up(complaint: Complaint, event: h.FollowedUp, on: Occasion) -> Events:
    """Asked is asked: neither the survey's call nor an earlier explanation is still owed. What else troubles the
    customer is not a complaint yet: somebody registers it (RP9)."""
    done = [*all_done(complaint, "follow_up", "explain"), *all_done(complaint, "call", about="survey")]
    if event.other_problem:
        done += task_set(complaint, "other_problem", "closing_question", on, text=event.other_problem)
    return done


def _reopened(complaint: Complaint, _event: h.ComplaintReopened, _on: Occasion) -> Events:
    """Handled anew: asking, explaining and caring come after the next reply."""
    about_survey = all_done(complaint, "call", void=True, about="survey")
    return [*all_done(complaint, "follow_up", "explain", "care", void=True), *about_survey]


def _withdrawn(complaint: Complaint, _event: h.ComplaintWithdrawn, _on: Occasion) -> Events:
    return all_done(complaint, *{each.kind for each in complaint.tasks}, void=True)


def _archived(complaint: Complaint, _event: h.ComplaintArchived, on: Occasion) -> Events:
    """After a major or repeated complaint first contact takes care of the customer (CR1)."""
    if complaint.major:
        return task_set(complaint, "care", "major_archived", on)
    return task_set(complaint, "care", "repeat_archived", on) if complaint.place.repeat_of else []


def _reclassified(complaint: Complaint, _event: h.ComplaintReclassified, on: Occasion) -> Events:
    return wished_by_leaf(complaint, on)


def wished_by_leaf(complaint: Complaint, on: Occasion) -> Events:
    """Some leaves promise an answer in writing (RP7): the wish is recorded without being said."""
    leaf = on.rules.catalogue.leaf(complaint.category)
    marked = leaf and leaf.written_reply and complaint.ticket_type == "complaint"
    return [h.WrittenReplyWanted()] if marked and not complaint.written_reply_wanted else []


def _written_reply_wanted(complaint: Complaint, event: h.WrittenReplyWanted, on: Occasion) -> Events:
    return task_set(complaint, "written_reply", "written_reply_wanted", on, due_at=event.by_when)


CONSEQUENCES: Mapping[type, Consequence] = {
    h.ContactRecorded: _contacted,
    h.ComplaintReplied: _replied,
    h.FollowedUp: _followed_up,
    h.ComplaintReopened: _reopened,
    h.ComplaintWithdrawn: _withdrawn,
    h.ComplaintArchived: _archived,
    h.ComplaintReclassified: _reclassified,
    h.WrittenReplyWanted: _written_reply_wanted,
}


def with_tasks(before: Complaint | None, events: Events, on: Occasion) -> Events:
    """The events, each followed by the tasks that it sets or ends."""
    if not any(type(event) in CONSEQUENCES for event in events):
        return events
    told: Events = []
    for event in events:
        before = followed(before, [event], on)
        told.append(event)
        if consequence := CONSEQUENCES.get(type(event)):
            made = with_tasks(before, consequence(before, event, on), on)
            before = followed(before, made, on) if made else before
            told += made
    return told


def deciding_tasks(decide: Callable[..., Events]) -> Callable[..., Events]:
    """A decision `(complaint, command, on) -> events`, whose events take their tasks along."""

    @wraps(decide)
    def decided(complaint: Complaint, command: Any, on: Occasion) -> Events:
        return with_tasks(complaint, decide(complaint, command, on), on)

    return decided
