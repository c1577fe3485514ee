"""What escalation reads of refund's events: the pre-refund in them, if there is one (RF4)."""

from collections.abc import Mapping
from typing import Any

from marshmallow import EXCLUDE, Schema, fields

from services.escalation.facts import PreRefund
from shared.fields import Moment


class PreRefundReader(Schema):
    """The pre-refund's own part. `broken` is what escalation's clock said first: nobody has verified it."""

    class Meta:
        unknown = EXCLUDE

    paid_at = Moment(required=True)
    outcome = fields.String(load_default=None, allow_none=True)
    ended_at = Moment(load_default=None, allow_none=True)


class RefundReader(Schema):
    """A refund, as every refund event carries it."""

    class Meta:
        unknown = EXCLUDE

    refund_id = fields.String(required=True)
    seq = fields.Integer(strict=True, required=True)
    complaint_id = fields.String(load_default=None, allow_none=True)
    pre_refund = fields.Nested(PreRefundReader, load_default=None, allow_none=True)


def pre_refund_read(data: Mapping[str, Any]) -> tuple[str, PreRefund] | None:
    """The complaint's id and its pre-refund, once the principal is paid; None for every other refund."""
    told = RefundReader().load(data)
    paid = told["pre_refund"]
    if paid is None or told["complaint_id"] is None:
        return None
    verified_at = None if paid["outcome"] == "broken" else paid["ended_at"]
    return told["complaint_id"], PreRefund(told["refund_id"], told["seq"], paid["paid_at"], verified_at)
