"""The forms of single values in requests. Form only, no meaning."""

from datetime import UTC, datetime
from typing import Any

from marshmallow import ValidationError, fields, validate

from shared.phone import NotAMobileNumber, parse

LONGEST_TEXT = 10_000


def text(longest: int = LONGEST_TEXT, **more: Any) -> fields.String:
    """A text that says something: not empty, not only spaces, at most `longest` characters."""
    says_something = validate.Regexp(r"[\s\S]*\S", error="Is empty.")
    return fields.String(validate=[validate.Length(1, longest), says_something], **more)


class Msisdn(fields.String):
    """A mainland mobile number of 11 digits."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **more: Any) -> str:
        try:
            return parse(super()._deserialize(value, attr, data, **more))
        except NotAMobileNumber as error:
            raise ValidationError(f"It is {error}.") from error


class Moment(fields.AwareDateTime):
    """ISO 8601 with offset; UTC inside."""

    def __init__(self, **more: Any) -> None:
        super().__init__(format="iso", **more)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **more: Any) -> datetime:
        if not isinstance(value, str):
            raise ValidationError("A time is a text in ISO 8601 with offset.")
        return super()._deserialize(value, attr, data, **more).astimezone(UTC)


class Cursor(fields.String):
    """The `after` of an earlier answer: time and id of its last item."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **more: Any) -> Any:
        moment, _, message_id = super()._deserialize(value, attr, data, **more).partition("~")
        try:
            return datetime.fromisoformat(moment).astimezone(UTC), message_id
        except ValueError as error:
            raise ValidationError("Not an `after` of an earlier answer.") from error
