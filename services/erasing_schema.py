"""What `erase` accepts, the same in every service."""

from typing import Any

from marshmallow import Schema, ValidationError, validates_schema

from shared.fields import Flag, Mobile, Text, short


class EraseSchema(Schema):
    """One complaint or one number, why, on what ground. `check`: only say what speaks against it."""

    request_id = short(required=True)
    complaint_id = short()
    msisdn = Mobile()
    reason = Text(500, required=True)
    ground = short(required=True)
    reference = short(required=True)
    check = Flag(load_default=False)

    @validates_schema(skip_on_field_errors=False)
    def one_target(self, data: dict[str, Any], **_: Any) -> None:
        if ("complaint_id" in data) == ("msisdn" in data):
            raise ValidationError("Give either complaint_id or msisdn.", "complaint_id")
