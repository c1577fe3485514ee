"""The schema of clocks.yml. Every word a clock uses must stand in the file's own lists, so that a typing error is found."""

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import timedelta
from fractions import Fraction
from typing import Any

from marshmallow import Schema, ValidationError, fields, post_load, validate, validates_schema

from shared.clockrules import ByFact, ClockPolicy, ClockRule, Condition, FixedSpan, Given, Hours, WorkingDays
from shared.policies.files import Policy

SPAN = re.compile(r"([1-9][0-9]{0,3})(h|min| working days?)")
UNITS: dict[str, Callable[[int], FixedSpan]] = {
    "h": lambda number: Hours(timedelta(hours=number)),
    "min": lambda number: Hours(timedelta(minutes=number)),
    " working day": WorkingDays,
    " working days": WorkingDays,
}
SHARE = validate.Range(min=0, max=1, min_inclusive=False, max_inclusive=False)
TIME = "time"  # the fact holds a moment, not one of a list of words


def fixed_span(value: Any) -> FixedSpan:
    """ "8h", "30min", "3 working days" as a span."""
    found = SPAN.fullmatch(value) if isinstance(value, str) else None
    if not found:
        raise ValidationError(f'expected a span such as "8h", "30min" or "3 working days", found {value!r}')
    return UNITS[found[2]](int(found[1]))


class SpanField(fields.Field[Any]):
    """A fixed span, `{by: fact, value: span, …}` or `{given: fact}`."""

    def _deserialize(self, value: Any, attr: Any, data: Any, **_: Any) -> Any:
        if not isinstance(value, Mapping):
            return fixed_span(value)
        if set(value) == {"given"} and isinstance(value["given"], str):
            return Given(value["given"])
        if not isinstance(value.get("by"), str):
            raise ValidationError("expected {by: <fact>, <value>: <span>, …} or {given: <fact>}")
        return ByFact(value["by"], _spans({key: span for key, span in value.items() if key != "by"}))


def _spans(written: dict[str, Any]) -> dict[str, FixedSpan]:
    spans, faults = {}, {}
    for value, span in written.items():
        try:
            spans[value] = fixed_span(span)
        except ValidationError as error:
            faults[value] = error.messages
    if faults:
        raise ValidationError(faults)
    return spans


class ConditionField(fields.Field[Any]):
    """A value, a list of values, or `{present: true|false}`; loads a Condition that still lacks its fact."""

    def _deserialize(self, value: Any, attr: Any, data: Any, **_: Any) -> Condition:
        if isinstance(value, Mapping):
            if set(value) != {"present"} or not isinstance(value["present"], bool):
                raise ValidationError("expected a value, a list of values or {present: true|false}")
            return Condition("", None, value["present"])
        return Condition("", tuple(value) if isinstance(value, list) else (value,))


class ClockSchema(Schema):
    """One entry of `clocks`."""

    kind = fields.String(validate=validate.Length(min=1))
    starts = fields.List(fields.String(), required=True, validate=validate.Length(min=1))
    when = fields.Dict(keys=fields.String(), values=ConditionField(), load_default=dict)
    span = SpanField(required=True)
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
    facts = fields.Dict(keys=fields.String(), values=fields.Raw(), required=True)
    clocks = fields.Dict(keys=fields.String(), values=fields.Nested(ClockSchema), required=True)

    @validates_schema(skip_on_field_errors=True)
    def only_listed_words(self, data: dict[str, Any], **_: Any) -> None:
        faults: dict[str, Any] = {}
        for name, clock in data["clocks"].items():
            for path, message in _unlisted(clock, data):
                _put(faults, ("clocks", name, *path), message)
        if faults:
            raise ValidationError(faults)

    @post_load
    def build(self, data: dict[str, Any], **_: Any) -> ClockPolicy:
        clocks = (_rule(name, clock, data["warn"]) for name, clock in data["clocks"].items())
        return ClockPolicy(frozenset(data["moments"]), tuple(clocks))


def _rule(name: str, clock: dict[str, Any], usual_warn: Any) -> ClockRule:
    when = tuple(Condition(fact, each.values, each.present) for fact, each in clock["when"].items())
    return ClockRule(
        name=name,
        kind=clock.get("kind", name),
        starts=tuple(clock["starts"]),
        when=when,
        span=clock["span"],
        rule=clock["rule"],
        met_by=frozenset(clock["met_by"]),
        warn=Fraction(clock.get("warn", usual_warn)),
        zh=clock["zh"],
        en=clock["en"],
    )


def _unlisted(clock: dict[str, Any], words: dict[str, Any]) -> Iterator[tuple[tuple[str, ...], str]]:
    """Paths within the clock whose words stand in none of the lists."""
    for part, listed in (("starts", "moments"), ("met_by", "acts")):
        for number, word in enumerate(clock[part]):
            if word not in words[listed]:
                yield (part, str(number)), f"{word!r} is none of {listed}: {', '.join(words[listed])}"
    for fact, condition in clock["when"].items():
        yield from _unlisted_values(("when", fact), fact, condition.values or (), words["facts"])
    yield from _unlisted_span(clock, words["facts"])


def _unlisted_span(clock: dict[str, Any], facts: dict[str, Any]) -> Iterator[tuple[tuple[str, ...], str]]:
    span = clock["span"]
    if isinstance(span, Given) and facts.get(span.fact) != TIME:
        yield ("span", "given"), f"expected a fact listed as {TIME!r}, found {span.fact!r}"
    if not isinstance(span, ByFact):
        return
    yield from _unlisted_values(("span", "by"), span.fact, tuple(span.spans), facts)
    narrowed = clock["when"].get(span.fact)
    possible = narrowed.values if narrowed and narrowed.values else facts.get(span.fact)
    for value in possible if isinstance(possible, list | tuple) else ():
        if value not in span.spans:
            yield ("span", str(value)), f"missing: each {span.fact} needs its span"


def _unlisted_values(
    path: tuple[str, ...], fact: str, values: tuple[Any, ...], facts: dict[str, Any]
) -> Iterator[tuple[tuple[str, ...], str]]:
    listed = facts.get(fact)
    if listed is None:
        yield path, f"{fact!r} is none of the facts: {', '.join(facts)}"
        return
    for value in values:
        if not isinstance(listed, list) or value not in listed:
            yield path, f"{fact} is never {value!r}; listed: {listed}"


def _put(faults: dict[str, Any], path: tuple[str, ...], message: str) -> None:
    *parents, last = path
    for part in parents:
        faults = faults.setdefault(part, {})
    faults.setdefault(last, []).append(message)


CLOCKS = Policy("clocks", "clocks.yml", ClocksSchema)
