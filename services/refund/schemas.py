"""What refund accepts: form only, no meaning. Unknown fields are refused, only the types named here come through."""

from typing import Any

from marshmallow import Schema, ValidationError, fields, post_load, validate, validates_schema

from services.refund.claim import (
    Check,
    Claim,
    Confirmation,
    ConfirmationKind,
    DisputeType,
    FoundBy,
    Ground,
    Sort,
    SubCause,
    Unverifiable,
    WhyUnverifiable,
)
from services.refund.history import Settlement
from services.refund.model import Status
from shared.fields import After, Fen, Flag, Mobile, Moment, Page, Text, short, word_of

MOST_FEN = 100_000_000  # a million yuan: no refund of a mobile number is larger
LONGEST_REFERENCE = 200
LONGEST_ITEM = 1000
MOST_REFERENCES = 100
MONTH = validate.Regexp(r"20[0-9]{2}-(0[1-9]|1[0-2])\Z", error="A month is YYYY-MM.")


class References(fields.List[str]):
    """References as a list of texts; a single text is a list of one."""

    def __init__(self, **options: Any) -> None:
        super().__init__(Text(LONGEST_ITEM), validate=validate.Length(max=MOST_REFERENCES), **options)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **more: Any) -> Any:
        return super()._deserialize([value] if isinstance(value, str) else value, attr, data, **more)


class Command(Schema):
    """What every command carries."""

    request_id = short(required=True)


class FoundBySchema(Schema):
    """Who found it without a complaint (RF6)."""

    department = short(required=True)
    reference = Text(LONGEST_REFERENCE, required=True)

    @post_load
    def build(self, data: dict[str, Any], **_: Any) -> FoundBy:
        return FoundBy(**data)


class UnverifiableSchema(Schema):
    """Why the facts cannot be had (RF2)."""

    why = word_of(WhyUnverifiable, required=True)
    checks = References(required=True)

    @post_load
    def build(self, data: dict[str, Any], **_: Any) -> Unverifiable:
        return Unverifiable(data["why"], tuple(data["checks"]))


class CheckSchema(Schema):
    """A further record that was looked for (RF15): found with its reference and time, or not found."""

    found = Flag(required=True)
    reference = Text(LONGEST_REFERENCE)
    at = Moment()

    @validates_schema(skip_on_field_errors=True)
    def found_says_where(self, data: dict[str, Any], **_: Any) -> None:
        if data["found"] != ("reference" in data) or data["found"] != ("at" in data):
            raise ValidationError("What was found has reference and time, what was not has neither.", "found")

    @post_load
    def build(self, data: dict[str, Any], **_: Any) -> Check:
        return Check(**data)


class ConfirmationSchema(Schema):
    """The record of the customer's consent. `oral` has a name so that RF14 can refuse it."""

    kind = word_of(ConfirmationKind, required=True)
    reference = Text(LONGEST_REFERENCE, required=True)
    at = Moment(required=True)
    second_confirmation = fields.Nested(CheckSchema)
    after_trial = fields.Nested(CheckSchema)
    fee_page_at = Moment()

    @post_load
    def build(self, data: dict[str, Any], **_: Any) -> Confirmation:
        return Confirmation(**data)


class RequestSchema(Command):
    """`request` and `quote`: loads `claim`; exactly one of complaint_id and found_by is given (RF6)."""

    complaint_id = short()
    found_by = fields.Nested(FoundBySchema)
    msisdn = Mobile(required=True)
    service = Text(100, required=True)
    period = fields.String(required=True, validate=MONTH)
    dispute_type = word_of(DisputeType, required=True)
    ground = word_of(Ground, required=True)
    unverifiable = fields.Nested(UnverifiableSchema)
    confirmation = fields.Nested(ConfirmationSchema)
    principal_fen = Fen(1, MOST_FEN, required=True)
    extra_fen = Fen(0, MOST_FEN)
    cause = Text(required=True)
    evidence = References(required=True)
    fault_ticket = Text(LONGEST_REFERENCE)
    maintenance_opinion = Text()
    branch = short(required=True)
    hall = short()
    exception = Text()
    sub_cause = word_of(SubCause)
    pre_page_fen = Fen(0, MOST_FEN)

    @validates_schema(skip_on_field_errors=False)
    def one_origin(self, data: dict[str, Any], **_: Any) -> None:
        if ("complaint_id" in data) == ("found_by" in data):
            raise ValidationError("Give either complaint_id or found_by.", "complaint_id")

    @post_load
    def build(self, data: dict[str, Any], **_: Any) -> Claim:
        del data["request_id"]
        return Claim(**{**data, "evidence": tuple(data["evidence"])})


class ApproveSchema(Command):
    """`approve`."""

    comment = Text(load_default="")


class ReasonSchema(Command):
    """`reject` and `withdraw`."""

    reason = Text(required=True)


class SettleSchema(Command):
    """`settle`: what a person found out, and by what; `by_hand`: that he now enters what BOSS refused. `key`: which
    line he looked up in BOSS, as `unknown` shows it; it has to be named where several lines are unknown."""

    key = short()
    outcome = word_of(Settlement, required=True)
    evidence = References(required=True)

    @validates_schema
    def has_evidence(self, data: dict[str, Any], **_: Any) -> None:
        if not data["evidence"]:
            raise ValidationError("A settlement needs evidence.", "evidence")

    @post_load
    def build(self, data: dict[str, Any], **_: Any) -> dict[str, Any]:
        return {"outcome": data["outcome"], "evidence": tuple(data["evidence"]), "key": data.get("key")}


class SearchSchema(Schema):
    """`search`."""

    msisdn = Mobile()
    complaint_id = short()
    status = word_of(Status)
    sort = word_of(Sort)
    branch = short()
    hall = short()
    since = Moment(data_key="from")
    until = Moment(data_key="to")
    limit = Page()
    after = After()
