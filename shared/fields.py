"""The kinds of field that requests are made of: exact types, bounded texts, times with offset. Form, no meaning."""

from datetime import date, datetime
from typing import Any, get_args

from marshmallow import ValidationError, fields, validate

from shared import phone
from shared.clock import in_milliseconds
from shared.graver import taken_out
from shared.instants import EPOCH

LONGEST_TEXT = 10_000
LONGEST_NAME = 64
USUAL_PAGE, LARGEST_PAGE = 50, 200
BETWEEN = "/"


class Text(fields.String):
    """Text that says something: not blank, at most `longest` characters.

    Identity numbers and passwords in it come through as marks: they are never stored (PR1)."""

    def __init__(self, longest: int = LONGEST_TEXT, **options: Any) -> None:
        super().__init__(validate=[validate.Length(1, longest), _not_blank], **options)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **more: Any) -> str:
        return str(taken_out(super()._deserialize(value, attr, data, **more)))


def _not_blank(text: str) -> None:
    if not text.strip():
        raise ValidationError("Must not be empty.")


def short(**options: Any) -> Text:
    """A short text: a name, a code, a reference, a request id."""
    return Text(LONGEST_NAME, **options)


def one_of(*words: str, **options: Any) -> fields.String:
    """One word of a closed list."""
    return fields.String(validate=validate.OneOf(words), **options)


def word_of(vocabulary: Any, **options: Any) -> fields.String:
    """One word of a Literal type."""
    return one_of(*get_args(vocabulary), **options)


class DayNumber(fields.Date):
    """`after`: the day that an earlier, partial answer said; becomes its number since 1970."""

    def _deserialize(self, value: Any, *args: Any, **more: Any) -> Any:
        return (super()._deserialize(value, *args, **more) - EPOCH.date()).days


class Flag(fields.Field[bool]):
    """true or false, nothing that merely looks like it."""

    def _deserialize(self, value: Any, *_args: Any, **_more: Any) -> bool:
        if not isinstance(value, bool):
            raise ValidationError("Must be true or false.")
        return value


class Fen(fields.Integer):
    """Money in whole fen, a JSON integer from `least` to `most`: no text, no fraction, no truth value."""

    def __init__(self, least: int, most: int, **options: Any) -> None:
        super().__init__(strict=True, validate=validate.Range(least, most), **options)

    def _deserialize(self, value: Any, *args: Any, **more: Any) -> int:
        if type(value) is not int:
            raise ValidationError("Must be whole fen, as an integer.")
        return int(super()._deserialize(value, *args, **more))


class Moment(fields.AwareDateTime):
    """ISO 8601 with offset; becomes UTC in milliseconds."""

    def __init__(self, **options: Any) -> None:
        super().__init__(format="iso", **options)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **more: Any) -> datetime:
        if not isinstance(value, str):
            raise ValidationError("Must be ISO 8601 with offset.")
        try:
            return in_milliseconds(super()._deserialize(value, attr, data, **more))
        except OverflowError:
            raise ValidationError("Must lie within the years 1 to 9999 UTC.") from None


class Day(fields.Date):
    """YYYY-MM-DD, a day of Asia/Shanghai that begins and ends within the years of a Moment."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **more: Any) -> date:
        day: date = super()._deserialize(value, attr, data, **more)
        if value != day.isoformat() or not date.min < day < date.max:
            raise ValidationError("Must be a day, YYYY-MM-DD, of the years 1 to 9999.")
        return day


class Mobile(fields.String):
    """A mainland mobile number; becomes its 11 digits."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **more: Any) -> str:
        try:
            return phone.parse(super()._deserialize(value, attr, data, **more))
        except phone.NotAMobileNumber as error:
            raise ValidationError(f"{error}.".capitalize()) from None


class Page(fields.Integer):
    """`limit`: how many items a page has."""

    def __init__(self) -> None:
        super().__init__(strict=True, load_default=USUAL_PAGE, validate=validate.Range(1, LARGEST_PAGE))


class After(fields.String):
    """`after`: where an earlier page ended, as its answer said (see after); becomes (moment, id)."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **more: Any) -> Any:
        moment, _, last_id = super()._deserialize(value, attr, data, **more).partition(BETWEEN)
        try:
            return Moment().deserialize(moment), short().deserialize(last_id)
        except ValidationError:
            raise ValidationError("Must be the `after` of an earlier page.") from None


def after(moment: datetime, last_id: str) -> str:
    """What the next page's `after` has to be: time and id of this page's last item."""
    return f"{moment.isoformat()}{BETWEEN}{last_id}"


def an_id(value: Any) -> str:
    """An id or serial number given as an argument of its own; raises ValidationError for field `id`."""
    try:
        return str(short().deserialize(value))
    except ValidationError as error:
        raise ValidationError({"id": error.messages}) from None
