"""The schema of tasks.yml."""

from datetime import timedelta
from typing import Any

from marshmallow import Schema, ValidationError, fields, post_load, validate

from services.intake import vocabulary as v
from services.intake.task_rules import DESCRIBED, TaskKindRule, TaskPolicy
from shared.clockrules import Hours
from shared.fields import Text, short, word_of
from shared.policies import Policy
from shared.policies.clocks import fixed_span

SCORES = (1, 2, 3, 4, 5)


def hours(value: Any) -> timedelta:
    """ "24h" as a span; working days are none."""
    span = fixed_span(value)
    if not isinstance(span, Hours):
        raise ValidationError(f"expected natural hours such as 24h, found {value!r}")
    return span.length


class KindSchema(Schema):
    """One entry of `kinds`."""

    for_whom = short(required=True, data_key="for")
    due = fields.Function(deserialize=hours, required=True)
    by = fields.List(word_of(v.Means), required=True)

    @post_load
    def build(self, data: dict[str, Any], **_: Any) -> TaskKindRule:
        return TaskKindRule(data["for_whom"], data["due"], tuple(data["by"]))


def _each_of(words: tuple[Any, ...]) -> Any:
    def check(given: dict[Any, Any]) -> None:
        if missing := [str(word) for word in words if word not in given]:
            raise ValidationError(f"missing: {', '.join(missing)}")

    return check


class TasksSchema(Schema):
    """Loads a TaskPolicy."""

    kinds = fields.Dict(
        keys=fields.String(validate=validate.OneOf(DESCRIBED)),
        values=fields.Nested(KindSchema),
        required=True,
        validate=_each_of(DESCRIBED),
    )
    follow_up_else = short(required=True)
    closing_questions = fields.List(Text(200), required=True, validate=validate.Length(1, 5))
    satisfaction = fields.Dict(
        keys=fields.Integer(validate=validate.OneOf(SCORES)),
        values=word_of(v.Satisfaction),
        required=True,
        validate=_each_of(SCORES),
    )
    longest_wait = fields.Function(deserialize=hours, required=True)
    calls_instead = fields.Dict(keys=short(), values=fields.String(validate=validate.OneOf(DESCRIBED)), required=True)

    @post_load
    def build(self, data: dict[str, Any], **_: Any) -> TaskPolicy:
        return TaskPolicy(**data | {"closing_questions": tuple(data["closing_questions"])})


TASKS = Policy("tasks", "tasks.yml", TasksSchema)
