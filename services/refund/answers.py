"""What refund shows: numbers masked, texts only to those who may see personal data (PR1, PR4), nothing graver (PR6)."""

from typing import Any

from marshmallow import Schema, fields

from services.refund.answer_schemas import (
    ApprovalAnswer,
    ConfirmationAnswer,
    ConsentAnswer,
    DoubtAnswer,
    EndingAnswer,
    FoundByAnswer,
    LineAnswer,
    Masked,
    PostingAnswer,
    SettlementAnswer,
    UnverifiableAnswer,
    VerificationAnswer,
)
from services.refund.doubts.answers import LateAnswer
from services.refund.ledger import balances, postings
from services.refund.model import Refund
from services.refund.requesting import Draft
from services.rights import sees_personal_data
from shared.aggregate import Actor, Stamp
from shared.fields import Moment
from shared.stored import Saved


class RefundAnswer(Schema):
    """`refund` of the contract."""

    refund_id = fields.String()
    sort = fields.String(attribute="claim.sort")
    status = fields.String()
    lines = fields.List(fields.Nested(LineAnswer))
    total_fen = fields.Integer()
    counted_fen = fields.Integer()
    steps = fields.List(fields.String())
    approvals = fields.List(fields.Nested(ApprovalAnswer), attribute="signatures")
    self_approvals_refused = fields.List(fields.String(), attribute="refused_signers")
    needs = fields.Function(lambda refund: {"level": refund.needs} if refund.needs else None)
    complaint_id = fields.String(attribute="claim.complaint_id", allow_none=True)
    found_by = fields.Nested(FoundByAnswer, attribute="claim.found_by", allow_none=True)
    msisdn = Masked(attribute="claim.msisdn")
    service = fields.String(attribute="claim.service")
    period = fields.String(attribute="claim.period")
    dispute_type = fields.String(attribute="claim.dispute_type", allow_none=True)
    sub_cause = fields.String(attribute="claim.sub_cause", allow_none=True)
    ground = fields.String(attribute="claim.ground", allow_none=True)
    branch = fields.String(attribute="claim.branch")
    hall = fields.String(attribute="claim.hall", allow_none=True)
    requested_by = fields.String(attribute="requested_by.sub")
    requested_at = Moment()
    paid_at = Moment(allow_none=True)
    shows_in = fields.Function(lambda refund: refund.shows_in(refund.paid_at) if refund.paid_at else None)
    doubt = fields.Nested(DoubtAnswer, attribute="in_doubt", allow_none=True)
    late = fields.Nested(LateAnswer, allow_none=True)
    failed_because = fields.String(attribute="failed_why", allow_none=True)
    settlements = fields.List(fields.Nested(SettlementAnswer), attribute="settled")
    ended = fields.Nested(EndingAnswer, attribute="ending", allow_none=True)
    cause = fields.String(attribute="claim.cause")
    evidence = fields.List(fields.String(), attribute="claim.evidence")
    unverifiable = fields.Nested(UnverifiableAnswer, attribute="claim.unverifiable", allow_none=True)
    confirmation = fields.Nested(ConfirmationAnswer, attribute="claim.confirmation", allow_none=True)
    fault_ticket = fields.String(attribute="claim.fault_ticket", allow_none=True)
    maintenance_opinion = fields.String(attribute="claim.maintenance_opinion", allow_none=True)
    exception = fields.String(attribute="claim.exception", allow_none=True)
    insisted = fields.Boolean(attribute="claim.insisted")
    consent = fields.Nested(ConsentAnswer, attribute="claim.consent", allow_none=True)
    verifying_since = Moment(allow_none=True)
    verification = fields.Nested(VerificationAnswer, allow_none=True)
    correction = fields.String(attribute="claim.correction", allow_none=True)
    policy_version = fields.String()


class QuoteAnswer(Schema):
    """What a claim would become: `missing` names fields, `refusals` is all that speaks against it."""

    lines = fields.List(fields.Nested(LineAnswer(only=("kind", "part", "amount_fen"))))
    total_fen = fields.Integer()
    counted_fen = fields.Integer()
    steps = fields.List(fields.String())
    missing = fields.List(fields.String())
    refusals = fields.Function(lambda draft: [_refusal(each) for each in draft.objections])


PERSONAL = (
    *("msisdn", "cause", "evidence", "unverifiable", "confirmation.reference", "maintenance_opinion", "exception"),
    *("confirmation.second_confirmation.reference", "confirmation.after_trial.reference", "consent.reason"),
    *("correction", "verification.evidence", "approvals.comment", "settlements.evidence", "ended.reason"),
)
TEXTS = frozenset(each.partition(".")[0] for each in PERSONAL) - {"msisdn"}
_whole, _without_personal_data = RefundAnswer(), RefundAnswer(exclude=PERSONAL)
_quote = QuoteAnswer()


def _refusal(objection: Any) -> dict[str, Any]:
    return {"error": objection.wire_name, **objection.on_the_wire()}


def refund_answer(saved: Saved[Refund], to: Actor) -> dict[str, Any]:
    """The refund as this caller may see it."""
    schema = _whole if sees_personal_data(to) else _without_personal_data
    answer: dict[str, Any] = schema.dump(saved.state)
    texts = {name: saved.graver.masked(answer[name]) for name in TEXTS & answer.keys()}
    return answer | texts | {"version": saved.v, "erased": saved.erased_at is not None}


def quote_answer(draft: Draft) -> dict[str, Any]:
    """What the claim would become."""
    answer: dict[str, Any] = _quote.dump(draft)
    return answer


_postings = PostingAnswer(many=True)


def ledger_answer(refund_id: str, history: list[tuple[Any, Stamp]]) -> dict[str, Any]:
    """The refund's postings and what its accounts hold; no personal data."""
    moved = list(postings(history))
    held = balances(moved)
    return {
        "refund_id": refund_id,
        "postings": _postings.dump(moved),
        "accounts": held,
        "customer_fen": held.get("customer", 0),
        "balanced": sum(held.values()) == 0,
    }
