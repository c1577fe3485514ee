"""What the doors to dead letters accept, the same in every service."""

from typing import Any

from marshmallow import Schema, ValidationError, fields, validates_schema

from shared.fields import After, Flag, Moment, Page, Text, short


class LettersSchema(Schema):
    """`before`: that died before; `all`: also those that were sent again."""

    before = Moment()
    all = Flag(load_default=False)
    limit = Page()
    after = After(allow_none=True)


class ReplaySchema(Schema):
    request_id = short(required=True)
    reason = Text(500, required=True)


class EditSchema(ReplaySchema):
    """`body`: the whole event anew; or `changes`: only what differs, null takes a field away (RFC 7396)."""

    body = fields.Dict(keys=fields.String())
    changes = fields.Dict(keys=fields.String())

    @validates_schema(skip_on_field_errors=False)
    def one_of_both(self, data: dict[str, Any], **_: Any) -> None:
        if ("body" in data) == ("changes" in data):
            raise ValidationError("Give either body or changes.", "changes")


class ReleaseSchema(ReplaySchema):
    """`accept`: false drops the edited version."""

    accept = Flag(load_default=True)


SCHEMAS: dict[str, Schema] = {
    "dead_letters": LettersSchema(),
    "replay_letter": ReplaySchema(),
    "edit_letter": EditSchema(),
    "release_letter": ReleaseSchema(),
}
