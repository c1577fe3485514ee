"""What notify accepts about messages without an outcome: form only."""

from typing import Any, Literal

from marshmallow import Schema, fields, post_load, validate

from services.notify.doubts.happened import Settlement
from shared.fields import After, Page, Text, short, word_of

Doubted = Literal["unknown", "submitted"]


class UnknownFilterSchema(Schema):
    """`unknown`: a page, oldest first."""

    branch = short()
    status = word_of(Doubted)
    limit = Page()
    after = After(load_default=None, allow_none=True)


class SettleSchema(Schema):
    """`settle`: what a person found out, and by what."""

    request_id = short(required=True)
    outcome = word_of(Settlement, required=True)
    evidence = fields.List(Text(200), required=True, validate=validate.Length(1, 20))

    @post_load
    def build(self, data: dict[str, Any], **_: Any) -> dict[str, Any]:
        return {"outcome": data["outcome"], "evidence": tuple(data["evidence"])}
