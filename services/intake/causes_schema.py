"""The schema of causes.yml."""

from typing import Any

from marshmallow import Schema, ValidationError, fields, post_load, validate, validates_schema

from services.intake.causes import Cause, Causes
from services.intake.vocabulary import MeasureKind
from shared.fields import short, word_of
from shared.policies import Policy

CODE = validate.Regexp(r"[a-z][a-z_]*\Z", error="Lower-case letters and _ only.")


class CauseSchema(Schema):
    name = short(required=True)
    measure = word_of(MeasureKind, required=True)


class CausesSchema(Schema):
    """Loads Causes."""

    causes = fields.Dict(
        keys=fields.String(validate=CODE), values=fields.Nested(CauseSchema), required=True, validate=validate.Length(1)
    )

    @validates_schema
    def names_differ(self, data: dict[str, Any], **_: Any) -> None:
        names = [each["name"] for each in data["causes"].values()]
        if doubled := {name for name in names if names.count(name) > 1}:
            raise ValidationError(f"used twice: {', '.join(sorted(doubled))}", "causes")

    @post_load
    def build(self, data: dict[str, Any], **_: Any) -> Causes:
        return Causes({code: Cause(code, each["name"], each["measure"]) for code, each in data["causes"].items()})


CAUSES = Policy("causes", "causes.yml", CausesSchema)
