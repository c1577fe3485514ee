"""What flag_prohibition (IN15), complete_recharge (IN25) and written_reply (RP7) accept."""

from typing import Any

from marshmallow import ValidationError, fields, post_load, validate, validates_schema

from services.intake import flagging_commands as f
from services.intake.recharge import Recharge, RechargeKind
from services.intake.schemas import Command, Value
from shared.fields import Fen, Moment, Text, short, word_of

LARGEST_RECHARGE_FEN = 10**9


class AccusedSchema(Value):
    """At least one of the two."""

    makes = f.AccusedOf
    staff = short()
    partner = short()

    @validates_schema(skip_on_field_errors=True)
    def names_somebody(self, data: dict[str, Any], **_: Any) -> None:
        if not data:
            raise ValidationError({"staff": ["Give staff, partner or both."]})


class FlagProhibitionSchema(Command):
    makes = f.FlagProhibition
    prohibition = fields.Integer(strict=True, required=True, validate=validate.Range(1, 5))
    accused = fields.Nested(AccusedSchema)
    reason = Text(required=True)


class RechargeFields(Value):
    makes = Recharge
    kind = word_of(RechargeKind, required=True)
    card_serial = short()
    fault = short(required=True)
    at = Moment()
    place_of_sale = short()
    amount_fen = Fen(1, LARGEST_RECHARGE_FEN)


class CompleteRechargeSchema(Command, RechargeFields):
    """A recharge as a command."""

    makes = Recharge

    @post_load
    def make(self, data: dict[str, Any], **more: Any) -> f.CompleteRecharge:
        return f.CompleteRecharge(super().make(data, **more))


class WrittenReplySchema(Command):
    makes = f.MakeWrittenReply
