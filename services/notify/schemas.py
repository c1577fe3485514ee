"""What notify accepts: form only, no meaning. Unknown fields are refused."""

from typing import Any

from marshmallow import Schema, fields, post_load, validate

from services.notify.history import Consent
from services.notify.message import Status
from shared.fields import After, Mobile, Moment, Page, Text, short, word_of


class IdSchema(Schema):
    """A message id."""

    id = short(required=True)


class Command(Schema):
    """What every command carries."""

    request_id = short(required=True)


class ConsentSchema(Schema):
    """The evidence of consent; that oral does not count is the rule's business (NT4)."""

    channel = Text(20, required=True)
    reference = Text(200, required=True)
    at = Moment(required=True)

    @post_load
    def build(self, data: dict[str, Any], **_: Any) -> Consent:
        return Consent(**data)


class SendSchema(Command):
    """`send`; `variables` are judged by their template."""

    template = short(required=True)
    msisdn = Mobile(required=True)
    variables = fields.Dict(keys=fields.String(), values=fields.Raw(), required=True, validate=validate.Length(max=20))
    complaint_id = short()
    consent = fields.Nested(ConsentSchema)
    approval = Text(200)


class ReceiveSchema(Command):
    """`receive`: a customer's SMS; `at` is when the gateway took it."""

    msisdn = Mobile(required=True)
    text = Text(required=True)
    at = Moment(required=True)


class SearchSchema(Schema):
    """`search`."""

    complaint_id = short()
    msisdn = Mobile()
    status = word_of(Status)
    template = short()
    since = Moment(data_key="from")
    until = Moment(data_key="to")
    limit = Page()
    after = After(load_default=None, allow_none=True)
