"""What daily sheets, month packages, reconciling and totals accept: form only, no meaning."""

from typing import Any

from marshmallow import Schema, fields, post_load

from services.refund.schemas import Command
from shared.fields import Flag, one_of, short


class SheetSchema(Schema):
    """`daily_sheet`: `printed` adds the paper (HTML, A4)."""

    hall = short(required=True)
    day = fields.Date(required=True)
    branch = short()
    printed = Flag(load_default=False)


class SignSheetSchema(Command):
    """`sign_daily_sheet`."""

    hall = short(required=True)
    day = fields.Date(required=True)
    branch = short()
    office = one_of("manager", "reviewer", required=True, data_key="as")

    @post_load
    def build(self, data: dict[str, Any], **_: Any) -> dict[str, Any]:
        del data["request_id"]
        return data
