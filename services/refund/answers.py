"""What refund shows: numbers masked, texts only to those who may see personal data (PR1, PR4), nothing graver (PR6)."""

from typing import Any

from marshmallow import Schema, fields

from services.refund.model import Refund
from services.refund.requesting import Draft
from services.rights import sees_personal_data
from shared.aggregate import Actor
from shared.fields import Moment
from shared.phone import mask
from shared.stored import Saved


class Masked(fields.String):
    """A number of which only beginning and end are shown."""

    def _serialize(self, value: Any, attr: str | None, obj: Any, **more: Any) -> str | None:
        return super()._serialize(mask(value), attr, obj, **more)


class LineAnswer(Schema):
    """One amount and how far it is: planned, paying, unknown, paid, refused."""

    kind = fields.String()
    amount_fen = fields.Integer()
    state = fields.String()
    boss_reference = fields.String(allow_none=True)


class ApprovalAnswer(Schema):
    """One signature: the step it serves, and whose it is."""

    level = fields.String()
    by = fields.String()
    role = fields.String()
    at = Moment()
    comment = fields.String()


class FoundByAnswer(Schema):
    """Who found it without a complaint."""

    department = fields.String()
    reference = fields.String()


class UnverifiableAnswer(Schema):
    """Why the facts could not be had."""

    why = fields.String()
    checks = fields.List(fields.String())


class ConfirmationAnswer(Schema):
    """The record of consent."""

    kind = fields.String()
    reference = fields.String()
    at = Moment()


class DoubtAnswer(Schema):
    """A line in doubt: since when, why, how often it was tried, and who finds out: `boss` or a `person`."""

    since = Moment(attribute="doubt.since")
    why = fields.String(attribute="doubt.why")
    attempts = fields.Integer()
    waits_for = fields.String()


class SettlementAnswer(Schema):
    """What a person found out about a line."""

    kind = fields.String()
    outcome = fields.String()
    by = fields.String()
    at = Moment()
    evidence = fields.List(fields.String())


class EndingAnswer(Schema):
    """Who rejected or withdrew it, when, why."""

    by = fields.String()
    at = Moment()
    reason = fields.String()


class RefundAnswer(Schema):
    """`refund` of the contract."""

    refund_id = fields.String()
    status = fields.String()
    lines = fields.List(fields.Nested(LineAnswer))
    total_fen = fields.Integer()
    counted_fen = fields.Integer()
    steps = fields.List(fields.String())
    approvals = fields.List(fields.Nested(ApprovalAnswer), attribute="signatures")
    needs = fields.Function(lambda refund: {"level": refund.needs} if refund.needs else None)
    complaint_id = fields.String(attribute="claim.complaint_id", allow_none=True)
    found_by = fields.Nested(FoundByAnswer, attribute="claim.found_by", allow_none=True)
    msisdn = Masked(attribute="claim.msisdn")
    service = fields.String(attribute="claim.service")
    period = fields.String(attribute="claim.period")
    dispute_type = fields.String(attribute="claim.dispute_type")
    ground = fields.String(attribute="claim.ground")
    branch = fields.String(attribute="claim.branch")
    hall = fields.String(attribute="claim.hall", allow_none=True)
    requested_by = fields.String(attribute="requested_by.sub")
    requested_at = Moment()
    paid_at = Moment(allow_none=True)
    shows_in = fields.Function(lambda refund: refund.shows_in(refund.paid_at) if refund.paid_at else None)
    doubt = fields.Nested(DoubtAnswer, attribute="in_doubt", allow_none=True)
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
    policy_version = fields.String()


class QuoteAnswer(Schema):
    """What a claim would become: `missing` names fields, `refusals` is all that speaks against it."""

    lines = fields.List(fields.Nested(LineAnswer(only=("kind", "amount_fen"))))
    total_fen = fields.Integer()
    counted_fen = fields.Integer()
    steps = fields.List(fields.String())
    missing = fields.List(fields.String())
    refusals = fields.Function(lambda draft: [_refusal(each) for each in draft.objections])


PERSONAL = (
    *("msisdn", "cause", "evidence", "unverifiable", "confirmation.reference", "maintenance_opinion", "exception"),
    *("approvals.comment", "settlements.evidence", "ended.reason"),
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
    return answer | texts | {"version": saved.v}


def quote_answer(draft: Draft) -> dict[str, Any]:
    """What the claim would become."""
    answer: dict[str, Any] = _quote.dump(draft)
    return answer
