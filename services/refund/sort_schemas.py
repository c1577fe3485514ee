"""What pre-refunds, verifications, waivers of late fees and corrections accept: form only, no meaning."""

from typing import Any

from marshmallow import Schema, ValidationError, fields, post_load, validates_schema

from services.refund.claim import Claim, Consent
from services.refund.schemas import (
    LONGEST_REFERENCE,
    MONTH,
    MOST_FEN,
    Command,
    FoundBySchema,
    References,
    RequestSchema,
)
from shared.fields import Fen, Flag, Mobile, Text, one_of, short


class ConsentSchema(Schema):
    """Who consents to a pre-refund, and why (RF4)."""

    by = short(required=True)
    reason = Text(required=True)

    @post_load
    def build(self, data: dict[str, Any], **_: Any) -> Consent:
        return Consent(**data)


class PreRefundSchema(RequestSchema):
    """`pre_refund`: a request with the customer's insistence and the consent; what is not verified has no evidence."""

    evidence = References(load_default=list)
    insisted = Flag(required=True)
    consent = fields.Nested(ConsentSchema)

    @post_load
    def build(self, data: dict[str, Any], **more: Any) -> Claim:
        claim: Claim = super().build({**data, "sort": "pre_refund"}, **more)
        return claim


class VerifySchema(Command):
    """`verify`: whether the facts are upheld, and by what."""

    upheld = Flag(required=True)
    evidence = References(required=True)

    @validates_schema
    def has_evidence(self, data: dict[str, Any], **_: Any) -> None:
        if not data.get("evidence"):
            raise ValidationError("A verification needs evidence.", "evidence")

    @post_load
    def build(self, data: dict[str, Any], **_: Any) -> dict[str, Any]:
        return {"upheld": data["upheld"], "evidence": tuple(data["evidence"])}


class LateFeeSchema(Command):
    """`waive_late_fee`: the brand is the complaint's; without a complaint it is stated."""

    complaint_id = short()
    msisdn = Mobile(required=True)
    period = fields.String(required=True, validate=MONTH)
    fee_fen = Fen(1, MOST_FEN, required=True)
    brand = one_of("vip", "gotone", "ordinary")
    cause = Text(required=True)
    branch = short(required=True)
    hall = short()

    @post_load
    def build(self, data: dict[str, Any], **_: Any) -> Claim:
        del data["request_id"]
        amounts = {"late_fee_fen": data.pop("fee_fen"), "principal_fen": 0}
        return Claim(service="违约金", dispute_type=None, ground=None, sort="late_fee", **amounts, **data)


class CorrectSchema(Command):
    """`correct`: what is put right without money; `cause` says what was wrong, `correction` what was done."""

    complaint_id = short()
    found_by = fields.Nested(FoundBySchema)
    msisdn = Mobile(required=True)
    service = Text(100, required=True)
    period = fields.String(required=True, validate=MONTH)
    cause = Text(required=True)
    correction = Text(required=True)
    evidence = References(load_default=list)
    fault_ticket = Text(LONGEST_REFERENCE)
    branch = short(required=True)
    hall = short()

    @validates_schema(skip_on_field_errors=False)
    def one_origin(self, data: dict[str, Any], **_: Any) -> None:
        if ("complaint_id" in data) == ("found_by" in data):
            raise ValidationError("Give either complaint_id or found_by.", "complaint_id")

    @post_load
    def build(self, data: dict[str, Any], **_: Any) -> Claim:
        del data["request_id"]
        given = {**data, "evidence": tuple(data["evidence"])}
        return Claim(dispute_type=None, ground=None, principal_fen=0, sort="correction", **given)
