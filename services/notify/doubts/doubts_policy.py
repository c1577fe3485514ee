"""The schema of what notify.yml says of messages without an outcome."""

from collections.abc import Iterator
from typing import Any, get_args

from marshmallow import Schema, ValidationError, fields, post_load, validate, validates_schema

from services.doubts import Rise, one_after_the_other, unanswered
from services.notify.doubts.rules import DoubtRules
from services.notify.recipients import DUTIES
from services.notify.spans_schema import Span
from services.notify.templates import MessageClass
from shared.policies import Fault, PolicySet

DUTY = validate.OneOf(DUTIES)


class RiseSchema(Schema):
    """One entry of `unknown.rises`."""

    after = Span(required=True)
    tell = fields.String(required=True, validate=DUTY)

    @post_load
    def build(self, data: dict[str, Any], **_: Any) -> Rise:
        return Rise(data["after"], data["tell"])


class UnknownSchema(Schema):
    """`unknown`."""

    receipt_late_after = Span(required=True)
    owner = fields.String(required=True, validate=DUTY)
    classes = fields.List(fields.String(validate=validate.OneOf(get_args(MessageClass))), required=True)
    rises = fields.List(fields.Nested(RiseSchema), required=True)

    @validates_schema(skip_on_field_errors=True)
    def rise(self, data: dict[str, Any], **_: Any) -> None:
        if not one_after_the_other(data["rises"]):
            raise ValidationError("after rises from one to the next", "rises")

    @post_load
    def build(self, data: dict[str, Any], **_: Any) -> DoubtRules:
        return DoubtRules(data["receipt_late_after"], data["owner"], frozenset(data["classes"]), tuple(data["rises"]))


def somebody_answers(policies: PolicySet) -> Iterator[Fault]:
    """Each duty named for what is unknown that organisation.yml does not know in some branch."""
    doubts: DoubtRules = policies["notify"].doubts
    return unanswered(policies, "notify", doubts.owner, doubts.rises)
