"""The kinds of field that requests are made of: exact types, bounded texts, times with their offset."""

from datetime import datetime
from typing import Any, get_args

from marshmallow import ValidationError, fields, validate

from shared import phone
from shared.clock import in_milliseconds

LONGEST_TEXT = 10_000
LONGEST_NAME = 64
LARGEST_AMOUNT_FEN = 10**12


class Text(fields.String):
    """Text of 1 to 10,000 characters that are not all blank."""

    def __init__(self, longest: int = LONGEST_TEXT, **options: Any) -> None:
        super().__init__(validate=[validate.Length(max=longest), _not_blank], **options)


def _not_blank(text: str) -> None:
    if not text.strip():
        raise ValidationError("Must not be empty.")


def short(**options: Any) -> Text:
    """A short text: a name, a code, a reference."""
    return Text(LONGEST_NAME, **options)


class Flag(fields.Field[bool]):
    """true or false, nothing that merely looks like it."""

    def _deserialize(self, value: Any, *_args: Any, **_more: Any) -> bool:
        if not isinstance(value, bool):
            raise ValidationError("Must be true or false.")
        return value


class Moment(fields.AwareDateTime):
    """ISO 8601 with offset; becomes UTC in milliseconds."""

    def __init__(self, **options: Any) -> None:
        super().__init__(format="iso", **options)

    def _deserialize(self, value: Any, attr: Any, data: Any, **more: Any) -> datetime:
        if not isinstance(value, str):
            raise ValidationError("Must be ISO 8601 with offset.")
        try:
            return in_milliseconds(super()._deserialize(value, attr, data, **more))
        except OverflowError:
            raise ValidationError("Must lie within the years 1 to 9999 UTC.") from None


class Mobile(fields.String):
    """A mainland mobile number; becomes its 11 digits."""

    def _deserialize(self, value: Any, attr: Any, data: Any, **more: Any) -> str:
        try:
            return phone.parse(super()._deserialize(value, attr, data, **more))
        except phone.NotAMobileNumber as error:
            raise ValidationError(f"{error}.".capitalize()) from None


def one_of(words: Any, **options: Any) -> fields.String:
    """One word of a closed list of the vocabulary."""
    return fields.String(validate=validate.OneOf(get_args(words)), **options)


def amount_fen(**options: Any) -> fields.Integer:
    """Money in whole fen, not negative."""
    return fields.Integer(strict=True, validate=validate.Range(0, LARGEST_AMOUNT_FEN), **options)


def an_id(value: Any) -> str:
    """An id or serial number given as an argument of its own."""
    try:
        return str(short().deserialize(value))
    except ValidationError as error:
        raise ValidationError({"id": error.messages}) from None
