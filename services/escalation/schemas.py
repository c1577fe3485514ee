"""What escalation accepts: one schema a command or filter. Unknown fields are refused."""

from typing import Any

from marshmallow import Schema, ValidationError

from services.escalation.fields import Cursor, Moment, Page, one_of, short, text
from services.rights import LEVELS

OPINIONS = ("supervisor", "support", "legal")
CLOCK_STATES = ("running", "met", "broken", "cancelled")


class Command(Schema):
    """Every command carries the caller's own request id."""

    request_id = short(required=True)


class ReasonSchema(Command):
    """escalate, revoke_major."""

    reason = text(required=True)


class AcceptSchema(Command):
    """accept: the server's time counts, not the caller's."""


class HandBackSchema(Command):
    instruction = text(required=True)


class DeclareMajorSchema(Command):
    trigger = short(required=True)
    reason = text(required=True)


class OpinionSchema(Command):
    kind = one_of(*OPINIONS, required=True)
    text = text(required=True)


class ExtendSchema(Command):
    clock = short(required=True)
    due_at = Moment(required=True)
    reason = text(required=True)


class ArbitrateSchema(Command):
    body = text(200, required=True)
    case_no = short(required=True)


class ExplainSchema(Schema):
    """Which clock: its id, or its kind where there is one."""

    clock = short(required=True)


class DueSchema(Schema):
    """`state` is that of the clocks asked for; running unless given."""

    level = one_of(*LEVELS)
    branch = short()
    hall = short()
    before = Moment()
    state = one_of(*CLOCK_STATES, load_default="running")
    limit = Page()
    after = Cursor(allow_none=True)


def an_id(value: Any) -> str:
    """A complaint's id given as an argument of its own; ValidationError otherwise."""
    try:
        return str(short().deserialize(value))
    except ValidationError as error:
        raise ValidationError({"id": error.messages}) from None
