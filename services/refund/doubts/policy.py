"""The schema of what refunds.yml says of a silent BOSS and of what stays unknown."""

from collections.abc import Iterator
from datetime import timedelta
from itertools import pairwise
from typing import Any

from marshmallow import Schema, ValidationError, fields, post_load, validate, validates_schema

from services.refund.doubts.rules import DoubtRules, Rise
from services.refund.rules import BreakerRules, RefundRules
from shared.organisation import Organisation, UnknownDuty
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

    @validates_schema(skip_on_field_errors=True)
    def one_after_the_other(self, data: dict[str, Any], **_: Any) -> None:
        if any(later.after <= earlier.after for earlier, later in pairwise(data["rises"])):
            raise ValidationError("after_minutes rises from one to the next", "rises")

    @post_load
    def build(self, data: dict[str, Any], **_: Any) -> DoubtRules:
        return DoubtRules(data["owner"], tuple(data["rises"]))


def somebody_answers(policies: PolicySet) -> Iterator[Fault]:
    """Each duty that refunds.yml names for what is unknown and that organisation.yml does not know in some branch."""
    refunds: RefundRules = policies["refunds"]
    doubts, organisation = refunds.billing.doubts, policies["organisation"]
    named: list[tuple[tuple[str, ...], str]] = [(("unknown", "owner"), doubts.owner)]
    named += [(("unknown", "rises", str(number), "tell"), rise.tell) for number, rise in enumerate(doubts.rises)]
    for path, duty in named:
        for branch in sorted(organisation.branches):
            if not _answered(organisation, duty, branch):
                yield policies.fault(
                    "refunds", path, f"organisation.yml names no phone for {duty!r} in branch {branch}"
                )


def _answered(organisation: Organisation, duty: str, branch: str) -> bool:
    try:
        return bool(organisation.phone_of(duty, branch))
    except UnknownDuty:
        return False
