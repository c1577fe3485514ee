"""Where a claim meets what the database knows: complaint, charge, earlier refunds, other pieces."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from services.refund import approving, pre_refunds, requesting
from services.refund.accused import must_not_be_accused
from services.refund.claim import Claim, Complaint
from services.refund.errors import UnknownComplaint
from services.refund.facts_schema import FactsReader
from services.refund.model import Refund
from services.refund.requesting import Circumstances, Draft, Pieces
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
ITSELF = Actor("service:refund", "system")


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
        claim = pre_refunds.with_authority(claim, by, self.rules)
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
        pieces = self._pieces(refund.claim, refund.refund_id, refund.requested_at)
        return approving.approve(refund, by, comment, pieces.claimed_fen, self.rules)

    def verify(self, refund: Refund, by: Actor, told: Mapping[str, Any], now: datetime) -> list[Any]:
        """What the verification of a pre-refund brings, in time as far as is known here (RF4, CL5)."""
        due_at = self.refunds.complaints.verify_by(refund.claim.complaint_id or "", refund.refund_id)
        return pre_refunds.verify(refund, **told, by=by, due_at=due_at, now=now, rules=self.rules)

    def case_told(self, case: Mapping[str, Any]) -> None:
        """News of a case: kept, and the pre-refunds that nobody has verified in time are closed (CL5)."""
        self.refunds.complaints.keep_case(case)
        for clock in case["clocks"]:
            if (clock["kind"], clock["state"]) == ("verification", "broken"):
                self._close(clock["clock_id"], clock["due_at"])

    def _close(self, refund_id: str, due_at: datetime | None) -> None:
        """It takes a place among the unverifiable ones, if one is free (RF8)."""
        patience = Patience(seconds=3)

        def decide(refund: Refund, now: datetime) -> list[Any]:
            taken = self.refunds.goodwill(refund.claim, besides=refund_id)
            return pre_refunds.broken(refund, due_at or now, requesting.first_free(taken, self.rules))

        while True:
            try:
                self.refunds.change(refund_id, decide, ITSELF)
                return
            except NotFound:
                return
            except Clash:  # somebody took the place in this moment: look again
                patience.wait()

    def _met(self, claim: Claim, refund_id: str, by: Actor, now: datetime) -> Circumstances:
        requesting.must_be_allowed(claim, by)
        number_place, complaint_place = self.refunds.places(claim)  # before the pieces: what comes later clashes
        return Circumstances(
            complaint=self._complaint(claim.complaint_id, by) if claim.complaint_id else None,
            holder=self.refunds.holder(claim, besides=refund_id),
            goodwill=self.refunds.goodwill(claim, besides=refund_id),
            pieces=self._pieces(claim, refund_id, now),
            number_place=number_place,
            complaint_place=complaint_place,
        )

    def _pieces(self, claim: Claim, refund_id: str, at: datetime) -> Pieces:
        return self.refunds.pieces(claim, besides=refund_id, since=at - self.rules.pieces_within)

    def _complaint(self, complaint_id: str, by: Actor) -> Complaint:
        """The complaint, if the caller sees it: the copy, else what intake says."""
        known = self.refunds.complaints.find(complaint_id) or self._asked_for(complaint_id)
        if known is None or sees_branch(by) not in (None, known.branch):
            raise UnknownComplaint(complaint_id)
        must_not_be_accused(complaint_id, known.accused, by)
        return known

    def _asked_for(self, complaint_id: str) -> Complaint | None:
        try:
            facts: Mapping[str, Any] = FACTS.load(self.intake.call("facts", complaint_id))
        except NotFound:
            return None
        self.refunds.complaints.keep_facts(facts, asked=True)
        return self.refunds.complaints.find(facts["complaint_id"])
