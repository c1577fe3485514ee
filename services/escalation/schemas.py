"""What escalation accepts: one schema a command or filter. Unknown fields are refused."""

from typing import Any

from marshmallow import Schema, fields, post_load, validate

from services.escalation.history.onsite import Police
from services.escalation.listing import LIST_STATES
from services.rights import LEVELS
from shared.fields import After, Flag, Moment, Page, Text, one_of, short

OPINIONS = ("supervisor", "support", "legal")
LONGEST_DRAFT = 200_000


class Command(Schema):
    """Every command carries the caller's own request id."""

    request_id = short(required=True)


class ReasonSchema(Command):
    """escalate, revoke_major."""

    reason = Text(required=True)


class AcceptSchema(Command):
    """accept, acknowledge: the server's time counts, not the caller's."""


class UnreachableSchema(Command):
    """`who`: the staff number of the one who was told."""

    who = short(required=True)


class HandBackSchema(Command):
    instruction = Text(required=True)


class DeclareMajorSchema(Command):
    trigger = short(required=True)
    reason = Text(required=True)


class OpinionSchema(Command):
    kind = one_of(*OPINIONS, required=True)
    text = Text(required=True)


class ExtendSchema(Command):
    clock = short(required=True)
    due_at = Moment(required=True)
    reason = Text(required=True)


class CancelClockSchema(Command):
    """`clock`: its id, or its kind where there is one."""

    clock = short(required=True)
    reason = Text(500, required=True)


class MoveClockSchema(CancelClockSchema):
    due_at = Moment(required=True)


class FiringSchema(Schema):
    """`hours` from now on; a page has `limit` cases."""

    hours = fields.Integer(strict=True, load_default=24, validate=validate.Range(1, 24 * 14))
    branch = short()
    limit = Page()
    after = After(allow_none=True)


class ArbitrateSchema(Command):
    body = Text(200, required=True)
    case_no = short(required=True)


class ExplainSchema(Schema):
    """Which clock: its id, or its kind where there is one."""

    clock = short(required=True)


class SecuritySchema(Schema):
    """`called`: security came; `touched`: they laid hands on somebody."""

    called = Flag(load_default=True)
    touched = Flag(required=True)


class PoliceSchema(Schema):
    called = Flag(required=True)
    accompanied_by = short()
    reference = short()

    @post_load
    def make(self, data: dict[str, Any], **_: Any) -> Police:
        return Police(**data)


class DisturbanceSchema(Command):
    """The facts of ES10. `staff_calming`: how many calm the others; `warning_read`: the playbook's warning was read."""

    security = fields.Nested(SecuritySchema, required=True)
    staff_calming = fields.Integer(strict=True, required=True, validate=validate.Range(0, 100))
    warning_read = Flag(required=True)
    moved_to = Text(200)
    cctv_reference = short()
    police = fields.Nested(PoliceSchema)
    note = Text()


class MediaSchema(Command):
    """The media record of ES7."""

    reporter = Text(200, required=True)
    medium = Text(200, required=True)
    contact = Text(200, required=True)
    questions = Text(required=True)
    promised_nothing = Flag(required=True)


class IncidentsSchema(Schema):
    """Group incidents (MJ4), newest first; open and closed ones unless `state` is given."""

    branch = short()
    category = short()
    state = one_of("open", "closed")
    limit = Page()
    after = After(allow_none=True)


class DraftsSchema(Schema):
    """Drafts of policy files, as text."""

    clocks = Text(LONGEST_DRAFT)
    ladder = Text(LONGEST_DRAFT)
    calendar = Text(LONGEST_DRAFT)


class SimulateSchema(Schema):
    """`from`, `to`: registered in this time. `limit` cases are read for a page, whether or not they are asked for."""

    policies = fields.Nested(DraftsSchema, load_default=dict)
    from_ = Moment(data_key="from")
    to = Moment()
    branch = short()
    limit = fields.Integer(strict=True, load_default=500, validate=validate.Range(1, 2000))
    after = short(allow_none=True)


class CalendarEffectSchema(Schema):
    """`calendar`: a draft of calendar.yml; without it the one in force."""

    calendar = Text(LONGEST_DRAFT)
    limit = Page()
    after = short(allow_none=True)


class ApplyCalendarSchema(Command):
    limit = Page()
    after = short(allow_none=True)


class DueSchema(Schema):
    """`state` is that of the clocks asked for; running unless given. late: broken, with the complaint still open."""

    level = one_of(*LEVELS)
    branch = short()
    hall = short()
    before = Moment()
    state = one_of(*LIST_STATES, load_default="running")
    limit = Page()
    after = After(allow_none=True)
