"""Due work: warns and breaks what is due, but nothing on an act whose news is still on its way: it is asked about."""

import logging
import random
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, TypeVar

from services.escalation.asking import patiently
from services.escalation.follow import fire
from services.escalation.following import SYSTEM, Following
from services.escalation.model import Case
from services.escalation.unasked import Asked, NotAsked, asked_about, verifications
from shared.documents import Decide
from shared.errors import Unavailable
from shared.presence import is_away

PAGES_PER_LOOK, SHARE = 10, 20
Told = TypeVar("Told")

log = logging.getLogger(__name__)


class Looking:
    """One look. Who stays away from it is asked no more in it: what is known here counts."""

    def __init__(self, following: Following) -> None:
        self._following, self._cases = following, following.cases
        self._away: set[str] = set()

    def look(self) -> None:
        """Goes through what is due, a page in one write; many pages after an outage, but an end to each look."""
        for _ in range(PAGES_PER_LOOK):
            due = self._cases.due()
            if not due:
                return
            random.shuffle(due)  # replicas look at the same page: each goes through it in an order of its own
            for some in (due[at : at + SHARE] for at in range(0, len(due), SHARE)):
                looked_at = self._following.clock.now()
                asked = self._asked(self._cases.breaking(some), looked_at)
                self._cases.change_many(some, self._firing(looked_at, asked), SYSTEM)

    def _firing(self, until: datetime, asked: Mapping[str, Asked]) -> Decide:
        """What strikes while others are being asked waits for the next look: nobody has asked about it yet."""

        def decide(case: Case, now: datetime) -> Sequence[Any]:
            struck = fire(case, min(now, until), self._following.rules(case))
            try:
                return asked_about(case, struck, asked.get(case.complaint_id, Asked()))
            except NotAsked:
                return []

        return decide

    def _asked(self, complaint_ids: Sequence[str], until: datetime) -> dict[str, Asked]:
        """About which clocks others were asked. Where one complaint cannot be followed, what is known here counts."""
        verified = set(self._cases.verifying(complaint_ids))
        asked: dict[str, Asked] = {}
        for complaint_id in complaint_ids:
            try:
                refunds = self._refunds(complaint_id, until) if complaint_id in verified else frozenset[str]()
                asked[complaint_id] = Asked(until, refunds)
                self._ask(complaint_id, refunds)
            except Unavailable as later:
                log.warning("the clocks of %s wait for another look: %s", complaint_id, later)
                asked.pop(complaint_id, None)
            except Exception as fault:
                if is_away(fault):
                    raise
                log.exception("%s could not be followed before its clock; its neighbours' go on", complaint_id)
        return asked

    def _refunds(self, complaint_id: str, until: datetime) -> frozenset[str]:
        return verifications(self._cases.get(complaint_id).state, until)

    def _ask(self, complaint_id: str, refunds: frozenset[str]) -> None:
        for refund_id in refunds:
            if told := self._unless_away("refund", self._following.pre_refund_of, refund_id):
                self._following.hear(complaint_id, told)
        if facts := self._unless_away("intake", self._following.facts_of, complaint_id):
            self._following.bring(facts, refunds)

    def _unless_away(self, service: str, ask: Callable[..., Told | None], about: str) -> Told | None:
        """What it tells; None where it cannot, or stays away."""
        if service in self._away:
            return None
        try:
            return ask(about, patiently)
        except Unavailable as away:
            log.warning("%s stays away, what is known here counts: %s", service, away)
            self._away.add(service)
            return None
