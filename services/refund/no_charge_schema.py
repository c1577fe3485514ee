"""What refund reads of a registration beside its facts: a fee that must not be charged (IN16)."""

from marshmallow import EXCLUDE, Schema, fields

from shared.fields import Fen

MOST_FEN = 100_000_000


class NoChargeReader(Schema):
    """Which fee of which service for which month."""

    class Meta:
        unknown = EXCLUDE

    service = fields.String(required=True)
    period = fields.String(required=True)
    fee_fen = Fen(0, MOST_FEN, required=True)


class CancelledReader(Schema):
    """A registration: whether it came of such a cancellation."""

    class Meta:
        unknown = EXCLUDE

    complaint_id = fields.String(required=True)
    serial_no = fields.String(required=True)
    no_charge = fields.Nested(NoChargeReader, allow_none=True, load_default=None)
