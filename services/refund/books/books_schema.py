"""What daily sheets, month packages, reconciling and totals accept: form only, no meaning."""

from collections.abc import Callable
from typing import Any

from marshmallow import Schema, ValidationError, fields, post_load, validate

from services.refund.books.spans import Span, month_of, week_of
from services.refund.books.totals_answer import MOST_AT_ONCE, Asked
from services.refund.schemas import Command
from shared.fields import After, Day, DayNumber, Flag, Moment, Page, one_of, short


class SheetSchema(Schema):
    """`daily_sheet`: `printed` adds the paper (HTML, A4)."""

    hall = short(required=True)
    day = Day(required=True)
    branch = short()
    printed = Flag(load_default=False)


class SignSheetSchema(Command):
    """`sign_daily_sheet`."""

    hall = short(required=True)
    day = Day(required=True)
    branch = short()
    office = one_of("manager", "reviewer", required=True, data_key="as")

    @post_load
    def build(self, data: dict[str, Any], **_: Any) -> dict[str, Any]:
        del data["request_id"]
        return data


class SpanField(fields.String):
    """The name of a span of time; becomes its times."""

    of_name: Callable[[str], Span]
    words: str

    def _deserialize(self, value: Any, attr: str | None, data: Any, **more: Any) -> Any:
        try:
            return type(self).of_name(super()._deserialize(value, attr, data, **more))
        except ValueError:
            raise ValidationError(f"Must be {self.words}.") from None


class WeekField(SpanField):
    """An ISO week, `2026-W48`."""

    of_name, words = staticmethod(week_of), "an ISO week, such as 2026-W48"


class MonthField(SpanField):
    """A month, `2026-11`."""

    of_name, words = staticmethod(month_of), "a month, such as 2026-11"


class MonthPackageSchema(Schema):
    """`month_package`: page by page."""

    hall = short(required=True)
    month = MonthField(required=True)
    branch = short()
    limit = Page()
    after = After(allow_none=True, load_default=None)


class ReconcileSchema(Schema):
    """`reconcile`: `after` is where an earlier part of the week ended."""

    week = WeekField(required=True)
    hall = short()
    after = Moment(allow_none=True, load_default=None)


class TotalsSchema(Schema):
    """`totals`: from (inclusive) to (exclusive)."""

    start = Moment(required=True, data_key="from")
    end = Moment(required=True, data_key="to")
    branch = short()
    hall = short()
    limit = fields.Integer(strict=True, validate=validate.Range(1, MOST_AT_ONCE))
    after = DayNumber(allow_none=True)

    @post_load
    def build(self, data: dict[str, Any], **_: Any) -> Asked:
        return Asked(**data)
