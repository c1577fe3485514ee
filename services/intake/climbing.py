"""Majors, opinions and the ladder's copy: what intake decides of what escalation asks and tells. Pure."""

from services.intake import commands as c
from services.intake import history as h
from services.intake.course import Events, Occasion, must_be
from services.intake.errors import NotAComplaint, NotMajor, WrongField
from services.intake.limits import owed_no_more, started
from services.intake.model import Complaint


def mark_major(complaint: Complaint, command: c.MarkMajor, on: Occasion) -> Events:
    """Declares it major, unless its reply is stored already (MJ2). Marked again, nothing happens."""
    if complaint.ticket_type != "complaint":
        raise NotAComplaint(complaint.complaint_id, complaint.ticket_type)
    if not on.rules.major.knows(command.trigger):
        raise WrongField("trigger", "the policy knows no such trigger (MJ3)")
    must_be(complaint, "open")
    return [] if complaint.major else _marked(complaint, command, on)


def mark_by_policy(complaint: Complaint, command: c.Register, on: Occasion) -> Events:
    """What a registration names can make a complaint major by itself (MJ3)."""
    trigger = on.rules.major.trigger_among(command.triggers, command.disputed_amount_fen)
    if trigger is None or complaint.major or complaint.ticket_type != "complaint":
        return []
    return _marked(complaint, c.MarkMajor(trigger, "named at registration"), on)


def _marked(complaint: Complaint, command: c.MarkMajor, on: Occasion) -> Events:
    limits = started("declared_major", complaint, on.now, on.rules)
    return [h.MajorMarked(command.trigger, command.by or on.by.sub, command.reason, limits)]


def clear_major(complaint: Complaint, command: c.Reason, on: Occasion) -> Events:
    """No longer major, and what only a major one owes is owed no more; cleared again, nothing happens."""
    ended = owed_no_more(complaint, on.now, on.rules)
    return [h.MajorCleared(command.reason, ended)] if complaint.major else []


def record_opinion(complaint: Complaint, command: c.RecordOpinion, _on: Occasion) -> Events:
    """An opinion on a major complaint (MJ2); a later one of its kind takes its place."""
    if complaint.major is None:
        raise NotMajor(complaint.complaint_id)
    must_be(complaint, "open", "replied")
    return [h.OpinionRecorded(command.kind, command.by, command.text)]


def follow_ladder(complaint: Complaint, told: c.LadderTold) -> Events:
    """Keeps what escalation told, unless something newer is known.

    What changes nothing and follows on the last one known is not kept: no older one can come in between."""
    known = complaint.ladder
    if told.seq <= known.seq:
        return []
    same = (told.level, told.awaiting, told.called_off) == (known.level, known.awaiting, known.called_off)
    same = same and told.extended_to in (None, complaint.extended_to)
    if same and told.seq == known.seq + 1 and complaint.due_times | told.limits == complaint.due_times:
        return []
    return [h.LadderSeen(told.seq, told.level, told.awaiting, told.limits, told.extended_to, told.called_off)]
