"""What escalation reads of intake's events and answers: only the fields it uses; the rest is none of its business."""

from collections.abc import Mapping
from typing import Any, ClassVar

from marshmallow import EXCLUDE, Schema, ValidationError, fields, post_load, validate

from services.escalation import facts as f
from services.escalation.schemas import OPINIONS
from shared.errors import InvalidRequest
from shared.fields import Moment, one_of

STATUSES = ("open", "replied", "archived", "refused", "withdrawn")


def _word(**options: Any) -> fields.String:
    return fields.String(validate=validate.Length(min=1), required=True, **options)


def _maybe(**options: Any) -> fields.String:
    return fields.String(load_default=None, allow_none=True, **options)


def _moment() -> Moment:
    return Moment(load_default=None, allow_none=True)


class Reader(Schema):
    """Takes its own fields out of whatever comes, and makes its value of them."""

    makes: ClassVar[type]

    class Meta:
        unknown = EXCLUDE

    @post_load
    def make(self, data: dict[str, Any], **_: Any) -> Any:
        return self.makes(**{key: tuple(value) if isinstance(value, list) else value for key, value in data.items()})


def facts_read(values: Mapping[str, Any], as_of: Any) -> f.Facts:
    """The facts in an event's `data` or an answer, as of that time (ISO 8601); InvalidRequest where they do not fit."""
    try:
        facts: f.Facts = FactsReader().load({**values, "as_of": as_of})
    except ValidationError as error:
        raise InvalidRequest("intake's facts do not have the form agreed on", fields=error.messages) from error
    return facts


class PromiseReader(Reader):
    makes = f.Promise
    promise_id = _word()
    kind = one_of("answer", "effect", required=True)
    due_at = Moment(required=True)
    made_at = Moment(required=True)
    fulfilled_at = _moment()


class WaitReader(Reader):
    makes = f.Wait
    wait_id = _word()
    told_at = Moment(required=True)
    until = Moment(required=True)


class FulfilledReader(Reader):
    makes = f.Fulfilled
    clock_id = _word()
    at = Moment(required=True)


class MajorReader(Reader):
    makes = f.Major
    trigger = _word()
    by = _word()
    at = Moment(required=True)


class OpinionReader(Reader):
    makes = f.Opinion
    by = _word()
    at = Moment(required=True)


class FollowUpReader(Reader):
    makes = f.FollowUp
    satisfaction = _word()
    at = Moment(required=True)
    will_complain_further = fields.Boolean(load_default=False)


class TurnReader(Reader):
    makes = f.Turn
    what = one_of("replied", "followed_up", "reopened", required=True)
    at = Moment(required=True)
    satisfaction = _maybe()
    will_complain_further = fields.Boolean(load_default=False)


class CoordinationReader(Reader):
    makes = f.Coordination
    kind = one_of("interconnect", "cross_province", required=True)
    counterpart = fields.String(load_default="")


class CustomerReader(Reader):
    makes = f.Customer
    masked = fields.String(load_default="")
    sealed = fields.String(load_default="")


class FactsReader(Reader):
    """Loads Facts."""

    makes = f.Facts
    complaint_id = _word()
    seq = fields.Integer(strict=True, required=True)
    as_of = Moment(required=True)
    status = one_of(*STATUSES, required=True)
    ticket_type = _word()
    channel = _word()
    category = _word()
    brand = _word()
    registered_at = Moment(required=True)
    branch = _word()
    hall = _maybe()
    area = _maybe()
    serial_no = fields.String(load_default="")
    category_name = fields.String(load_default="")
    handling = fields.String(load_default="")
    complainant = fields.String(load_default="")
    self_service_fault = fields.Boolean(load_default=False)
    department = _maybe()
    first_contact = fields.String(load_default="")
    handler = _maybe()
    inbound = _maybe()
    triggers = fields.List(fields.String(), load_default=list)
    accused = fields.List(fields.String(), load_default=list)
    coordination = fields.Nested(CoordinationReader, load_default=None, allow_none=True)
    reopened_at = _moment()
    answered_at = _moment()
    called_back_at = _moment()
    last_called_at = _moment()
    remarked_at = _moment()
    replied_at = _moment()
    archived_at = _moment()
    withdrawn_at = _moment()
    promises = fields.List(fields.Nested(PromiseReader), load_default=list)
    waits = fields.List(fields.Nested(WaitReader), load_default=list)
    fulfilled = fields.List(fields.Nested(FulfilledReader), load_default=list)
    major = fields.Nested(MajorReader, load_default=None, allow_none=True)
    opinions = fields.Dict(keys=one_of(*OPINIONS), values=fields.Nested(OpinionReader), load_default=dict)
    follow_up = fields.Nested(FollowUpReader, load_default=None, allow_none=True)
    turns = fields.List(fields.Nested(TurnReader), load_default=list)
    policy_version = fields.String(load_default="")
    customer = fields.Nested(CustomerReader, load_default=f.Customer)
