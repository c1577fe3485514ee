"""What escalation accepts: one schema a command or filter. Unknown fields are refused."""

from marshmallow import Schema

from services.rights import LEVELS
from shared.fields import After, Moment, Page, Text, one_of, short

OPINIONS = ("supervisor", "support", "legal")
CLOCK_STATES = ("running", "met", "broken", "cancelled")


class Command(Schema):
    """Every command carries the caller's own request id."""

    request_id = short(required=True)


class ReasonSchema(Command):
    """escalate, revoke_major."""

    reason = Text(required=True)


class AcceptSchema(Command):
    """accept: the server's time counts, not the caller's."""


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


class ArbitrateSchema(Command):
    body = Text(200, required=True)
    case_no = short(required=True)


class ExplainSchema(Schema):
    """Which clock: its id, or its kind where there is one."""

    clock = short(required=True)


class IncidentsSchema(Schema):
    """Group incidents (MJ4), newest first; open and closed ones unless `state` is given."""

    branch = short()
    category = short()
    state = one_of("open", "closed")
    limit = Page()
    after = After(allow_none=True)


class DueSchema(Schema):
    """`state` is that of the clocks asked for; running unless given."""

    level = one_of(*LEVELS)
    branch = short()
    hall = short()
    before = Moment()
    state = one_of(*CLOCK_STATES, load_default="running")
    limit = Page()
    after = After(allow_none=True)
