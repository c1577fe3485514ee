"""Spans of time as notify.yml writes them."""

from datetime import timedelta
from typing import Any

from marshmallow import ValidationError, fields

UNITS = {"s": 1, "min": 60, "h": 3600}


class Span(fields.String):
    """`5s`, `10min`, `48h`."""

    def _deserialize(self, value: Any, attr: Any, data: Any, **more: Any) -> Any:
        written = super()._deserialize(value, attr, data, **more)
        number = written.rstrip("minsh")
        unit = written[len(number) :]
        if unit not in UNITS or not number.replace(".", "", 1).isdigit():
            raise ValidationError("expected a span such as 5s, 10min or 48h")
        return timedelta(seconds=float(number) * UNITS[unit])
