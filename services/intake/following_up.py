"""Asking how satisfied the customer is: by somebody else than the handler, or by his own SMS (RP3, RP9). Pure."""

from services.intake import commands as c
from services.intake import history as h
from services.intake.consequences import deciding_tasks
from services.intake.course import Events, Occasion, must_be
from services.intake.errors import RatedByHandler, WrongField
from services.intake.model import Complaint

SCORES = (1, 2, 3, 4, 5)


def follow_up(complaint: Complaint, command: c.FollowUp, on: Occasion) -> Events:
    """How satisfied the customer is, asked by somebody else than the handler (RP3); closing questions too (RP9)."""
    must_be(complaint, "replied", "archived")
    if on.by.sub in (complaint.handler, complaint.replied_by):
        raise RatedByHandler(complaint.complaint_id)
    closing = command.closing
    if closing and not closing.all_right and command.satisfaction == "satisfied":
        raise WrongField("closing", "who says that it is not all right yet is not satisfied (RP9)")
    asked = (closing.all_right, closing.other_problem) if closing else (None, None)
    said = (command.satisfaction, command.said, command.will_complain_further)
    return [h.FollowedUp(*said, None, *asked)]


@deciding_tasks
def followed_up_by_sms(complaint: Complaint, score: int, on: Occasion) -> Events:
    """The customer's own answer to the survey (RP3), `score` 1 to 5: recorded as a follow-up, with what comes of it.

    tasks.yml says what a score means (5, 4 satisfied; 3 neutral; 2, 1 dissatisfied). He rates, nobody rates himself,
    so the rule about the handler does not apply, whoever `on.by` is (the service that took the SMS). Ends the
    follow-up's tasks; a dissatisfied one is explained, or reopened by escalation, as after a call (ES6).
    Raises WrongState unless the complaint is replied or archived (the SMS then is no answer to a survey of it);
    ValueError for another score. To be carried out by `complaints.change(id, lambda complaint, now: ...)`, with a
    Request made from the SMS's id, so that an SMS told twice counts once."""
    must_be(complaint, "replied", "archived")
    if score not in SCORES:
        raise ValueError(f"a score is 1 to 5, not {score}")
    return [h.FollowedUp(on.rules.tasks.satisfaction[score], score=score)]
