"""The schema of what notify.yml says of messages without an outcome."""

from collections.abc import Iterator
from datetime import timedelta
from itertools import pairwise
from typing import Any, get_args

from marshmallow import Schema, ValidationError, fields, post_load, validate, validates_schema

from services.notify.doubts.rules import DoubtRules, Rise
from services.notify.recipients import DUTIES
from services.notify.spans_schema import Span
from services.notify.templates import MessageClass
from shared.organisation import Organisation, UnknownDuty
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
    def one_after_the_other(self, data: dict[str, Any], **_: Any) -> None:
        spans = [timedelta(0), *(each.after for each in data["rises"])]
        if any(later <= earlier for earlier, later in pairwise(spans)):
            raise ValidationError("after rises from one to the next", "rises")

    @post_load
    def build(self, data: dict[str, Any], **_: Any) -> DoubtRules:
        return DoubtRules(data["receipt_late_after"], data["owner"], frozenset(data["classes"]), tuple(data["rises"]))


def somebody_answers(policies: PolicySet) -> Iterator[Fault]:
    """Each duty named for what is unknown that organisation.yml does not know in some branch."""
    doubts, organisation = policies["notify"].doubts, policies["organisation"]
    named: dict[tuple[str, ...], str] = {("unknown", "owner"): doubts.owner}
    named |= {("unknown", "rises", str(number)): rise.tell for number, rise in enumerate(doubts.rises)}
    for path, duty in named.items():
        for branch in sorted(organisation.branches):
            if not _answered(organisation, duty, branch):
                yield policies.fault("notify", path, f"organisation.yml names no phone for {duty!r} in {branch}")


def _answered(organisation: Organisation, duty: str, branch: str) -> bool:
    try:
        return bool(organisation.phone_of(duty, branch))
    except UnknownDuty:
        return False
