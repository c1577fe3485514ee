"""The schema of calendar.yml."""

from datetime import date
from typing import Any

from marshmallow import Schema, ValidationError, fields, post_load, validates_schema

from shared.calendar import Calendar
from shared.policies.files import Policy


class CalendarSchema(Schema):
    """Loads a Calendar."""

    official = fields.Dict(keys=fields.Integer(strict=True), values=fields.Date(), required=True)
    days_off = fields.Dict(keys=fields.Date(), values=fields.String(), required=True)
    working_days = fields.Dict(keys=fields.Date(), values=fields.String(), required=True)

    @validates_schema(skip_on_field_errors=True)
    def never_both(self, data: dict[str, Any], **_: Any) -> None:
        both: list[date] = sorted(data["days_off"].keys() & data["working_days"].keys())
        if both:
            raise ValidationError({"working_days": {str(day): ["also stands under days_off"] for day in both}})

    @post_load
    def build(self, data: dict[str, Any], **_: Any) -> Calendar:
        return Calendar(**data)


CALENDAR = Policy("calendar", "calendar.yml", CalendarSchema, Calendar.warnings)
