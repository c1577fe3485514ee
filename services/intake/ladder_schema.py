"""What intake reads of escalation's events: only the fields it keeps a copy of; the rest is none of its business."""

from typing import Any

from marshmallow import EXCLUDE, Schema, fields, post_load

from services.intake import vocabulary as v
from services.intake.commands import LadderTold
from shared.fields import Moment, short, word_of


class ChangeSchema(Schema):
    class Meta:
        unknown = EXCLUDE

    name = fields.String()
    kind = fields.String(allow_none=True)


class LadderSchema(Schema):
    """Loads an event's `data`; `seq` is the envelope's."""

    class Meta:
        unknown = EXCLUDE

    complaint_id = short(required=True)
    seq = fields.Integer(strict=True, required=True)
    level = word_of(v.Level, required=True)
    awaiting = word_of(v.Level, load_default=None, allow_none=True)
    limits = fields.Dict(keys=fields.String(), values=Moment(), load_default=dict)
    decided = fields.Dict(keys=fields.String(), values=Moment(allow_none=True))
    change = fields.Nested(ChangeSchema, load_default=dict)

    @post_load
    def make(self, data: dict[str, Any], **_: Any) -> tuple[str, LadderTold]:
        """The complaint's id and what is told of it."""
        decided = data["decided"] if "decided" in data else _of_change(data)
        called_off = tuple(sorted(kind for kind, due_at in decided.items() if due_at is None))
        ladder = (data["seq"], data["level"], data["awaiting"], data["limits"])
        return data["complaint_id"], LadderTold(*ladder, decided.get("handling"), called_off)


def _of_change(data: dict[str, Any]) -> dict[str, Any]:
    """What an event from before `decided` was told says by its change alone."""
    extended = (data["change"].get("name"), data["change"].get("kind")) == ("clock_extended", "handling")
    return {"handling": data["limits"]["handling"]} if extended and "handling" in data["limits"] else {}
