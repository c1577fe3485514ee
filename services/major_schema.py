"""The schema of major.yml."""

from typing import Any

from marshmallow import Schema, fields, post_load, validate

from services.major import MajorPolicy
from shared.policies import Policy

# The contract's trigger words; an operator chooses among them.
TRIGGERS = (
    "media_present media_threat legal regulator disturbance violence group high_value beyond_authority manager".split()
)


class MajorSchema(Schema):
    """Loads a MajorPolicy."""

    triggers = fields.List(fields.String(validate=validate.OneOf(TRIGGERS)), required=True)
    disputed_amount_over_fen = fields.Integer(strict=True, required=True, validate=validate.Range(min=0))

    @post_load
    def build(self, data: dict[str, Any], **_: Any) -> MajorPolicy:
        return MajorPolicy(tuple(data["triggers"]), data["disputed_amount_over_fen"])


MAJOR = Policy("major", "major.yml", MajorSchema)
