"""What becomes of a customer's SMS that notify has sorted (IN16, IN26, RP3). Pure; the choices are policies/sms.yml."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from services.intake import commands as c
from services.intake import history as h
from services.intake import vocabulary as v
from services.intake.course import Events, Occasion, must_be
from services.intake.model import Complaint
from services.intake.values import Customer, NoCharge, Verification

Sort = Literal["satisfaction", "fee_reminder_answer", "bad_message_report", "opt_out", "other"]
Wish = Literal["cancel", "keep", "other"]
Purpose = Literal["fee_reminder_answer", "bad_message_report", "complaint", "other"]
CALLER = Verification("calling_number", True)
BLANK = "（客户发来空白短信）"


@dataclass(frozen=True)
class Sms:
    """An SMS as notify tells it, opened. `reminder`: the fee reminder that it answers."""

    sms_id: str
    sort: Sort
    sent_at: datetime
    msisdn: str
    text: str
    score: int | None = None
    port: str | None = None
    reminder: NoCharge | None = None
    wish: Wish | None = None


@dataclass(frozen=True)
class Ticket:
    """How an SMS becomes a ticket; `queue` is the department that gets it."""

    ticket_type: v.TicketType
    category: str
    queue: str | None = None


@dataclass(frozen=True)
class SmsRules:
    """Where an unknown number belongs and who is first contact there, by branch (IN7); what becomes a ticket, and how.

    A survey is answered within `survey_days` of the reply; a text with one of `complaint_words` is a complaint."""

    usual_branch: str
    brand: v.Brand
    first_contact: Mapping[str, str]
    survey_days: int
    complaint_words: tuple[str, ...]
    tickets: Mapping[Purpose, Ticket]


def surveyed(complaints: Sequence[Complaint], now: datetime, rules: SmsRules) -> Complaint | None:
    """The newest answered complaint that waits to be told how satisfied the customer is (RP3)."""
    since = now - timedelta(days=rules.survey_days)
    waiting = [(each.replied_at, each) for each in complaints if each.replied_at and may_answer(each)]
    recent = [pair for pair in waiting if pair[0] >= since]
    return max(recent, key=lambda pair: pair[0])[1] if recent else None


def may_answer(complaint: Complaint) -> bool:
    """Whether a survey went out for it that nobody has answered; a direct reply is settled without one (IN4)."""
    asked = complaint.ticket_type == "complaint" and complaint.handling != "direct_reply"
    return asked and complaint.follow_up is None and complaint.status in ("replied", "archived")


def told(complaint: Complaint, sms: Sms, on: Occasion) -> Events:
    """What the customer writes about his open complaint, as a contact of his (IN10)."""
    must_be(complaint, "open")
    at = max(complaint.registered_at, min(sms.sent_at, on.now))
    return [h.ContactRecorded(at, "sms", "in", sms.text or BLANK)]


def ticket(sms: Sms, known: Complaint | None, rules: SmsRules) -> c.Register:
    """The ticket that an SMS becomes; `known` is the number's newest one, whose branch and brand it takes."""
    purpose = _purpose(sms, rules)
    form = rules.tickets[purpose]
    branch = known.branch if known else rules.usual_branch
    answers = purpose == "fee_reminder_answer"
    return c.Register(
        ticket_type=form.ticket_type,
        channel="sms",
        handling="transfer" if form.queue else "record_only",
        customer=Customer(sms.msisdn),
        brand=known.brand if known else rules.brand,
        category=form.category,
        content=_content(sms),
        branch=branch,
        verification=CALLER,
        to_department=form.queue,
        first_contact=rules.first_contact.get(branch, rules.first_contact[rules.usual_branch]),
        inbound="fee_reminder" if answers else None,
        no_charge=sms.reminder if answers and sms.wish == "cancel" else None,
        reported_port=sms.port if purpose == "bad_message_report" else None,
    )


def _purpose(sms: Sms, rules: SmsRules) -> Purpose:
    if sms.sort == "fee_reminder_answer" or sms.sort == "bad_message_report":
        return sms.sort
    return "complaint" if any(word in sms.text for word in rules.complaint_words) else "other"


def _content(sms: Sms) -> str:
    """The text, and before it what the reminder said that it answers."""
    text = sms.text.strip() or BLANK
    if sms.sort != "fee_reminder_answer" or sms.reminder is None:
        return text
    reminder = sms.reminder
    yuan, fen = divmod(reminder.fee_fen, 100)
    return f"客户回复资费提醒（{reminder.service}，{reminder.period}，{yuan}.{fen:02d}元）：{text}"
