"""What `announce_again` accepts, the same in every service."""

from marshmallow import Schema, fields, validate

from services import SERVICES
from shared.fields import After, Moment, one_of, short

MOST_TYPES = 200


class AnnounceAgainSchema(Schema):
    """Whose inbox, which types of events (`*`: all), since when (machine time), where an earlier answer ended."""

    reader = one_of(*SERVICES, required=True)
    types = fields.List(short(), required=True, validate=validate.Length(1, MOST_TYPES))
    since = Moment(required=True)
    after = After(load_default=None)
