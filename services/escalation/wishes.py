"""What intake is asked to do: reopen a complaint (ES6), mark it major (MJ3, MJ4). Wanted in the case, done in intake.

Only what intake refuses for good ends a wish; whatever else it answers, the same request goes there again later.
"""

import logging
from datetime import datetime
from typing import Any

from services.escalation import grouping, reopening
from services.escalation.asking import FOR_GOOD, answer
from services.escalation.following import SYSTEM, Following
from services.escalation.model import Case, Reopening
from services.escalation.steps import ITSELF
from services.escalation.wording import MARKED_BECAUSE, REASONS
from shared.clock import machine_now
from shared.documents import Decide
from shared.errors import Unavailable

ASKED_PER_LOOK = 30

log = logging.getLogger(__name__)


class Wishes:
    """Asks, and follows the answer."""

    def __init__(self, following: Following) -> None:
        self._following, self._cases, self._intake = following, following.cases, following.intake

    def ask_intake(self) -> None:
        """A round of what is to be asked now, each on its own."""
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
        told = {"trigger": wanted.trigger, "reason": reason, "by": ITSELF, "request_id": request_id}
        try:
            self._done("mark_major", complaint_id, told)
            outcome = "marked"
        except Unavailable:
            return log.warning("intake is away: %s is marked later", complaint_id)
        except FOR_GOOD as refused:
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
            self._done("reopen_from_ladder", complaint_id, command)
        except Unavailable:
            log.warning("intake is away: the reopening of %s is asked for again later", complaint_id)
        except FOR_GOOD as refused:
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

    def _done(self, method: str, complaint_id: str, command: dict[str, Any]) -> None:
        following = self._following
        following.bring(following.read(answer(self._intake, method, complaint_id, command)))
