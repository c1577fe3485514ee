"""The forms of single values: amounts, numbers, times, references. Form only, no meaning."""

from datetime import UTC, datetime
from typing import Any

from marshmallow import ValidationError, fields, validate

from shared.phone import NotAMobileNumber, mask, parse

MOST_FEN = 100_000_000  # a million yuan: no refund of a mobile number is larger
LONGEST_TEXT = 10_000
MOST_REFERENCES = 100


def text(longest: int = LONGEST_TEXT, **more: Any) -> fields.String:
    """A text that says something: not empty, not only spaces, at most `longest` characters."""
    says_something = validate.Regexp(r"[\s\S]*\S", error="Is empty.")
    return fields.String(validate=[validate.Length(1, longest), says_something], **more)


class Fen(fields.Integer):
    """Whole fen as a JSON integer: no text, no fraction, no truth value."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **more: Any) -> int:
        if type(value) is not int:
            raise ValidationError("Whole fen, as an integer.")
        amount: int = super()._deserialize(value, attr, data, **more)
        return amount


def amount(least: int, **more: Any) -> Fen:
    """An amount in fen, at least `least`."""
    return Fen(validate=validate.Range(least, MOST_FEN), **more)


class Msisdn(fields.String):
    """A mainland mobile number of 11 digits; shown masked (PR1)."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **more: Any) -> str:
        try:
            return parse(super()._deserialize(value, attr, data, **more))
        except NotAMobileNumber as error:
            raise ValidationError(f"It is {error}.") from error

    def _serialize(self, value: Any, attr: str | None, obj: Any, **more: Any) -> str | None:
        return super()._serialize(mask(value), attr, obj, **more)


class Moment(fields.AwareDateTime):
    """ISO 8601 with offset; UTC inside."""

    def __init__(self, **more: Any) -> None:
        super().__init__(format="iso", **more)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **more: Any) -> datetime:
        if not isinstance(value, str):
            raise ValidationError("A time is a text in ISO 8601 with offset.")
        return super()._deserialize(value, attr, data, **more).astimezone(UTC)


class References(fields.List[str]):
    """References as a list of texts; a single text is a list of one."""

    def __init__(self, **more: Any) -> None:
        super().__init__(text(1000), validate=validate.Length(max=MOST_REFERENCES), **more)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **more: Any) -> Any:
        return super()._deserialize([value] if isinstance(value, str) else value, attr, data, **more)


class Cursor(fields.String):
    """The `after` that an answer gave: time of request and id of its last item."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **more: Any) -> Any:
        moment, _, refund_id = super()._deserialize(value, attr, data, **more).partition("|")
        try:
            return datetime.fromisoformat(moment).astimezone(UTC), refund_id
        except ValueError as error:
            raise ValidationError("Not an `after` of an earlier answer.") from error
