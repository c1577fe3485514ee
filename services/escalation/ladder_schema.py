"""The schema of ladder.yml."""

from datetime import timedelta
from typing import Any

from marshmallow import Schema, ValidationError, fields, post_load, validate, validates_schema

from services.escalation.rules import ChainPolicy, GroupPolicy, LadderPolicy, RepairPolicy
from services.rights import LEVELS
from shared.clockrules import Hours
from shared.policies import Policy
from shared.policies.clocks import fixed_span

CLIMBABLE = LEVELS[1:-1]
OPINIONS = ("support", "legal")
ALARMS = ("media", "disturbance")


def _words(**options: Any) -> fields.List[str]:
    return fields.List(fields.String(validate=validate.Length(min=1)), **options)


def _only(*known: str) -> Any:
    def check(given: dict[str, Any]) -> None:
        if unknown := sorted(given.keys() - set(known)):
            raise ValidationError(f"{', '.join(unknown)}: expected {' and '.join(known)}")

    return check


def _hours(value: Any) -> timedelta:
    span = fixed_span(value)
    if not isinstance(span, Hours):
        raise ValidationError('expected natural time such as "24h"')
    return span.length


class GroupSchema(Schema):
    """`group`."""

    count = fields.Integer(required=True, strict=True, validate=validate.Range(min=2, max=100))
    within = fields.Function(deserialize=_hours, required=True)
    customers = fields.Integer(required=True, strict=True, validate=validate.Range(min=1, max=100))

    @validates_schema(skip_on_field_errors=True)
    def fits(self, data: dict[str, Any], **_: Any) -> None:
        if data["customers"] > data["count"]:
            raise ValidationError("no more customers than complaints", "customers")

    @post_load
    def build(self, data: dict[str, Any], **_: Any) -> GroupPolicy:
        return GroupPolicy(**data)


class ChainSchema(Schema):
    """`chain`."""

    patience = fields.Function(deserialize=_hours, required=True)
    departments = fields.Dict(
        keys=fields.String(validate=validate.OneOf(CLIMBABLE)),
        values=fields.String(validate=validate.Length(min=1)),
        required=True,
    )

    @post_load
    def build(self, data: dict[str, Any], **_: Any) -> ChainPolicy:
        return ChainPolicy(**data)


class RepairsSchema(Schema):
    """`repairs`."""

    later = _words(required=True)
    cancelled = _words(required=True)

    @post_load
    def build(self, data: dict[str, Any], **_: Any) -> RepairPolicy:
        return RepairPolicy(**{name: frozenset(kinds) for name, kinds in data.items()})


class LadderSchema(Schema):
    """Loads a LadderPolicy."""

    top = fields.String(required=True, validate=validate.OneOf(CLIMBABLE))
    raised_by = _words(required=True)
    extendable = _words(required=True)
    round_trips = fields.Integer(required=True, strict=True, validate=validate.Range(min=1, max=20))
    dissatisfied_follow_ups = fields.Integer(required=True, strict=True, validate=validate.Range(min=1, max=10))
    alarms = fields.Dict(keys=fields.String(), values=_words(), required=True, validate=_only(*ALARMS))
    opinions_asked = fields.Dict(keys=fields.String(), values=fields.String(), required=True, validate=_only(*OPINIONS))
    group = fields.Nested(GroupSchema, required=True)
    chain = fields.Nested(ChainSchema, required=True)
    repairs = fields.Nested(RepairsSchema, load_default=RepairPolicy)  # a file from before it: nothing is named

    @post_load
    def build(self, data: dict[str, Any], **_: Any) -> LadderPolicy:
        return LadderPolicy(
            top=data["top"],
            raised_by=frozenset(data["raised_by"]),
            extendable=frozenset(data["extendable"]),
            round_trips=data["round_trips"],
            dissatisfied_follow_ups=data["dissatisfied_follow_ups"],
            alarms={alarm: frozenset(triggers) for alarm, triggers in data["alarms"].items()},
            opinions_asked=data["opinions_asked"],
            group=data["group"],
            chain=data["chain"],
            repairs=data["repairs"],
        )


LADDER = Policy("ladder", "ladder.yml", LadderSchema)
