"""What refund reads in the events of intake and escalation: only the fields it uses, all others are left alone."""

from marshmallow import EXCLUDE, Schema, fields

from shared.fields import Moment


class Reader(Schema):
    """Takes its own fields out of whatever comes."""

    class Meta:
        unknown = EXCLUDE


class CustomerReader(Reader):
    """The customer under the suite key."""

    sealed = fields.String(required=True)


class FactsReader(Reader):
    """A complaint's facts, as every intake event and intake's `facts` carry them."""

    complaint_id = fields.String(required=True)
    seq = fields.Integer(strict=True, required=True)
    branch = fields.String(required=True)
    status = fields.String(required=True)
    channel = fields.String(required=True)
    verified = fields.Boolean(required=True)
    accused = fields.List(fields.String(), load_default=list)
    ticket_type = fields.String(load_default="complaint")
    brand = fields.String(load_default=None, allow_none=True)
    hall = fields.String(load_default=None, allow_none=True)
    disputed_amount_fen = fields.Integer(strict=True, load_default=None, allow_none=True)
    registered_at = fields.String(required=True)
    reopened_at = fields.String(load_default=None, allow_none=True)
    urged_at = fields.String(load_default=None, allow_none=True)
    customer = fields.Nested(CustomerReader, required=True)


class ClockReader(Reader):
    """One clock of a case; a verification clock has the id of its pre-refund (CL5)."""

    clock_id = fields.String(required=True)
    kind = fields.String(required=True)
    state = fields.String(required=True)
    due_at = Moment(load_default=None, allow_none=True)


class CaseReader(Reader):
    """A case, as every escalation event carries it."""

    complaint_id = fields.String(required=True)
    seq = fields.Integer(strict=True, required=True)
    clocks = fields.List(fields.Nested(ClockReader), required=True)
