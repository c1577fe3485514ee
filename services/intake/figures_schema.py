"""What `figures` accepts."""

from marshmallow import fields, validate

from services.intake.figures.scope import MOST_AT_ONCE, Asked
from services.intake.schemas import Value
from shared.fields import DayNumber, Moment, short


class FiguresSchema(Value):
    """From (inclusive) to (exclusive)."""

    makes = Asked
    start = Moment(required=True, data_key="from")
    end = Moment(required=True, data_key="to")
    branch = short()
    hall = short()
    limit = fields.Integer(strict=True, validate=validate.Range(1, MOST_AT_ONCE))
    after = DayNumber(allow_none=True)
