"""Takes customers' SMS that notify tells of (IN26): each once, none silently lost."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import Any

from services.intake.course import Events, Occasion
from services.intake.filing import take
from services.intake.following_up import followed_up_by_sms
from services.intake.model import Complaint
from services.intake.rules import Rules
from services.intake.sms import Sms, SmsRules, may_answer, surveyed, ticket, told
from services.intake.sms_schema import SmsReader
from services.intake.store import Complaints
from services.intake.taking import check
from shared.aggregate import Actor
from shared.bus.retries import PermanentFault
from shared.clock import Clock
from shared.errors import Conflict, TousuError, Unavailable
from shared.requests import Request

READER = SmsReader()
SELF = Actor("service:intake", "system")


class SurveyAnswered(Conflict):
    """Somebody has told in the meantime how satisfied the customer is."""

    def __init__(self, complaint_id: str) -> None:
        super().__init__("the survey of this complaint is answered already", complaint_id=complaint_id)


class SmsDesk:
    """`take` raises PermanentFault with the reason for an SMS that cannot be taken: it becomes a dead letter."""

    def __init__(self, complaints: Complaints, rules: Rules, sms_rules: SmsRules, clock: Clock) -> None:
        self._complaints, self._rules, self._sms_rules, self._clock = complaints, rules, sms_rules, clock

    def take(self, data: Mapping[str, Any]) -> None:
        """Follow-up, ticket or contact; the SMS's id is the request's, so that it is taken once."""
        sms = self._read(data)
        keys = self._complaints.keys
        request = Request(keys.identity("intake", "sms", sms.sms_id), keys.digest(["sms", sms.sms_id]), sms.sms_id)
        if sms.sort == "opt_out" or self._complaints.answer_of(request):
            return  # an opt-out is notify's own
        try:
            self._taken(sms, request)
        except Unavailable:
            raise
        except TousuError as refused:
            raise PermanentFault(f"SMS {sms.sms_id} ({sms.sort}) cannot be taken: {refused.message}") from refused

    def _read(self, data: Mapping[str, Any]) -> Sms:
        read = READER.load(data)
        opened = self._complaints.keys.open_from_suite(read.pop("customer")["sealed"])
        return Sms(**read, msisdn=opened["msisdn"], text=opened["text"])

    def _taken(self, sms: Sms, request: Request) -> None:
        if sms.sort == "satisfaction" and self._rated(sms, request):
            return
        if sms.sort in ("satisfaction", "other") and self._added(sms, request):
            return
        self._registered(sms, request)

    def _rated(self, sms: Sms, request: Request) -> bool:
        """As the answer to the survey of the newest complaint that waits for one (RP3)."""
        answered = self._complaints.of_number(sms.msisdn, "replied", "archived")
        waiting = surveyed(answered, self._clock.now(), self._sms_rules)
        return waiting is not None and self._changed(waiting, partial(self._rating, sms), request)

    def _rating(self, sms: Sms, complaint: Complaint, now: datetime) -> Events:
        if not may_answer(complaint):
            raise SurveyAnswered(complaint.complaint_id)
        assert sms.score is not None, "a satisfaction has its score"
        return followed_up_by_sms(complaint, sms.score, replace(self._occasion(), now=now))

    def _added(self, sms: Sms, request: Request) -> bool:
        """To the number's one open complaint; with several nobody knows which one is meant."""
        opened = [each for each in self._complaints.of_number(sms.msisdn, "open") if each.ticket_type == "complaint"]
        return len(opened) == 1 and self._changed(opened[0], partial(self._telling, sms), request)

    def _telling(self, sms: Sms, complaint: Complaint, now: datetime) -> Events:
        return told(complaint, sms, replace(self._occasion(), now=now))

    def _changed(self, complaint: Complaint, decide: Callable[[Complaint, datetime], Events], request: Request) -> bool:
        """False where the complaint has moved on meanwhile or takes no more."""
        try:
            self._complaints.change(complaint.complaint_id, decide, SELF, request)
        except Conflict:
            return False
        return True

    def _registered(self, sms: Sms, request: Request) -> None:
        known = self._complaints.of_number(sms.msisdn, "open", "replied", "archived", "withdrawn")
        command, on = ticket(sms, known[0] if known else None, self._sms_rules), self._occasion()
        check(command, on.rules)
        take(self._complaints, command, request, on)

    def _occasion(self) -> Occasion:
        return Occasion(SELF, self._clock.now(), self._rules, self._complaints.earlier)
