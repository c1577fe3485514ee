"""The parts of what refund shows."""

from typing import Any

from marshmallow import Schema, fields, post_dump

from services.refund.doubts.answers import ToldAnswer, WantedAnswer
from shared.fields import Moment
from shared.phone import mask


class Masked(fields.String):
    """A number of which only beginning and end are shown."""

    def _serialize(self, value: Any, attr: str | None, obj: Any, **more: Any) -> str | None:
        return super()._serialize(mask(value), attr, obj, **more)


class LineAnswer(Schema):
    """One amount and how far it is: planned, paying, unknown, paid, refused; `part` where a kind has several."""

    kind = fields.String()
    part = fields.String()
    amount_fen = fields.Integer()
    state = fields.String()
    boss_reference = fields.String(allow_none=True)

    @post_dump
    def without_empty_part(self, data: dict[str, Any], **_: Any) -> dict[str, Any]:
        return {name: value for name, value in data.items() if name != "part" or value}


class ApprovalAnswer(Schema):
    """One signature: the step it serves, and whose it is."""

    level = fields.String()
    by = fields.String()
    role = fields.String()
    at = Moment()
    comment = fields.String()


class FoundByAnswer(Schema):
    """Who found it without a complaint."""

    department = fields.String()
    reference = fields.String()


class UnverifiableAnswer(Schema):
    """Why the facts could not be had."""

    why = fields.String()
    checks = fields.List(fields.String())


class CheckAnswer(Schema):
    """A further record that was looked for."""

    found = fields.Boolean()
    reference = fields.String(allow_none=True)
    at = Moment(allow_none=True)


class ConfirmationAnswer(Schema):
    """The record of consent."""

    kind = fields.String()
    reference = fields.String()
    at = Moment()
    second_confirmation = fields.Nested(CheckAnswer, allow_none=True)
    after_trial = fields.Nested(CheckAnswer, allow_none=True)
    fee_page_at = Moment(allow_none=True)


class ConsentAnswer(Schema):
    """Who consents to a pre-refund; `given`: by asking himself, else that level signs."""

    by = fields.String()
    reason = fields.String()
    given = fields.Boolean()


class VerificationAnswer(Schema):
    """What became of a pre-refund: upheld, not_upheld, or broken, since nobody knew in time."""

    outcome = fields.String()
    by = fields.String()
    at = Moment()
    evidence = fields.List(fields.String())


class DoubtAnswer(Schema):
    """A line in doubt: since when, why, how often it was tried, and who finds out: `boss` or a `person`.

    `risen`: the duties told because it lasted, the next one at `rises_at`; `wanted`: who wants BOSS asked now."""

    since = Moment(attribute="doubt.since")
    why = fields.String(attribute="doubt.why")
    attempts = fields.Integer()
    waits_for = fields.String()
    rises_at = Moment(attribute="doubt.rises_at", allow_none=True)
    risen = fields.List(fields.Nested(ToldAnswer), attribute="doubt.risen")
    wanted = fields.Nested(WantedAnswer, attribute="doubt.wanted", allow_none=True)


class SettlementAnswer(Schema):
    """What a person found out about a line."""

    kind = fields.String()
    outcome = fields.String()
    by = fields.String()
    at = Moment()
    evidence = fields.List(fields.String())


class EndingAnswer(Schema):
    """Who rejected or withdrew it, when, why."""

    by = fields.String()
    at = Moment()
    reason = fields.String()


class PostingAnswer(Schema):
    """One movement: by which event, of which line, from which account to which, in fen."""

    n = fields.Integer()
    at = Moment()
    event = fields.String()
    line = fields.String(attribute="key")
    source = fields.String()
    target = fields.String()
    amount_fen = fields.Integer()
