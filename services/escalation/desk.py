"""What the doors do with cases: following complaints and refunds, people's commands, due work, wishes to intake."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from services.escalation.asking import Line, answer
from services.escalation.facts_schema import facts_read
from services.escalation.follow import follow
from services.escalation.following import Following
from services.escalation.history import CommandAnswered
from services.escalation.looking import Looking
from services.escalation.model import Case
from services.escalation.refund_schema import pre_refund_read
from services.escalation.rules import Rules
from services.escalation.store import Cases, visible_to
from services.escalation.unasked import ALWAYS, Asked, asked_about
from services.escalation.wishes import Wishes
from shared.aggregate import Actor
from shared.clock import Clock
from shared.documents import Decide
from shared.requests import Request
from shared.stored import Saved


class Desk:
    """`rules(version)` are the rules of a complaint opened under that version of the clocks."""

    def __init__(self, cases: Cases, intake: Line, refund: Line, rules: Callable[[str], Rules], clock: Clock) -> None:
        self._cases, self._intake = cases, intake
        self._following = Following(cases, intake, refund, rules, clock)

    def rules(self, case: Case) -> Rules:
        """The rules that this case lives under."""
        return self._following.rules(case)

    def told(self, event: Mapping[str, Any]) -> Saved[Case] | None:
        """An event of intake's; the case as it stands after it, None where the complaint has none."""
        return self._following.bring(facts_read(event["data"], event["at"]))

    def present(self, complaint_id: str) -> None:
        """Makes sure of the case although its first event may still be on the way; intake's NotFound passes."""
        if not self._cases.knows(complaint_id):
            following = self._following
            following.bring(following.read(answer(self._intake, "facts", complaint_id)))

    def refund_told(self, event: Mapping[str, Any]) -> None:
        """An event of refund's: a pre-refund starts its clock, its verification meets it (CL5)."""
        if read := pre_refund_read(event["data"]):
            self.present(read[0])
            self._following.hear(*read)

    def act(self, complaint_id: str, act: Decide, by: Actor, request: Request) -> Saved[Case]:
        """A person's command `act(case, now) -> events`; before a clock breaks by it, others are asked."""
        following = self._following
        return following.change(complaint_id, following.acting(act), by, request, visible_to(by))

    def through_intake(
        self, method: str, complaint_id: str, command: Mapping[str, Any], by: Actor, request: Request
    ) -> Saved[Case]:
        """A command whose truth lives in intake: done there first, then followed here in one change (MJ2)."""
        told = self._intake.call(method, complaint_id, {**command, "request_id": request.id})
        facts = self._following.read(told)

        def decide(asked: Asked, known: Case, now: datetime) -> list[Any]:
            events = asked_about(known, follow(known, facts, self.rules(known)), asked)
            return [*events] or [CommandAnswered(method, now)]

        asked = Asked(ALWAYS)
        return self._following.change(complaint_id, decide, by, request, visible_to(by), asked)

    def look(self) -> None:
        """Warns and breaks what is due."""
        Looking(self._following).look()

    def ask_intake(self) -> None:
        """Asks intake to reopen what has to be (ES6), and to mark major what belongs to an incident (MJ4)."""
        Wishes(self._following).ask_intake()
