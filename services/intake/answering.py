"""Answering and ending a complaint: what each command decides. Pure."""

from services.intake import commands as c
from services.intake import history as h
from services.intake import vocabulary as v
from services.intake.course import Events, Occasion, must_be
from services.intake.errors import NotRepliedYet, OpinionsMissing, WrongField
from services.intake.limits import asked_no_more, started
from services.intake.model import Complaint
from services.intake.wording import knowledge_used, words_in_reply

BEFORE_REPLY: tuple[v.OpinionKind, ...] = ("supervisor", "support")
BEFORE_ARCHIVE: tuple[v.OpinionKind, ...] = (*BEFORE_REPLY, "legal")


def reply(complaint: Complaint, command: c.Reply, on: Occasion) -> Events:
    """The reply in its five parts (RP1); of a major complaint along its opinions (MJ2)."""
    must_be(complaint, "open")
    _must_have(complaint, BEFORE_REPLY)
    if command.satisfaction == "unknown" and command.unknown_because is None:
        raise WrongField("unknown_because", "why the customer could not be asked (RP1)")
    hits = words_in_reply(complaint, command, on)
    limits = started("replied", complaint, on.now, on.rules)
    told = (command.process, command.content, command.unknown_because, command.means)
    return [h.ComplaintReplied(command.satisfaction, *told, limits, knowledge_used(command, on), hits)]


def reopen(complaint: Complaint, command: c.Reason, on: Occasion, cause: v.ReopenCause = "asked") -> Events:
    """Handled anew under a new handling clock; withdrawn and refused ones are final."""
    must_be(complaint, "replied", "archived")
    ended = asked_no_more(complaint, on.now, on.rules)
    limits = started("reopened", complaint, on.now, on.rules)
    return [h.ComplaintReopened(cause, command.reason, limits, ended)]


def withdraw(complaint: Complaint, command: c.Reason, _on: Occasion) -> Events:
    """The customer takes it back; it stays recorded (RP6)."""
    must_be(complaint, "open", "replied")
    return [h.ComplaintWithdrawn(command.reason)]


def archive(complaint: Complaint, command: c.Archive, on: Occasion) -> Events:
    """Cause, evidence and lesson (IN14, RP5), only after a reply (RP6); of a major one with all opinions (MJ2)."""
    if complaint.status == "open":
        raise NotRepliedYet(complaint.complaint_id)
    must_be(complaint, "replied")
    _must_have(complaint, BEFORE_ARCHIVE)
    kind = _cause_kind(command, on)
    return [h.ComplaintArchived(command.cause, command.evidence, command.lesson, kind)]


def _cause_kind(command: c.Archive, on: Occasion) -> str | None:
    """The cause's class (IN14): as named, or where the cause is given in just its words."""
    if command.cause_kind and command.cause_kind not in on.rules.causes.known:
        raise WrongField("cause_kind", f"one of: {', '.join(on.rules.causes.known)} (IN14)")
    return command.cause_kind or on.rules.causes.kind_of(command.cause)


def remark(complaint: Complaint, command: c.Remark, _on: Occasion) -> Events:
    """The manager's written remark (CL6)."""
    must_be(complaint, "open", "replied", "archived")
    return [h.RemarkWritten(command.text)]


def _must_have(complaint: Complaint, opinions: tuple[v.OpinionKind, ...]) -> None:
    missing = [kind for kind in opinions if kind not in complaint.opinions]
    if complaint.major and missing:
        raise OpinionsMissing(complaint.complaint_id, missing)
