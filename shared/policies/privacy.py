"""The schema of privacy.yml."""

import re
from datetime import timedelta
from typing import Any

from marshmallow import Schema, ValidationError, fields, post_load, validate

from shared.graver import Graver
from shared.graver_patterns import Pattern
from shared.policies.files import Policy
from shared.privacy import Export, Privacy

KIND = validate.Regexp(r"[a-z_]{1,40}\Z", error="A kind is small letters and _.")


def _expression(text: str) -> None:
    try:
        compiled = re.compile(text)
    except re.error as fault:
        raise ValidationError(f"no regular expression: {fault.msg}") from None
    if compiled.match(""):
        raise ValidationError("it finds something in an empty text")


class ExportSchema(Schema):
    """What an export may hold."""

    fields_ = fields.List(
        fields.String(validate=KIND), required=True, data_key="fields", validate=validate.Length(min=1)
    )
    graver = fields.Boolean(load_default=False, truthy={True}, falsy={False})

    @post_load
    def build(self, data: dict[str, Any], **_: Any) -> Export:
        return Export(tuple(data["fields_"]), data["graver"])


class PrivacySchema(Schema):
    """Loads a Privacy."""

    graver = fields.Dict(
        keys=fields.String(validate=KIND),
        values=fields.List(fields.String(validate=_expression), validate=validate.Length(min=1)),
        required=True,
    )

    exports = fields.Dict(keys=fields.String(validate=KIND), values=fields.Nested(ExportSchema), required=True)
    regulator = fields.Nested(ExportSchema, required=True)
    kept_for_days = fields.TimeDelta(precision="days", required=True, validate=validate.Range(min=timedelta(days=1)))

    @post_load
    def build(self, data: dict[str, Any], **_: Any) -> Privacy:
        patterns = (Pattern(kind, re.compile(each)) for kind, given in data["graver"].items() for each in given)
        return Privacy(Graver(tuple(patterns)), data["exports"], data["regulator"], data["kept_for_days"])


PRIVACY = Policy("privacy", "privacy.yml", PrivacySchema)
