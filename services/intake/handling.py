"""Working on a complaint: what each command decides. Pure: `now` comes in, events come out."""

import re
from datetime import timedelta

from services.grounds import Ground, must_be_lawful
from services.intake import commands as c
from services.intake import history as h
from services.intake.contacts import must_fulfil_something, wait_of
from services.intake.course import Events, Occasion, must_be
from services.intake.errors import PromisedTooLate, SentAway, WrongField
from services.intake.limits import started
from services.intake.model import Complaint
from shared.organisation import OUTSIDE, Organisation

IN_A_HALL = ("hall", "opinion_book")
TO_THE_MINUTE = timedelta(minutes=1)  # contacts are told to the minute (IN10)
# What the directory does not list may still say what it is.
SAYS_HALL_OR_HOTLINE = re.compile(r"营业厅|服务厅|热线|10086|hotline|(?<![a-z])hall(?![a-z])", re.IGNORECASE)


def record_contact(complaint: Complaint, command: c.RecordContact, on: Occasion) -> Events:
    """A contact, never before the registration nor after now (IN10); on the phone with the time to wait (RP8)."""
    must_be(complaint, "open", "replied", "archived")
    at = command.at or on.now
    if not complaint.registered_at - TO_THE_MINUTE <= at <= on.now + TO_THE_MINUTE:
        raise WrongField("at", "a contact lies between the registration and now")
    must_fulfil_something(complaint, command, on)
    told = (command.content, command.customer_said, command.fulfils, command.verification)
    return [h.ContactRecorded(at, command.means, command.direction, *told, *wait_of(complaint, command, on))]


def propose(complaint: Complaint, command: c.Propose, _on: Occasion) -> Events:
    """A proposal and what the customer said to it (IN21); a counter-proposal says what he wants instead."""
    must_be(complaint, "open", "replied")
    if command.answer == "counter" and command.counter is None:
        raise WrongField("counter", "a counter-proposal says what the customer wants instead (IN21)")
    return [h.SolutionProposed(command.answer, command.solution, command.counter)]


def judge(complaint: Complaint, command: c.Judge, _on: Occasion) -> Events:
    """First judgement (IN13)."""
    must_be(complaint, "open", "replied")
    return [h.ComplaintJudged(command.responsible_party, command.severity, command.note)]


def assign(complaint: Complaint, command: c.Assign, _on: Occasion) -> Events:
    """Somebody takes it over; first contact stays who it was (IN7, IN13)."""
    must_be(complaint, "open", "replied")
    return [h.ComplaintAssigned(command.handler)]


def transfer(complaint: Complaint, command: c.Transfer, on: Occasion) -> Events:
    """To another department (IN13), which is never the hotline or a hall (IN18)."""
    must_be(complaint, "open")
    where = (complaint.branch, command.to_department)
    not_sent_away(complaint.channel, *where, on.rules.organisation, complaint.department)
    ground = passed_on(*where, command.ground, complaint.verified, on.rules.organisation)
    return [h.ComplaintTransferred(command.to_department, command.reason, ground, ground.kind if ground else None)]


def passed_on(
    branch: str,
    department: str,
    ground: Ground | None,
    verified: bool,
    organisation: Organisation,
    dispatched: bool = False,
) -> Ground | None:
    """The ground on which a complaint goes to an outside unit; NoLawfulGround without one (PR5).

    Inside the company none is needed. What is dispatched to somebody not listed is outside too (IN4)."""
    unit = organisation.unit(branch, department)
    outside = unit.kind == OUTSIDE if unit else dispatched
    return must_be_lawful(ground, verified) if ground or outside else None


def not_sent_away(
    channel: str, branch: str, department: str, organisation: Organisation, held_by: str | None = None
) -> None:
    """Raises SentAway where a hall's customer would be sent to the hotline or another hall (IN18).

    `held_by`: the department that has the complaint; a hall that got it from elsewhere passes it on no more freely."""
    listed, holder = organisation.unit(branch, department), organisation.unit(branch, held_by or "")
    sent_away = organisation.is_counter(department) or (not listed and SAYS_HALL_OR_HOTLINE.search(department))
    from_a_hall = channel in IN_A_HALL or (holder is not None and holder.kind == "hall")
    if from_a_hall and sent_away:
        raise SentAway(department)


def promise(complaint: Complaint, command: c.MakePromise, on: Occasion) -> Events:
    """A time promised: an answer not later than the handling limit, an effect whenever it will be (CL7, CL8)."""
    must_be(complaint, *(("open",) if command.kind == "answer" else ("open", "replied")))
    if command.due_at <= on.now:
        raise WrongField("due_at", "a promise lies in the future")
    limit = complaint.answer_limit
    if command.kind == "answer" and limit and command.due_at > limit:
        raise PromisedTooLate(limit)
    limits = started("promised", complaint, on.now, on.rules, promise=command.kind, due_at=command.due_at)
    promise_id = f"promise-{len(complaint.promises) + 1}"
    return [h.PromiseMade(promise_id, command.kind, command.due_at, command.what, limits)]


def urge(complaint: Complaint, command: c.Urge, _on: Occasion) -> Events:
    """The customer asks again: counted and told, but no clock moves."""
    must_be(complaint, "open")
    return [h.ComplaintUrged(command.said)]
