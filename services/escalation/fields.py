"""The kinds of field that requests are made of: exact types, bounded texts, times with their offset."""

from datetime import datetime
from typing import Any

from marshmallow import ValidationError, fields, validate

from shared.clock import in_milliseconds

LONGEST_TEXT = 10_000
LONGEST_NAME = 64
USUAL_PAGE, LARGEST_PAGE = 50, 200


def text(longest: int = LONGEST_TEXT, **options: Any) -> fields.String:
    """A text that says something, at most `longest` characters long."""
    says_something = validate.Regexp(r"[\s\S]*\S", error="Must not be empty.")
    return fields.String(validate=[validate.Length(max=longest), says_something], **options)


def short(**options: Any) -> fields.String:
    """A name, a code, an id."""
    return text(LONGEST_NAME, **options)


def one_of(*words: str, **options: Any) -> fields.String:
    """One word of a closed list."""
    return fields.String(validate=validate.OneOf(words), **options)


class Moment(fields.AwareDateTime):
    """ISO 8601 with offset; UTC in milliseconds inside."""

    def __init__(self, **options: Any) -> None:
        super().__init__(format="iso", **options)

    def _deserialize(self, value: Any, attr: Any, data: Any, **more: Any) -> datetime:
        if not isinstance(value, str):
            raise ValidationError("Must be ISO 8601 with offset.")
        try:
            return in_milliseconds(super()._deserialize(value, attr, data, **more))
        except OverflowError:
            raise ValidationError("Must lie within the years 1 to 9999 UTC.") from None


class Page(fields.Integer):
    """How many items a page has."""

    def __init__(self) -> None:
        super().__init__(strict=True, load_default=USUAL_PAGE, validate=validate.Range(1, LARGEST_PAGE))


class Cursor(fields.String):
    """The `after` that an earlier page gave: the due time and id of its last item."""

    def _deserialize(self, value: Any, attr: Any, data: Any, **more: Any) -> Any:
        moment, slash, complaint_id = super()._deserialize(value, attr, data, **more).partition("/")
        if not slash or not complaint_id:
            raise ValidationError("Must be the `after` of an earlier page.")
        return Moment().deserialize(moment), complaint_id
