"""What a marshmallow schema accepts, field by field: kind, whether it must be given, what it may be."""

from collections.abc import Iterator
from typing import Any

from marshmallow import Schema, fields, missing, validate

from suite.reference.markdown import code, table

# By class name: those of shared/fields.py, of single services, and marshmallow's own.
KINDS = {
    "Flag": "true or false",
    "Mobile": "mobile number, 11 digits",
    "Moment": "time, ISO 8601 with offset",
    "GroupField": "true, false or the group's name",
    "Fen": "whole fen",
    "References": "text or list of texts",
    "After": "`after` of the page before",
    "Page": "integer",
    "Date": "day, YYYY-MM-DD",
    "Day": "day, YYYY-MM-DD",
    "WeekField": "ISO week, such as `2026-W48`",
    "MonthField": "month, such as `2026-11`",
    "DayNumber": "`after` of the partial answer before",
    "Text": "text",
    "String": "text",
    "Integer": "integer",
    "Dict": "object",
}
Row = tuple[str, str, str, str]


def accepted(schema: Schema) -> str:
    """A table of all fields, nested ones by their path."""
    return table(("field", "kind", "required", "may be"), _rows(schema, ""))


def _rows(schema: Schema, prefix: str) -> Iterator[Row]:
    for name, field in schema.fields.items():
        path = f"{prefix}{field.data_key or name}"
        yield f"`{path}`", kind_of(field), "yes" if field.required else "", limits_of(field)
        if isinstance(field, fields.Nested):
            yield from _rows(field.schema, f"{path}.")


def kind_of(field: fields.Field[Any]) -> str:
    """The kind in plain words; KeyError for one that nobody has described here."""
    if isinstance(field, fields.Nested):
        return "object"
    if type(field) is fields.List:
        return f"list of {kind_of(field.inner)}"
    return KINDS[type(field).__name__]


def limits_of(field: fields.Field[Any]) -> str:
    """Allowed words, bounds, lengths, and what counts when it is left out."""
    inner = field.inner if type(field) is fields.List else None
    unit = "items" if isinstance(field, fields.List | fields.Dict) else "characters"
    told = [_limit(each, unit) for each in field.validators]
    told += [_limit(each, "characters") for each in inner.validators] if inner else []
    told += [f"`{field.load_default}` unless given"] if field.load_default and field.load_default is not missing else []
    return "; ".join(each for each in told if each)


def _limit(validator: Any, unit: str) -> str:
    match validator:
        case validate.OneOf(choices=choices):
            return code(*choices)
        case validate.Range(min=least, max=most):
            return _between(least, most)
        case validate.Length(min=least, max=most):
            return f"{_between(least, most)} {unit}"
        case validate.Regexp(error=error) if "mpty" not in error:
            return str(error)
        case _:
            return ""


def _between(least: Any, most: Any) -> str:
    if least is None or most is None:
        return f"at least {least}" if most is None else f"at most {most}"
    return f"{least} to {most}"
