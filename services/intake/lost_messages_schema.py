"""What intake reads of notify's events about messages; the rest is none of its business."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from marshmallow import EXCLUDE, Schema, fields

from services.intake.lost_messages import LossCause, MessageLost
from shared.fields import short


class LostSchema(Schema):
    class Meta:
        unknown = EXCLUDE

    message_id = short(required=True)
    template = short(required=True)
    message_class = fields.String(data_key="class", required=True)
    complaint_id = short(load_default=None, allow_none=True)
    status = fields.String(required=True)


READER = LostSchema()


def lost_read(event: Mapping[str, Any]) -> tuple[str | None, MessageLost]:
    """The complaint that the message was about, and the message.

    The cap suppresses care alone (NT1); another one is suppressed for its text (NT5), so the customer is called."""
    read, at = READER.load(event["data"]), datetime.fromisoformat(event["at"])
    capped = read.pop("status") == "suppressed" and read["message_class"] == "care"
    why: LossCause = "care_cap" if capped else "undelivered"
    return read.pop("complaint_id"), MessageLost(**read, why=why, at=at)
