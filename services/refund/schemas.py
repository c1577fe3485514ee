"""What refund accepts: form only, no meaning. Unknown fields are refused, only the types named here come through."""

from typing import Any, get_args

from marshmallow import Schema, ValidationError, fields, post_load, validate, validates_schema

from services.refund.claim import Claim, Confirmation, FoundBy, Unverifiable
from services.refund.fields import Cursor, Moment, Msisdn, References, amount, text
from services.refund.history import Settlement
from services.refund.model import Status


class Command(Schema):
    """What every command carries."""

    request_id = text(64, required=True)


class IdSchema(Schema):
    """The id that stands beside a command; nothing but a text can be one."""

    id = text(64, required=True)


class FoundBySchema(Schema):
    """Who found it without a complaint (RF6)."""

    department = text(64, required=True)
    reference = text(200, required=True)

    @post_load
    def build(self, data: dict[str, Any], **_: Any) -> FoundBy:
        return FoundBy(**data)


class UnverifiableSchema(Schema):
    """Why the facts cannot be had (RF2)."""

    why = fields.String(required=True, validate=validate.OneOf(["cannot_verify", "time_limit"]))
    checks = References(required=True)

    @post_load
    def build(self, data: dict[str, Any], **_: Any) -> Unverifiable:
        return Unverifiable(data["why"], tuple(data["checks"]))


class ConfirmationSchema(Schema):
    """The record of the customer's consent. `oral` has a name so that RF14 can refuse it."""

    kind = fields.String(required=True, validate=validate.OneOf(["written", "sms", "web", "wap", "oral"]))
    reference = text(200, required=True)
    at = Moment(required=True)

    @post_load
    def build(self, data: dict[str, Any], **_: Any) -> Confirmation:
        return Confirmation(**data)


class RequestSchema(Command):
    """`request` and `quote`: loads `claim`; exactly one of complaint_id and found_by is given (RF6)."""

    complaint_id = text(64)
    found_by = fields.Nested(FoundBySchema)
    msisdn = Msisdn(required=True)
    service = text(100, required=True)
    period = fields.String(
        required=True, validate=validate.Regexp(r"20[0-9]{2}-(0[1-9]|1[0-2])\Z", error="A month is YYYY-MM.")
    )
    dispute_type = fields.String(
        required=True,
        validate=validate.OneOf(["subscription", "agency", "interconnect", "sp", "billing", "system"]),
    )
    ground = fields.String(required=True, validate=validate.OneOf(["double_refund", "unverifiable", "company_fault"]))
    unverifiable = fields.Nested(UnverifiableSchema)
    confirmation = fields.Nested(ConfirmationSchema)
    principal_fen = amount(1, required=True)
    extra_fen = amount(0)
    cause = text(required=True)
    evidence = References(required=True)
    fault_ticket = text(200)
    maintenance_opinion = text()
    branch = text(32, required=True)
    hall = text(64)
    exception = text()

    @validates_schema(skip_on_field_errors=False)
    def one_origin(self, data: dict[str, Any], **_: Any) -> None:
        if ("complaint_id" in data) == ("found_by" in data):
            raise ValidationError("Give either complaint_id or found_by.", "complaint_id")

    @post_load
    def build(self, data: dict[str, Any], **_: Any) -> Claim:
        del data["request_id"]
        return Claim(**{**data, "evidence": tuple(data["evidence"])})


class ApproveSchema(Command):
    """`approve`."""

    comment = text(load_default="")


class ReasonSchema(Command):
    """`reject` and `withdraw`."""

    reason = text(required=True)


class SettleSchema(Command):
    """`settle`: what a person found out, and by what."""

    outcome = fields.String(required=True, validate=validate.OneOf(get_args(Settlement)))
    evidence = References(required=True)

    @validates_schema
    def has_evidence(self, data: dict[str, Any], **_: Any) -> None:
        if not data["evidence"]:
            raise ValidationError("A settlement needs evidence.", "evidence")

    @post_load
    def build(self, data: dict[str, Any], **_: Any) -> dict[str, Any]:
        return {"outcome": data["outcome"], "evidence": tuple(data["evidence"])}


class SearchSchema(Schema):
    """`search`."""

    msisdn = Msisdn()
    complaint_id = text(64)
    status = fields.String(validate=validate.OneOf(get_args(Status)))
    branch = text(32)
    hall = text(64)
    since = Moment(data_key="from")
    until = Moment(data_key="to")
    limit = fields.Integer(strict=True, load_default=50, validate=validate.Range(1, 200))
    after = Cursor()
