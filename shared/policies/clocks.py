"""The schema of clocks.yml."""

import re
from collections.abc import Callable, Mapping
from datetime import timedelta
from fractions import Fraction
from typing import Any

from marshmallow import Schema, ValidationError, fields, post_load, validate, validates_schema

from shared.clockrules import ByFact, ClockPolicy, ClockRule, Condition, FixedSpan, Given, Hours, WorkingDays
from shared.policies.clockwords import TIME, put, unlisted
from shared.policies.files import Policy

SPAN = re.compile(r"([1-9][0-9]{0,3})(h|min| working days?)")
UNITS: dict[str, Callable[[int], FixedSpan]] = {
    "h": lambda number: Hours(timedelta(hours=number)),
    "min": lambda number: Hours(timedelta(minutes=number)),
    " working day": WorkingDays,
    " working days": WorkingDays,
}
WORDS = str | bool
SHARE = validate.Range(min=0, max=1, min_inclusive=False, max_inclusive=False)


def fixed_span(value: Any) -> FixedSpan:
    """ "8h", "30min", "3 working days" as a span."""
    found = SPAN.fullmatch(value) if isinstance(value, str) else None
    if not found:
        raise ValidationError(f'expected a span such as "8h", "30min" or "3 working days", found {value!r}')
    return UNITS[found[2]](int(found[1]))


def span(value: Any) -> FixedSpan | ByFact:
    """A fixed span, `{by: fact, value: span, …}` or `{given: fact}`."""
    if not isinstance(value, Mapping):
        return fixed_span(value)
    if set(value) == {"given"} and isinstance(value["given"], str):
        return Given(value["given"])
    if not isinstance(value.get("by"), str):
        raise ValidationError("expected {by: <fact>, <value>: <span>, …} or {given: <fact>}")
    return ByFact(value["by"], _spans({key: written for key, written in value.items() if key != "by"}))


def _spans(written: dict[str, Any]) -> dict[str, FixedSpan]:
    spans: dict[str, FixedSpan] = {}
    faults: dict[str, Any] = {}
    for value, each in written.items():
        try:
            spans[str(value)] = fixed_span(each)
        except ValidationError as error:
            faults[str(value)] = error.messages
    if faults:
        raise ValidationError(faults)
    return spans


def conditions(written: Any) -> tuple[Condition, ...]:
    """`when`: facts, each with a value, a list of values, or `{present: true|false}`."""
    if not isinstance(written, Mapping):
        raise ValidationError("expected facts and their values")
    return tuple(_condition(str(fact), value) for fact, value in written.items())


def _condition(fact: str, value: Any) -> Condition:
    values = value if isinstance(value, list) else [value]
    if all(isinstance(each, WORDS) for each in values):
        return Condition(fact, tuple(values))
    if not isinstance(value, Mapping) or set(value) != {"present"} or not isinstance(value["present"], bool):
        raise ValidationError({fact: ["expected a value, a list of values or {present: true|false}"]})
    return Condition(fact, None, value["present"])


def listed(value: Any) -> Any:
    """What a fact may be: a list of words (or true and false), or `time`."""
    if value != TIME and not (isinstance(value, list) and all(isinstance(each, WORDS) for each in value)):
        raise ValidationError(f"expected {TIME!r} or a list of words")
    return value


class ClockSchema(Schema):
    """One entry of `clocks`."""

    kind = fields.String(validate=validate.Length(min=1))
    starts = fields.List(fields.String(), required=True, validate=validate.Length(min=1))
    when = fields.Function(deserialize=conditions, load_default=())
    span = fields.Function(deserialize=span, required=True)
    rule = fields.String(required=True, validate=validate.Regexp(r"^[A-Z]{2}[0-9]+$"))
    met_by = fields.List(fields.String(), required=True, validate=validate.Length(min=1))
    warn = fields.Decimal(validate=SHARE)
    zh = fields.String(required=True)
    en = fields.String(required=True)


class ClocksSchema(Schema):
    """Loads a ClockPolicy."""

    warn = fields.Decimal(required=True, validate=SHARE)
    moments = fields.List(fields.String(), required=True)
    acts = fields.List(fields.String(), required=True)
    facts = fields.Dict(keys=fields.String(), values=fields.Function(deserialize=listed), required=True)
    clocks = fields.Dict(keys=fields.String(), values=fields.Nested(ClockSchema), required=True)

    @validates_schema(skip_on_field_errors=True)
    def only_listed_words(self, data: dict[str, Any], **_: Any) -> None:
        faults: dict[str, Any] = {}
        for name, clock in data["clocks"].items():
            for path, message in unlisted(clock, data):
                put(faults, ("clocks", name, *path), message)
        if faults:
            raise ValidationError(faults)

    @post_load
    def build(self, data: dict[str, Any], **_: Any) -> ClockPolicy:
        clocks = (_rule(name, clock, data["warn"]) for name, clock in data["clocks"].items())
        return ClockPolicy(frozenset(data["moments"]), tuple(clocks))


def _rule(name: str, clock: dict[str, Any], usual_warn: Any) -> ClockRule:
    return ClockRule(
        name=name,
        kind=clock.get("kind", name),
        starts=tuple(clock["starts"]),
        when=clock["when"],
        span=clock["span"],
        rule=clock["rule"],
        met_by=frozenset(clock["met_by"]),
        warn=Fraction(clock.get("warn", usual_warn)),
        zh=clock["zh"],
        en=clock["en"],
    )


CLOCKS = Policy("clocks", "clocks.yml", ClocksSchema)
