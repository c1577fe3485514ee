"""The parts of refunds.yml about pre-refunds, late fees, corrections and confirmation records."""

from typing import Any, get_args

from marshmallow import Schema, fields, post_load, validate

from services.refund.rules import LEVELS, ConfirmationCheck, LateFeeRules, PreRefundRules

LEVEL = validate.OneOf(LEVELS)
BRANDS = ("vip", "gotone", "ordinary")
NOT_NEGATIVE = validate.Range(min=0)


class PreRefundPolicySchema(Schema):
    """`pre_refund` (RF4)."""

    up_to_fen = fields.Integer(strict=True, required=True, validate=NOT_NEGATIVE)
    consent = fields.String(required=True, validate=LEVEL)

    @post_load
    def build(self, data: dict[str, Any], **_: Any) -> PreRefundRules:
        return PreRefundRules(**data)


class LateFeePolicySchema(Schema):
    """`late_fee` (RF9)."""

    brands = fields.List(fields.String(validate=validate.OneOf(BRANDS)), required=True)
    up_to_fen = fields.Integer(strict=True, required=True, validate=NOT_NEGATIVE)

    @post_load
    def build(self, data: dict[str, Any], **_: Any) -> LateFeeRules:
        return LateFeeRules(frozenset(data["brands"]), data["up_to_fen"])


class CorrectionPolicySchema(Schema):
    """`correction` (RF10)."""

    levels = fields.List(fields.String(validate=LEVEL), required=True)


class ConfirmationPolicySchema(Schema):
    """`confirmation` (RF15)."""

    checks = fields.List(fields.String(validate=validate.OneOf(get_args(ConfirmationCheck))), required=True)
