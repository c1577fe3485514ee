"""Bringing cases in line with what others know, and changing none by a clock that nobody was asked about."""

import logging
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from functools import partial
from typing import Any

from services.escalation.asking import FOR_GOOD, Line, answer
from services.escalation.facts import Facts, PreRefund
from services.escalation.facts_schema import facts_read
from services.escalation.follow import fire, follow
from services.escalation.model import Case
from services.escalation.pre_refunds import follow_pre_refund
from services.escalation.refund_schema import pre_refund_read
from services.escalation.rules import Rules
from services.escalation.steps import ITSELF
from services.escalation.store import Cases
from services.escalation.unasked import ALWAYS, Asked, NotAsked, asked_about
from shared.aggregate import Actor
from shared.clock import Clock
from shared.documents import Clash, Decide
from shared.errors import Failed, NotFound, Unavailable
from shared.requests import Request
from shared.stored import Saved

SYSTEM = Actor(ITSELF, "system")
ROUNDS = 5
NONE: frozenset[str] = frozenset()
NOTHING = Asked()
Ask = Callable[..., Any]
Deciding = Callable[[Asked, Case, datetime], Sequence[Any]]

log = logging.getLogger(__name__)


class Following:
    """`rules_of(version)` are the rules of a complaint opened under that version of the clocks."""

    def __init__(
        self, cases: Cases, intake: Line, refund: Line, rules_of: Callable[[str], Rules], clock: Clock
    ) -> None:
        self.cases, self.intake, self.clock = cases, intake, clock
        self._refund, self.rules_of = refund, rules_of

    def rules(self, case: Case) -> Rules:
        """The rules that this case lives under."""
        return self.rules_of(case.clocks_version)

    # -- what others know

    def read(self, told: Mapping[str, Any]) -> Facts:
        """Facts as intake answers them."""
        return facts_read(told, self.clock.now().isoformat())

    def facts_of(self, complaint_id: str, ask: Ask = answer) -> Facts | None:
        """What intake knows now; None where it cannot tell. Unavailable passes."""
        told = self._told(partial(ask, self.intake, "facts", complaint_id), complaint_id)
        return self.read(told) if told else None

    def pre_refund_of(self, refund_id: str, ask: Ask = answer) -> PreRefund | None:
        """How refund says the pre-refund stands now; None where it cannot tell. Unavailable passes."""
        told = self._told(partial(ask, self._refund, "facts", refund_id), refund_id)
        read = pre_refund_read(told) if told else None
        return read[1] if read else None

    def _told(self, ask: Callable[[], Any], about: str) -> Any:
        try:
            return ask()
        except Failed as failed:
            log.error("nothing can be told of %s: %s", about, failed)
        except FOR_GOOD as refused:
            log.warning("nothing was told of %s: %s", about, refused.wire_name)
        return None

    # -- following

    def bring(self, facts: Facts, refunds: frozenset[str] = NONE) -> Saved[Case] | None:
        """Changes the case, or makes it where there is none yet; whoever is faster, both take effect.

        `refunds`: the pre-refunds about which refund was asked already. Raises ClocksNotKnownYet."""
        asked = Asked(ALWAYS, refunds)
        for _ in range(2):
            with suppress(NotFound):
                return self.change(facts.complaint_id, self._bringing(facts), SYSTEM, asked=asked)
            with suppress(Clash):  # another event makes it in this instant
                events = follow(None, facts, self.rules_of(facts.policy_version))
                return self.cases.insert(facts.complaint_id, events, SYSTEM, self.clock.now()) if events else None
        return None

    def _bringing(self, facts: Facts) -> Deciding:
        """What facts of intake's bring; only refund may know more."""
        return lambda asked, case, _: asked_about(case, follow(case, facts, self.rules(case)), asked)

    def hear(self, complaint_id: str, told: PreRefund) -> None:
        """Follows a pre-refund; what has no ladder has no case."""
        with suppress(NotFound):
            self.cases.change(complaint_id, lambda case, _: follow_pre_refund(case, told, self.rules(case)), SYSTEM)

    # -- changing what nobody may break unasked

    def acting(self, act: Decide) -> Deciding:
        """What a person does: time strikes first, and a refusal, too, rests on what it broke."""

        def decide(asked: Asked, case: Case, now: datetime) -> Sequence[Any]:
            asked_about(case, fire(case, now, self.rules(case)), asked)
            return act(case, now)

        return decide

    def change(
        self,
        complaint_id: str,
        decide: Deciding,
        by: Actor,
        request: Request | None = None,
        visible: Mapping[str, Any] | None = None,
        asked: Asked = NOTHING,
    ) -> Saved[Case]:
        """As Documents.change. Who was not asked about a clock that would break is asked, and it is decided anew.

        Unavailable where he is away: then only due work, after its patience, counts what is known here."""
        for _ in range(ROUNDS):
            try:
                return self.cases.change(complaint_id, partial(decide, asked), by, request, visible)
            except NotAsked as lacking:
                asked = self._ask(complaint_id, lacking, asked)
        raise Unavailable("its clocks run out one after the other just now", complaint_id=complaint_id)

    def _ask(self, complaint_id: str, lacking: NotAsked, asked: Asked) -> Asked:
        now, refunds = self.clock.now(), asked.refunds | lacking.refunds
        for refund_id in lacking.refunds:
            if told := self.pre_refund_of(refund_id):
                self.hear(complaint_id, told)
        if not lacking.intake:
            return Asked(asked.intake, refunds)
        if facts := self.facts_of(complaint_id):
            self.bring(facts, refunds)
        return Asked(now, refunds)
