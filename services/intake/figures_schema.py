"""What `figures` accepts."""

from typing import Any

from marshmallow import fields, validate

from services.intake.figures.scope import MOST_AT_ONCE, Asked
from services.intake.figures.trace import EPOCH
from services.intake.schemas import Value
from shared.fields import Moment, short


class DayNumber(fields.Date):
    """`after`: the day an earlier, partial answer said; becomes its number since 1970."""

    def _deserialize(self, value: Any, *args: Any, **more: Any) -> Any:
        return (super()._deserialize(value, *args, **more) - EPOCH.date()).days


class FiguresSchema(Value):
    """From (inclusive) to (exclusive)."""

    makes = Asked
    start = Moment(required=True, data_key="from")
    end = Moment(required=True, data_key="to")
    branch = short()
    hall = short()
    limit = fields.Integer(strict=True, validate=validate.Range(1, MOST_AT_ONCE))
    after = DayNumber(allow_none=True)
