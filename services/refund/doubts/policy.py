"""The schema of what refunds.yml says of a silent BOSS and of what stays unknown."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from marshmallow import Schema, ValidationError, fields, post_load, validate, validates_schema

from services.doubts import Rise, one_after_the_other, unanswered
from services.refund.doubts.rules import DoubtRules
from services.refund.rules import BreakerRules, RefundRules
from shared.policies import Fault, PolicySet

MOST_MINUTES = 30 * 24 * 60
ABOVE_NOTHING = validate.Range(min=0, min_inclusive=False)


class BreakerSchema(Schema):
    """`billing.breaker`: seconds of machine time."""

    after = fields.Integer(strict=True, required=True, validate=validate.Range(1, 1000))
    first_seconds = fields.Float(required=True, validate=ABOVE_NOTHING)
    longest_seconds = fields.Float(required=True, validate=ABOVE_NOTHING)

    @validates_schema(skip_on_field_errors=True)
    def grow(self, data: dict[str, Any], **_: Any) -> None:
        if data["longest_seconds"] < data["first_seconds"]:
            raise ValidationError("not shorter than first_seconds", "longest_seconds")

    @post_load
    def build(self, data: dict[str, Any], **_: Any) -> BreakerRules:
        pauses = (timedelta(seconds=data[name]) for name in ("first_seconds", "longest_seconds"))
        return BreakerRules(data["after"], *pauses)


class RiseSchema(Schema):
    """One entry of `unknown.rises`."""

    after_minutes = fields.Integer(strict=True, required=True, validate=validate.Range(1, MOST_MINUTES))
    tell = fields.String(required=True)

    @post_load
    def build(self, data: dict[str, Any], **_: Any) -> Rise:
        return Rise(timedelta(minutes=data["after_minutes"]), data["tell"])


class UnknownSchema(Schema):
    """`unknown`."""

    owner = fields.String(required=True)
    rises = fields.List(fields.Nested(RiseSchema), required=True)
    slow_after_minutes = fields.Integer(strict=True, required=True, validate=validate.Range(1, MOST_MINUTES))

    @validates_schema(skip_on_field_errors=True)
    def rise(self, data: dict[str, Any], **_: Any) -> None:
        if not one_after_the_other(data["rises"]):
            raise ValidationError("after_minutes rises from one to the next", "rises")

    @post_load
    def build(self, data: dict[str, Any], **_: Any) -> DoubtRules:
        slow_after = timedelta(minutes=data["slow_after_minutes"])
        return DoubtRules(data["owner"], tuple(data["rises"]), slow_after)


def somebody_answers(policies: PolicySet) -> Iterator[Fault]:
    """Each duty that refunds.yml names for what is unknown and that organisation.yml does not know in some branch."""
    refunds: RefundRules = policies["refunds"]
    doubts = refunds.billing.doubts
    return unanswered(policies, "refunds", doubts.owner, doubts.rises)
