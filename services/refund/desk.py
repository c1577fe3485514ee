"""Where a claim meets what the database knows: complaint, charge, earlier refunds, other pieces."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from services.refund import approving, requesting
from services.refund.accused import must_not_be_accused
from services.refund.claim import Claim, Complaint
from services.refund.errors import UnknownComplaint
from services.refund.facts_schema import FactsReader
from services.refund.model import Refund
from services.refund.requesting import Circumstances, Draft
from services.refund.rules import RefundRules
from services.refund.store import Refunds
from services.rights import sees_branch
from shared.aggregate import Actor
from shared.documents import Clash
from shared.errors import NotFound
from shared.patience import Patience
from shared.requests import Request
from shared.stored import Saved

FACTS = FactsReader()


class Intake(Protocol):
    """The only service that refund calls."""

    def call(self, method: str, *args: Any) -> Any: ...


@dataclass(frozen=True)
class Desk:
    """Takes claims and signatures under the rules in force."""

    refunds: Refunds
    intake: Intake
    rules: RefundRules
    policy_version: str

    def quote(self, claim: Claim, refund_id: str, by: Actor, now: datetime) -> Draft:
        """What the claim would become; nothing is stored."""
        return requesting.draft(claim, self._met(claim, refund_id, by, now), now, self.rules)

    def take(self, claim: Claim, request: Request, by: Actor, now: datetime) -> Saved[Refund]:
        """A refund of the claim; what speaks against it is raised, a request that came before is answered again."""
        patience = Patience(seconds=3)
        while True:
            if answered := self.refunds.answer_of(request):
                return answered
            met = self._met(claim, request.id, by, now)
            events = requesting.request(request.id, claim, met, now, self.rules, self.policy_version)
            try:
                return self.refunds.insert(request.id, events, by, now, request)
            except Clash:  # somebody took the charge or the place in this moment: look again
                patience.wait()

    def sign(self, refund: Refund, by: Actor, comment: str) -> list[Any]:
        """The next signature, after another look at the claim's other pieces (RF12)."""
        pieces_fen = self._pieces_fen(refund.claim, refund.refund_id, refund.requested_at)
        return approving.approve(refund, by, comment, pieces_fen, self.rules)

    def _met(self, claim: Claim, refund_id: str, by: Actor, now: datetime) -> Circumstances:
        requesting.must_be_allowed(claim, by)
        return Circumstances(
            complaint=self._complaint(claim.complaint_id, by) if claim.complaint_id else None,
            holder=self.refunds.holder(claim, besides=refund_id),
            goodwill=self.refunds.goodwill(claim, besides=refund_id),
            pieces_fen=self._pieces_fen(claim, refund_id, now),
        )

    def _pieces_fen(self, claim: Claim, refund_id: str, at: datetime) -> int:
        return self.refunds.pieces_fen(claim, besides=refund_id, since=at - self.rules.pieces_within)

    def _complaint(self, complaint_id: str, by: Actor) -> Complaint:
        """The complaint, if the caller sees it: the copy, else what intake says."""
        known = self.refunds.complaints.find(complaint_id) or self._asked_for(complaint_id)
        if known is None or sees_branch(by) not in (None, known.branch):
            raise UnknownComplaint(complaint_id)
        must_not_be_accused(known, by)
        return known

    def _asked_for(self, complaint_id: str) -> Complaint | None:
        try:
            facts: Mapping[str, Any] = FACTS.load(self.intake.call("facts", complaint_id))
        except NotFound:
            return None
        self.refunds.complaints.keep_facts(facts)
        return self.refunds.complaints.find(facts["complaint_id"])
