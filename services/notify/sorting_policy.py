"""The schema of notify.yml's section `inbound`: how customers' SMS are sorted (IN26)."""

import re
from typing import Any, get_args

from marshmallow import Schema, ValidationError, fields, post_load, validate

from services.notify.content import ContentRules
from services.notify.sorting import AgainRules, InboundRules, OptOutRules, ReminderRules, ReportRules, Survey, folded
from services.notify.spans_schema import Span
from services.notify.templates import MessageClass

SOME = validate.Length(min=1)


class Pattern(fields.String):
    """A regular expression with `groups` groups at least."""

    def __init__(self, groups: int, **options: Any) -> None:
        self._groups = groups
        super().__init__(**options)

    def _deserialize(self, value: Any, attr: Any, data: Any, **more: Any) -> Any:
        try:
            pattern = re.compile(super()._deserialize(value, attr, data, **more))
        except re.error as fault:
            raise ValidationError(f"expected a regular expression: {fault}") from None
        if pattern.groups < self._groups:
            raise ValidationError(f"expected a regular expression with {self._groups} group(s) in parentheses")
        return pattern


class Words(fields.List[str]):
    """Words as they are compared (see folded); one that would be empty then is a fault."""

    def __init__(self, **options: Any) -> None:
        super().__init__(fields.String(validate=_says_something), **options)

    def _deserialize(self, value: Any, attr: Any, data: Any, **more: Any) -> Any:
        return [folded(word or "") for word in super()._deserialize(value, attr, data, **more)]


def _says_something(word: str) -> None:
    if not folded(word):
        raise ValidationError("expected a word with letters or digits")


class SurveySchema(Schema):
    """`satisfaction`."""

    pattern = Pattern(1, required=True)
    words = fields.Dict(keys=fields.Integer(validate=validate.Range(1, 5)), values=Words(), required=True)
    fillers = Words(load_default=list)

    @post_load
    def build(self, data: dict[str, Any], **_: Any) -> Survey:
        scores = {word: score for score, words in data["words"].items() for word in words}
        return Survey(data["pattern"], scores, tuple(sorted(data["fillers"], key=len, reverse=True)))


class ReminderSchema(Schema):
    """`fee_reminder`."""

    template = fields.String(required=True)
    days = fields.Integer(strict=True, required=True, validate=validate.Range(1, 90))
    cancel = Words(required=True, validate=SOME)
    keep = Words(required=True, validate=SOME)
    cancel_within = Words(load_default=list)
    keep_within = Words(load_default=list)
    longest = fields.Integer(strict=True, required=True, validate=validate.Range(1, 500))

    @post_load
    def build(self, data: dict[str, Any], **_: Any) -> ReminderRules:
        words = {name: frozenset(data[name]) for name in ("cancel", "keep")}
        within = {name: tuple(data[name]) for name in ("cancel_within", "keep_within")}
        return ReminderRules(**data | words | within)


class ReportSchema(Schema):
    """`bad_message`."""

    words = Words(required=True, validate=SOME)
    port = Pattern(0, required=True)

    @post_load
    def build(self, data: dict[str, Any], **_: Any) -> ReportRules:
        return ReportRules(tuple(data["words"]), data["port"])


class OptOutSchema(Schema):
    """`opt_out`."""

    words = Words(required=True, validate=SOME)
    stops = fields.List(
        fields.String(validate=validate.OneOf([each for each in get_args(MessageClass) if each != "staff"])),
        required=True,
        validate=SOME,
    )
    confirmed = fields.String(required=True)

    @post_load
    def build(self, data: dict[str, Any], **_: Any) -> OptOutRules:
        return OptOutRules(frozenset(data["words"]), tuple(data["stops"]), data["confirmed"])


class AgainSchema(Schema):
    """`again`."""

    surely = Span(required=True)
    unanswered = Span(required=True)

    @post_load
    def build(self, data: dict[str, Any], **_: Any) -> AgainRules:
        return AgainRules(**data)


class ContentSchema(Schema):
    """`content`: what free text may not hold (NT5)."""

    forbidden = Words(load_default=list)
    advertising = Words(load_default=list)
    link = Pattern(1, required=True)
    hosts = fields.List(fields.String(validate=SOME), load_default=list)

    @post_load
    def build(self, data: dict[str, Any], **_: Any) -> ContentRules:
        words = (tuple(data["forbidden"]), tuple(data["advertising"]))
        return ContentRules(*words, data["link"], tuple(data["hosts"]))


class InboundSchema(Schema):
    """Loads InboundRules."""

    again = fields.Nested(AgainSchema, required=True)
    survey = fields.Nested(SurveySchema, data_key="satisfaction", required=True)
    reminder = fields.Nested(ReminderSchema, data_key="fee_reminder", required=True)
    report = fields.Nested(ReportSchema, data_key="bad_message", required=True)
    opt_out = fields.Nested(OptOutSchema, required=True)

    @post_load
    def build(self, data: dict[str, Any], **_: Any) -> InboundRules:
        return InboundRules(**data)
