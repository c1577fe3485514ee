"""What intake accepts: one schema a command. Unknown fields are refused; each loads the command's value."""

from typing import Any, ClassVar

from marshmallow import Schema, post_load, validate
from marshmallow import fields as plain

from services.grounds import Ground, GroundKind
from services.intake import commands as c
from services.intake import vocabulary as v
from services.intake.task_commands import Closing
from services.intake.values import Verification
from shared.fields import Flag, Mobile, Moment, Text, short, word_of

MOST_EVIDENCE = 50


class Value(Schema):
    """Loads an object into its dataclass; absent fields keep the dataclass's defaults."""

    makes: ClassVar[Any]

    @post_load
    def make(self, data: dict[str, Any], **_: Any) -> Any:
        return self.makes(**{key: tuple(value) if isinstance(value, list) else value for key, value in data.items()})


class Command(Value):
    """A command with the caller's own request id, which the bus remembers apart from the command itself."""

    request_id = short(required=True, load_only=True)

    @post_load
    def make(self, data: dict[str, Any], **more: Any) -> Any:
        data.pop("request_id")
        return super().make(data, **more)


class VerificationSchema(Value):
    makes = Verification
    method = word_of(v.VerificationMethod, required=True)
    verified = Flag(required=True)


class RecordContactSchema(Command):
    makes = c.RecordContact
    at = Moment()
    means = word_of(v.Means, required=True)
    direction = word_of(v.Direction, required=True)
    content = Text(required=True)
    customer_said = Text()
    fulfils = short()
    verification = plain.Nested(VerificationSchema)
    wait_until = Moment()


class ProposeSchema(Command):
    makes = c.Propose
    solution = Text(required=True)
    answer = word_of(v.ProposalAnswer, required=True)
    counter = Text()


class JudgeSchema(Command):
    makes = c.Judge
    responsible_party = short(required=True)
    severity = short(required=True)
    note = Text()


class AssignSchema(Command):
    makes = c.Assign
    handler = short(required=True)


class GroundSchema(Value):
    """The lawful ground on which data is passed on, with its reference (PR5)."""

    makes = Ground
    kind = word_of(GroundKind, required=True)
    reference = short(required=True)
    body = short()
    consent = short()
    service = short()


class TransferSchema(Command):
    makes = c.Transfer
    to_department = short(required=True)
    reason = Text(required=True)
    ground = plain.Nested(GroundSchema)


class PromiseFields(Value):
    makes = c.MakePromise
    kind = word_of(v.PromiseKind, required=True)
    due_at = Moment(required=True)
    what = Text(required=True)


class PromiseSchema(PromiseFields, Command):
    """A promise as a command."""


class UrgeSchema(Command):
    makes = c.Urge
    said = Text()


class ReclassifySchema(Command):
    makes = c.Reclassify
    category = short(required=True)
    reason = Text(required=True)
    service = short()


class CorrectCustomerSchema(Command):
    makes = c.CorrectCustomer
    brand = word_of(v.Brand)
    name = short()
    msisdn = Mobile()
    reason = Text(required=True)


class ReplyFields(Value):
    makes = c.Reply
    process = Text(required=True)
    content = Text(required=True)
    satisfaction = word_of(v.Satisfaction, required=True)
    unknown_because = Text()
    means = word_of(v.Means)
    knowledge = short()
    words_seen = Flag()


class ReplySchema(ReplyFields, Command):
    """A reply as a command (RP1)."""


class ClosingSchema(Value):
    makes = Closing
    all_right = Flag(required=True)
    other_problem = Text()


class FollowUpSchema(Command):
    makes = c.FollowUp
    satisfaction = word_of(v.Satisfaction, required=True)
    said = Text()
    will_complain_further = Flag()
    closing = plain.Nested(ClosingSchema)


class ReasonSchema(Command):
    makes = c.Reason
    reason = Text(required=True)


class ArchiveFields(Value):
    makes = c.Archive
    cause = Text(required=True)
    evidence = plain.List(short(), required=True, validate=validate.Length(1, MOST_EVIDENCE))
    lesson = Text(required=True)
    cause_kind = short()


class ArchiveSchema(ArchiveFields, Command):
    """Archiving as a command (IN14, RP5)."""


class RemarkSchema(Command):
    makes = c.Remark
    text = Text(required=True)


class MarkMajorSchema(Command):
    makes = c.MarkMajor
    trigger = short(required=True)
    reason = Text(required=True)
    by = short()


class RecordOpinionSchema(Command):
    makes = c.RecordOpinion
    kind = word_of(v.OpinionKind, required=True)
    text = Text(required=True)
    by = short(required=True)
