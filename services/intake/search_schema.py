"""What `search` accepts, and the cursor between its pages."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from marshmallow import ValidationError, fields, validate

from services.intake import vocabulary as v
from services.intake.fields import Flag, Mobile, Moment, one_of, short
from services.intake.schemas import Value

USUAL_PAGE, LARGEST_PAGE = 50, 200


@dataclass(frozen=True)
class Cursor:
    """Where a page ended: when its last complaint was registered, and its id."""

    registered_at: datetime
    complaint_id: str

    def __str__(self) -> str:
        return f"{self.registered_at.isoformat(timespec='milliseconds')}/{self.complaint_id}"


@dataclass(frozen=True)
class Search:
    """The contract's filter; a page at a time, newest first."""

    msisdn: str | None = None
    status: v.Status | None = None
    branch: str | None = None
    hall: str | None = None
    handler: str | None = None
    category: str | None = None
    major: bool | None = None
    registered_from: datetime | None = None
    registered_to: datetime | None = None
    limit: int = USUAL_PAGE
    after: Cursor | None = None


class CursorField(fields.String):
    def _deserialize(self, value: Any, attr: Any, data: Any, **more: Any) -> Any:
        moment, slash, complaint_id = super()._deserialize(value, attr, data, **more).partition("/")
        if not slash:
            raise ValidationError("Must be the `after` of an earlier page.")
        return Cursor(Moment().deserialize(moment), complaint_id)


class SearchSchema(Value):
    makes = Search
    msisdn = Mobile()
    status = one_of(v.Status)
    branch = short()
    hall = short()
    handler = short()
    category = short()
    major = Flag()
    registered_from = Moment()
    registered_to = Moment()
    limit = fields.Integer(strict=True, validate=validate.Range(1, LARGEST_PAGE))
    after = CursorField(allow_none=True)
