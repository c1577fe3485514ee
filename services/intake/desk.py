"""Intake's work between door and store: accepts, decides, saves. The service only opens the door."""

from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from typing import Any

from services.intake import climbing
from services.intake.commands import Register
from services.intake.course import Events, Occasion
from services.intake.errors import NotTheHolder, OtherBranch
from services.intake.figures.answer import answer, counted
from services.intake.figures.scope import scope_of
from services.intake.figures_schema import FiguresSchema
from services.intake.filing import change_alone, take
from services.intake.flagging import kept_from_the_accused
from services.intake.hearing import Ears
from services.intake.improvements import tell_improvement
from services.intake.ladder_schema import LadderSchema
from services.intake.methods import METHODS
from services.intake.model import Complaint
from services.intake.open_tasks import task_of
from services.intake.playbook import Hit
from services.intake.playbook_schema import WordsSchema
from services.intake.register_schema import RegisterSchema
from services.intake.rules import Rules
from services.intake.serial import understood
from services.intake.store import Complaints, Listed, visible_to
from services.intake.taking import check, lacking
from services.intake.task_requests_schema import TaskSearchSchema
from services.rights import sees
from shared.aggregate import Actor
from shared.clock import Clock
from shared.documents import HistoryFull
from shared.erasing import RecordErased
from shared.errors import InvalidRequest, RuleRefused
from shared.fields import an_id
from shared.requests import Request, request_of
from shared.stored import Saved

REGISTER, LADDER, FIGURES = RegisterSchema(), LadderSchema(), FiguresSchema()
TASK_SEARCH, WORDS = TaskSearchSchema(), WordsSchema()
ESCALATION = Actor("service:escalation", "system")


class Desk:
    """Raises the contract's errors; a ValidationError names the fields of what was sent."""

    def __init__(self, complaints: Complaints, rules: Rules, clock: Clock) -> None:
        self._complaints, self._rules, self._clock = complaints, rules, clock

    def register(self, request: Any, by: Actor) -> Saved[Complaint]:
        """Takes a complaint, or urges the live one on its number and leaf (IN8).

        Raises NotTheHolder once the refused attempt is recorded (IN5)."""
        command, on = REGISTER.load(request), self._occasion(by)
        if not sees(by, command.branch, command.hall):
            raise OtherBranch(command.branch, command.hall if by.hall else None)
        saved = self._taken(command, self._asked(by, "register", "", request), on)
        if saved.state.status == "refused":
            raise NotTheHolder(lacking(command) or "", saved.id, saved.state.serial_no)
        return saved

    def _taken(self, command: Register, request: Request, on: Occasion) -> Saved[Complaint]:
        """Time may have overtaken what was right at first, such as a promise: the first answer stands all the same."""
        try:
            check(command, on.rules)
            return take(self._complaints, command, request, on)
        except (InvalidRequest, RuleRefused):
            if answered := self._complaints.answer_of(request):
                return answered
            raise

    def carry_out(self, method: str, id: Any, command: Any, by: Actor) -> Saved[Complaint]:
        """One of METHODS on one complaint that the caller can see."""
        accepted, complaint_id, on = METHODS[method].schema.load(command), an_id(id), self._occasion(by)

        def decide(complaint: Complaint, now: datetime) -> Events:
            at_once = replace(on, now=now)
            kept_from_the_accused(method, complaint, accepted, at_once)
            return METHODS[method].decide(complaint, accepted, at_once)

        request = self._asked(by, method, complaint_id, command)
        return change_alone(self._complaints, complaint_id, decide, by=by, request=request, visible=visible_to(by))

    def words_in(self, text: Any, by: Actor) -> tuple[Hit, ...]:
        """The words to avoid in a text, and in one that is meant for a complaint (PB2, PB6)."""
        asked = WORDS.load(text)
        complaint_id = asked.get("complaint_id")
        judged = complaint_id is not None and self.found(complaint_id, by).state.judged_at is not None
        return self._rules.playbook.hits(asked["text"], judged)

    def found(self, id: Any, by: Actor) -> Saved[Complaint]:
        """By id, or by serial number as the customer quotes it; NotFound where the caller sees none."""
        asked, visible = an_id(id), visible_to(by)
        serial_no = understood(asked)
        return (serial_no and self._complaints.by_serial_no(serial_no, visible)) or self._complaints.get(asked, visible)

    def figures(self, filter: Any, by: Actor) -> dict[str, Any]:
        """KP2's figures of what the caller may see."""
        asked, now = FIGURES.load(filter), self._clock.now()
        scope = scope_of(asked, by, now)
        tally, after = counted(self._complaints.traces(scope), scope, asked.limit, by)
        return answer(tally, after, asked, scope, by, now, self._rules)

    def tasks(self, filter: Any, by: Actor) -> tuple[list[Listed], str | None]:
        """A page of tasks on complaints that the caller can see, soonest first."""
        found, after = self._complaints.tasks(TASK_SEARCH.load(filter), visible_to(by))
        return [each for each in found if task_of(each[0].state, each[1])], after  # a call may just have ended one

    def tell_improvement(self, complaint_id: str, what: str, measure_id: str, by: Actor) -> None:
        """The customer is told what his complaint has changed (CR2); told again, nothing happens."""
        on = self._occasion(by)
        self._complaints.change(complaint_id, lambda known, _: tell_improvement(known, what, measure_id, on), by)

    def follow_ladder(self, event: dict[str, Any]) -> None:
        """Keeps what an event of escalation's tells; an explanation that it asks for becomes a task (ES6)."""
        complaint_id, told = LADDER.load(event["data"] | {"seq": event["seq"]})
        if event["type"] == "explanation_asked":
            Ears(self._complaints, self._rules, self._clock).explanation_asked(event)
        with suppress(HistoryFull, RecordErased):  # a copy only: what ends the complaint keeps its room
            self._complaints.change(complaint_id, lambda known, _: climbing.follow_ladder(known, told), ESCALATION)

    def _asked(self, by: Actor, method: str, id: str, content: dict[str, Any]) -> Request:
        return request_of(self._complaints.keys, "intake", by, method, id, content)

    def _occasion(self, by: Actor) -> Occasion:
        return Occasion(by, self._clock.now(), self._rules, self._complaints.earlier)
