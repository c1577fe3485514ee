"""Following complaints, and asking intake on their behalf: where escalation's decisions meet its store and intake."""

import logging
import random
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from typing import Any

from services.escalation import grouping, reopening
from services.escalation.asking import Intake, patiently
from services.escalation.clocks import next_break
from services.escalation.facts import Facts
from services.escalation.facts_schema import facts_read
from services.escalation.follow import fire, follow
from services.escalation.history import CommandAnswered
from services.escalation.model import Case, Reopening
from services.escalation.pre_refunds import follow_pre_refund
from services.escalation.refund_schema import pre_refund_read
from services.escalation.rules import Rules
from services.escalation.steps import ITSELF
from services.escalation.store import Cases, visible_to
from services.escalation.wording import MARKED_BECAUSE, REASONS
from shared.aggregate import Actor
from shared.clock import Clock, machine_now
from shared.documents import Clash, Decide
from shared.errors import Failed, NotFound, TousuError, Unavailable
from shared.presence import is_away
from shared.requests import Request
from shared.stored import Saved

SYSTEM = Actor(ITSELF, "system")
PAGES_PER_LOOK, SHARE, ASKED_PER_LOOK = 10, 20, 30

log = logging.getLogger(__name__)


class Desk:
    """`rules(version)` are the rules of a complaint opened under that version of the clocks."""

    def __init__(self, cases: Cases, intake: Intake, rules: Callable[[str], Rules], clock: Clock) -> None:
        self._cases, self._intake, self._rules, self._clock = cases, intake, rules, clock

    def rules(self, case: Case) -> Rules:
        """The rules that this case lives under."""
        return self._rules(case.facts.policy_version)

    # -- following

    def told(self, event: Mapping[str, Any]) -> Saved[Case] | None:
        """An event of intake's; the case as it stands after it, None where the complaint has none."""
        return self._bring(facts_read(event["data"], event["at"]))

    def present(self, complaint_id: str) -> None:
        """Makes sure of the case although its first event may still be on the way; intake's NotFound passes."""
        if not self._cases.knows(complaint_id):
            self._bring(self._read(self._intake.call("facts", complaint_id)))

    def refund_told(self, event: Mapping[str, Any]) -> None:
        """An event of refund's: a pre-refund starts its clock, its verification meets it (CL5)."""
        if not (read := pre_refund_read(event["data"])):
            return
        complaint_id, told = read
        self.present(complaint_id)
        with suppress(NotFound):  # what has no ladder has no case
            self._cases.change(complaint_id, lambda case, _: follow_pre_refund(case, told, self.rules(case)), SYSTEM)

    def _read(self, answer: Mapping[str, Any]) -> Facts:
        return facts_read(answer, self._clock.now().isoformat())

    def _bring(self, facts: Facts) -> Saved[Case] | None:
        """Changes the case, or makes it where there is none yet; whoever is faster, both take effect."""
        rules = self._rules(facts.policy_version)
        for _ in range(2):
            with suppress(NotFound):
                return self._cases.change(facts.complaint_id, lambda case, _: follow(case, facts, rules), SYSTEM)
            with suppress(Clash):  # another event makes it in this instant
                events = follow(None, facts, rules)
                return self._cases.insert(facts.complaint_id, events, SYSTEM, self._clock.now()) if events else None
        return None

    # -- asking intake

    def through_intake(
        self, method: str, complaint_id: str, command: Mapping[str, Any], by: Actor, request: Request
    ) -> Saved[Case]:
        """A command whose truth lives in intake: done there first, then followed here in one change (MJ2)."""
        answer = self._intake.call(method, complaint_id, {**command, "request_id": request.id})
        facts = self._read(answer)

        def decide(known: Case, now: datetime) -> list[Any]:
            return follow(known, facts, self.rules(known)) or [CommandAnswered(method, now)]

        return self._cases.change(complaint_id, decide, by, request, visible_to(by))

    # -- due work

    def look(self) -> None:
        """Warns and breaks what is due, a page in one write; many pages after an outage, but an end to each look."""
        intake_there = True
        for _ in range(PAGES_PER_LOOK):
            due = self._cases.due()
            if not due:
                return
            random.shuffle(due)  # replicas look at the same page: each goes through it in an order of its own
            for some in (due[at : at + SHARE] for at in range(0, len(due), SHARE)):
                looked_at = self._clock.now()
                intake_there = intake_there and self._catch_up(self._cases.breaking(some))
                self._cases.change_many(some, self._firing(looked_at), SYSTEM)

    def _firing(self, until: datetime) -> Decide:
        """What strikes while intake is being asked waits for the next look: nobody has asked about it yet."""
        return lambda case, now: fire(case, min(now, until), self.rules(case))

    def catch_up(self, known: Saved[Case]) -> None:
        """Before a person acts on a case of which a clock is over, as before due work: intake is asked first."""
        over = next_break(known.state.clocks)
        if over and over <= self._clock.now():
            with suppress(TousuError):  # where intake stays away, what is known here counts
                self._bring(self._read(self._intake.call("facts", known.id)))

    def _catch_up(self, complaint_ids: Sequence[str]) -> bool:
        """Nothing breaks on an act whose news is still on its way (a backlog after an outage): intake is asked first.

        Where intake stays away (False), or one complaint cannot be followed, what is known here counts."""
        for complaint_id in complaint_ids:
            try:
                self._bring(self._read(patiently(self._intake, "facts", complaint_id)))
            except Failed as failed:
                log.error("intake cannot tell of %s: %s", complaint_id, failed)
            except Unavailable:
                return False
            except TousuError as refused:
                log.warning("intake told nothing of %s: %s", complaint_id, refused.wire_name)
            except Exception as fault:
                if is_away(fault):
                    raise
                log.exception("%s could not be followed before its clock; its neighbours' go on", complaint_id)
        return True

    def ask_intake(self) -> None:
        """Asks intake to reopen what has to be (ES6), and to mark major what belongs to an incident (MJ4)."""
        self._cases.wake_aside.each(self._cases.waking(machine_now(), ASKED_PER_LOOK), self._ask)

    def _ask(self, complaint_id: str) -> None:
        self._reopen(complaint_id)
        self._mark(complaint_id)

    def _mark(self, complaint_id: str) -> None:
        """Takes the right to ask, asks, follows; the same request again later where intake is away."""
        took = self._took(complaint_id, lambda case, _: grouping.marking_tried(case, machine_now()))
        wanted = self._cases.get(complaint_id).state.marking if took else None
        if wanted is None:
            return None
        request_id = self._cases.keys.identity(wanted.trigger, complaint_id, wanted.cause)
        reason = MARKED_BECAUSE[wanted.trigger].format(wanted.cause)
        told = {"trigger": wanted.trigger, "reason": reason, "by": ITSELF}
        try:
            self._bring(self._read(self._intake.call("mark_major", complaint_id, told | {"request_id": request_id})))
            outcome = "marked"
        except Unavailable:
            return log.warning("intake is away: %s is marked later", complaint_id)
        except TousuError as refused:
            outcome = refused.wire_name
        self._cases.change(complaint_id, lambda case, now: grouping.marking_ended(case, outcome, now), SYSTEM)
        return None

    def _took(self, complaint_id: str, decide: Decide) -> bool:
        """Whether this process made the change."""
        mine: list[Any] = []

        def take(case: Case, now: datetime) -> list[Any]:
            mine[:] = decide(case, now)
            return mine

        self._cases.change(complaint_id, take, SYSTEM)
        return bool(mine)

    def _reopen(self, complaint_id: str) -> None:
        """Takes the right to ask, asks, follows; asked again later where intake is away."""
        wanted = self._taken(complaint_id)
        if wanted is None:
            return
        command = {"request_id": f"{complaint_id}:{wanted.since.timestamp():.3f}", "reason": REASONS[wanted.cause]}
        try:
            self._bring(self._read(self._intake.call("reopen_from_ladder", complaint_id, command)))
        except Unavailable:
            log.warning("intake is away: the reopening of %s is asked for again later", complaint_id)
        except TousuError as refused:
            refusal = refused.wire_name
            self._cases.change(complaint_id, lambda case, now: reopening.dropped(case, refusal, now), SYSTEM)

    def _taken(self, complaint_id: str) -> Reopening | None:
        """What this process may ask for now; None where another one does."""
        mine: list[Any] = []

        def take(case: Case, _now: datetime) -> list[Any]:
            mine[:] = reopening.tried(case, machine_now())
            return mine

        saved = self._cases.change(complaint_id, take, SYSTEM)
        return saved.state.reopening if mine else None
