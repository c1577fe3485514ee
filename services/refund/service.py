"""The refund service: money back to customers, with as many signatures as it needs, once."""

from typing import Any

from services.announcing_door import AnnouncingDoor
from services.erasing import Erasing, Keeps
from services.erasing_door import ErasingDoor
from services.refund import approving
from services.refund.accused import unless_accused
from services.refund.answers import ledger_answer, quote_answer, refund_answer
from services.refund.books.service import BooksDoors
from services.refund.cancelled import claim_back
from services.refund.claim import Claim
from services.refund.desk import Desk
from services.refund.doubts.service import DoubtDoors
from services.refund.erasing import judge
from services.refund.errors import RequesterNeverApproves
from services.refund.facts_door import FactsDoor
from services.refund.facts_schema import CaseReader, FactsReader
from services.refund.policies import FITS, POLICIES
from services.refund.schemas import ApproveSchema, ReasonSchema, RequestSchema, SearchSchema
from services.refund.sort_schemas import CorrectSchema, LateFeeSchema, PreRefundSchema, VerifySchema
from services.refund.store import Refunds, visible
from services.rights import allowed
from shared.aggregate import Actor
from shared.audit.showing import Reads
from shared.auth import Caller
from shared.bus.call import RpcCaller
from shared.bus.inbox import on_event
from shared.bus.rpc import rpc
from shared.documents import Decide
from shared.fields import an_id
from shared.providers import Clock, Policies, Stored
from shared.requests import Request, request_of

Answer = dict[str, Any]

facts, case = FactsReader(), CaseReader()
a_request, a_yes, a_reason, a_filter = RequestSchema(), ApproveSchema(), ReasonSchema(), SearchSchema()
a_pre_refund, a_verification, a_late_fee, a_correction = (
    PreRefundSchema(),
    VerifySchema(),
    LateFeeSchema(),
    CorrectSchema(),
)


class RefundService(FactsDoor, DoubtDoors, BooksDoors, ErasingDoor, AnnouncingDoor):
    """Claims, signatures, payments."""

    name = "refund"
    refunds = Stored(Refunds)
    seen = Stored(Reads)
    caller = Caller(allowed)
    clock = Clock()
    policies = Policies(*POLICIES, fits=FITS)
    intake = RpcCaller("intake")

    @rpc
    def request(self, request: Any) -> Answer:
        """Claims a refund (RF2). What is missing is named (RF7); one charge is refunded once (RF19)."""
        by = self.caller.may("refund.request")
        return self._taken(by, "request", a_request.load(request), request)

    @rpc
    def pre_refund(self, request: Any) -> Answer:
        """Returns a small principal before it is verified, since the customer insists (RF4)."""
        by = self.caller.may("refund.pre_refund")
        return self._taken(by, "pre_refund", a_pre_refund.load(request), request)

    @rpc
    def verify(self, id: Any, command: Any) -> Answer:
        """Says whether the facts behind a pre-refund are upheld: then the award follows (RF4)."""
        by = self.caller.may("refund.verify")
        told, desk = a_verification.load(command), self._desk()
        return self._changed(by, "verify", id, command, lambda old, now: desk.verify(old, by, told, now))

    @rpc
    def waive_late_fee(self, request: Any) -> Answer:
        """Waives an ordinary customer's late fee within the front line's cap, without approval (RF9)."""
        by = self.caller.may("refund.waive_late_fee")
        return self._taken(by, "waive_late_fee", a_late_fee.load(request), request)

    @rpc
    def correct(self, request: Any) -> Answer:
        """Records a correction that moves no money (RF10)."""
        by = self.caller.may("refund.correct")
        return self._taken(by, "correct", a_correction.load(request), request)

    @rpc
    def ledger(self, id: Any) -> Answer:
        """Where the money of one refund is: every posting, and what each account holds."""
        by = self.caller.may("refund.ledger")
        refund_id = self.refunds.get(an_id(id), visible(by)).id
        return ledger_answer(refund_id, self.refunds.history(refund_id))

    @rpc
    def quote(self, request: Any) -> Answer:
        """What the same request would become. Changes nothing."""
        by = self.caller.may("refund.quote")
        claim = a_request.load(request)
        refund_id = self._asked(by, "request", "", request).id
        return quote_answer(self._desk().quote(claim, refund_id, by, self.clock.now()))

    @rpc
    def approve(self, id: Any, command: Any) -> Answer:
        """Signs the next step; nobody signs twice, the requester never: who tries it is on record (RF12)."""
        by = self.caller.may("refund.approve")
        comment, desk = a_yes.load(command)["comment"], self._desk()
        try:
            return self._changed(by, "approve", id, command, lambda old, _: desk.sign(old, by, comment))
        except RequesterNeverApproves:
            self.refunds.change(an_id(id), lambda old, _: approving.self_approval(old, by), by)
            raise

    @rpc
    def reject(self, id: Any, command: Any) -> Answer:
        """Says no, at any step that the level reaches."""
        by = self.caller.may("refund.reject")
        reason = a_reason.load(command)["reason"]
        return self._changed(by, "reject", id, command, lambda old, _: approving.reject(old, by, reason))

    @rpc
    def withdraw(self, id: Any, command: Any) -> Answer:
        """Takes the claim back, as long as nothing is on its way to BOSS."""
        by = self.caller.may("refund.withdraw")
        reason = a_reason.load(command)["reason"]
        return self._changed(by, "withdraw", id, command, lambda old, _: approving.withdraw(old, by, reason))

    @rpc
    def get(self, id: Any) -> Answer:
        """One refund."""
        by = self.caller.may("refund.get")
        return refund_answer(self.refunds.get(an_id(id), visible(by)), by)

    @rpc
    def search(self, filter: Any) -> Answer:
        """Refunds by what is known of them, newest first."""
        by = self.caller.may("refund.search")
        items, after = self.refunds.search(a_filter.load(filter), by)
        return {"items": [refund_answer(saved, by) for saved in items], "after": after}

    @on_event("intake", "complaint_registered")
    def complaint_registered(self, event: Answer) -> None:
        """As any other event of a complaint; what it says must not be charged is claimed back (IN16)."""
        self.complaint_changed(event)
        claim_back(self._desk(), event["data"], self.clock.now())

    @on_event("intake", "*")
    def complaint_changed(self, event: Answer) -> None:
        self.refunds.complaints.keep_facts(facts.load(event["data"]))

    @on_event("escalation", "*")
    def case_changed(self, event: Answer) -> None:
        self._desk().case_told(case.load(event["data"]))

    def _desk(self) -> Desk:
        return Desk(self.refunds, self.intake, self.policies["refunds"], self.policies.version("refunds"))

    def _taken(self, by: Actor, method: str, claim: Claim, request: Answer) -> Answer:
        taken = self._desk().take(claim, self._asked(by, method, "", request), by, self.clock.now())
        return refund_answer(taken, by)

    def _asked(self, by: Actor, method: str, target: str, content: Answer) -> Request:
        return request_of(self.refunds.keys, self.name, by, method, target, content)

    def _changed(self, by: Actor, method: str, refund_id: Any, command: Answer, decide: Decide) -> Answer:
        target = an_id(refund_id)
        request = self._asked(by, method, target, command)
        checked = unless_accused(by, self.refunds.complaints.accused, decide)
        return refund_answer(self.refunds.change(target, checked, by, request, visible(by)), by)

    def _erasing(self) -> Erasing:
        judged = judge(self.policies["privacy"].kept_for)
        forget = self.refunds.complaints.forget
        return Erasing([Keeps(self.refunds, "complaint_id", judged)], self.seen, self.clock, self.letters, forget)
