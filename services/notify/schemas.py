"""What notify accepts: form only, no meaning. Unknown fields are refused."""

from typing import Any, get_args

from marshmallow import Schema, fields, post_load, validate

from services.notify.fields import Cursor, Moment, Msisdn, text
from services.notify.history import Consent
from services.notify.message import Status


class IdSchema(Schema):
    """A message id."""

    id = text(64, required=True)


class Command(Schema):
    """What every command carries."""

    request_id = text(64, required=True)


class ConsentSchema(Schema):
    """The evidence of consent; that oral does not count is the rule's business (NT4)."""

    channel = text(20, required=True)
    reference = text(200, required=True)
    at = Moment(required=True)

    @post_load
    def build(self, data: dict[str, Any], **_: Any) -> Consent:
        return Consent(**data)


class SendSchema(Command):
    """`send`; `variables` are judged by their template."""

    template = text(64, required=True)
    msisdn = Msisdn(required=True)
    variables = fields.Dict(keys=fields.String(), values=fields.Raw(), required=True, validate=validate.Length(max=20))
    complaint_id = text(64)
    consent = fields.Nested(ConsentSchema)
    approval = text(200)


class ReceiveSchema(Command):
    """`receive`: a customer's SMS; `at` is when the gateway took it."""

    msisdn = Msisdn(required=True)
    text = text(required=True)
    at = Moment(required=True)


class SearchSchema(Schema):
    """`search`."""

    complaint_id = text(64)
    msisdn = Msisdn()
    status = fields.String(validate=validate.OneOf(get_args(Status)))
    template = text(64)
    since = Moment(data_key="from")
    until = Moment(data_key="to")
    limit = fields.Integer(strict=True, load_default=50, validate=validate.Range(1, 200))
    after = Cursor(load_default=None)
