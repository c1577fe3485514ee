"""What `register` accepts."""

from typing import Any

from marshmallow import Schema, ValidationError, fields, post_load, validate

from services.intake import commands as c
from services.intake import vocabulary as v
from services.intake.flagging_schema import AccusedSchema, RechargeFields
from services.intake.schemas import (
    ArchiveFields,
    Command,
    GroundSchema,
    PromiseFields,
    ReplyFields,
    Value,
    VerificationSchema,
)
from services.intake.values import Coordination, Customer, ForwardedBy
from shared.fields import Fen, Flag, Mobile, Text, short, word_of

LARGEST_DISPUTE_FEN = 10**12
MOST_TRIGGERS = 10


class ForwardedBySchema(Value):
    makes = ForwardedBy
    body = short(required=True)
    reference = short(required=True)


class CoordinationSchema(Value):
    makes = Coordination
    kind = word_of(v.CoordinationKind, required=True)
    counterpart = short(required=True)


class GroupField(fields.Field[Any]):
    """true or false, or the group customer's name."""

    def _deserialize(self, value: Any, *_args: Any, **_more: Any) -> bool | str:
        if isinstance(value, bool):
            return value
        try:
            return str(short().deserialize(value))
        except ValidationError:
            raise ValidationError("Must be true, false or the group's name.") from None


class CustomerSchema(Schema):
    msisdn = Mobile(required=True)
    name = short()
    brand = word_of(v.Brand, required=True)
    high_value = Flag()
    group = GroupField()


class RegisterSchema(Command):
    """The customer's part comes apart: name and number are personal, brand and the like are not."""

    makes = c.Register
    ticket_type = word_of(v.TicketType, required=True)
    channel = word_of(v.Channel, required=True)
    handling = word_of(v.Handling, required=True)
    complainant = word_of(v.Complainant)
    customer = fields.Nested(CustomerSchema, required=True)
    verification = fields.Nested(VerificationSchema)
    forwarded_by = fields.Nested(ForwardedBySchema)
    category = short(required=True)
    content = Text(required=True)
    demand = Text()
    branch = short(required=True)
    hall = short()
    area = short()
    customer_kind = word_of(v.CustomerKind)
    coordination = fields.Nested(CoordinationSchema)
    triggers = fields.List(word_of(v.Trigger), validate=validate.Length(max=MOST_TRIGGERS))
    disputed_amount_fen = Fen(0, LARGEST_DISPUTE_FEN)
    promise = fields.Nested(PromiseFields)
    to_department = short()
    ground = fields.Nested(GroundSchema)
    prohibition = fields.Integer(strict=True, validate=validate.Range(1, 5))
    accused = fields.Nested(AccusedSchema)
    recharge = fields.Nested(RechargeFields)
    service = short()
    reply = fields.Nested(ReplyFields)
    archive = fields.Nested(ArchiveFields)
    written_reply_wanted = Flag()

    @post_load
    def make(self, data: dict[str, Any], **more: Any) -> Any:
        customer = data.pop("customer")
        group = customer.get("group", False)
        data["customer"] = Customer(customer["msisdn"], customer.get("name"), group if isinstance(group, str) else None)
        data |= {"brand": customer["brand"], "high_value": customer.get("high_value", False), "group": bool(group)}
        return super().make(data, **more)
