"""What intake reads of notify's `sms_received`, and the schema of sms.yml."""

from collections.abc import Iterator
from typing import Any, get_args

from marshmallow import EXCLUDE, Schema, ValidationError, fields, post_load, validate, validates_schema

from services.intake import sms as s
from services.intake import vocabulary as v
from services.intake.catalogue import Catalogue
from services.intake.catalogue_schema import CATALOGUE
from services.intake.values import NoCharge
from shared.fields import Fen, Moment, short, word_of
from shared.organisation import Organisation
from shared.policies import Fault, Policy, PolicySet
from shared.policies.organisation import ORGANISATION

MOST_FEN = 100_000_000


class ReminderReader(Schema):
    """The fee reminder that an SMS answers."""

    class Meta:
        unknown = EXCLUDE

    service = short(required=True)
    period = fields.String(required=True)
    fee_fen = Fen(0, MOST_FEN, required=True)

    @post_load
    def make(self, data: dict[str, Any], **_: Any) -> NoCharge:
        return NoCharge(**data)


class CustomerReader(Schema):
    """Number and text, sealed."""

    class Meta:
        unknown = EXCLUDE

    sealed = fields.String(required=True)


class SmsReader(Schema):
    """An event's `data`; number and text are opened by whoever has the suite key."""

    class Meta:
        unknown = EXCLUDE

    sms_id = short(required=True)
    sort = word_of(s.Sort, required=True)
    sent_at = Moment(required=True)
    customer = fields.Nested(CustomerReader, required=True)
    score = fields.Integer(strict=True, allow_none=True, validate=validate.Range(1, 5), load_default=None)
    port = fields.String(allow_none=True, load_default=None)
    reminder = fields.Nested(ReminderReader, allow_none=True, load_default=None)
    wish = word_of(s.Wish, allow_none=True, load_default=None)


class TicketSchema(Schema):
    """One entry of `tickets`."""

    ticket_type = word_of(v.TicketType, required=True)
    category = fields.String(required=True)
    queue = fields.String(load_default=None)

    @post_load
    def build(self, data: dict[str, Any], **_: Any) -> s.Ticket:
        return s.Ticket(**data)


class TicketsSchema(Schema):
    """`tickets`: one for each purpose."""

    fee_reminder_answer = fields.Nested(TicketSchema, required=True)
    bad_message_report = fields.Nested(TicketSchema, required=True)
    complaint = fields.Nested(TicketSchema, required=True)
    other = fields.Nested(TicketSchema, required=True)


class SmsSchema(Schema):
    """Loads SmsRules."""

    usual_branch = fields.String(required=True)
    brand = fields.String(required=True, validate=validate.OneOf(get_args(v.Brand)))
    first_contact = fields.Dict(keys=fields.String(), values=fields.String(), required=True)
    survey_days = fields.Integer(strict=True, required=True, validate=validate.Range(1, 365))
    complaint_words = fields.List(fields.String(validate=validate.Length(min=1)), required=True)
    tickets = fields.Nested(TicketsSchema, required=True)

    @validates_schema(skip_on_field_errors=True)
    def usual_branch_has_somebody(self, data: dict[str, Any], **_: Any) -> None:
        if data["usual_branch"] not in data["first_contact"]:
            raise ValidationError("the usual branch needs a first contact", "first_contact")

    @post_load
    def build(self, data: dict[str, Any], **_: Any) -> s.SmsRules:
        return s.SmsRules(**data | {"complaint_words": tuple(data["complaint_words"])})


SMS = Policy("sms", "sms.yml", SmsSchema)


def tickets_fit(policies: PolicySet) -> Iterator[Fault]:
    """Each leaf, department, branch and employee of sms.yml that the other files do not have."""
    rules: s.SmsRules = policies[SMS.name]
    catalogue: Catalogue = policies[CATALOGUE.name]
    organisation: Organisation = policies[ORGANISATION.name]
    for branch, sub in rules.first_contact.items():
        if branch not in organisation.branches:
            yield policies.fault(SMS.name, ("first_contact", branch), "organisation.yml has no such branch")
        elif sub not in organisation.staff:
            yield policies.fault(SMS.name, ("first_contact", branch), f"organisation.yml has no employee {sub!r}")
    for purpose, ticket in rules.tickets.items():
        if catalogue.leaf(ticket.category) is None:
            yield policies.fault(SMS.name, ("tickets", purpose, "category"), "no leaf of catalogue.yml")
        lacking = [code for code in organisation.branches if ticket.queue and not organisation.unit(code, ticket.queue)]
        if lacking:
            message = f"organisation.yml has no such department in {', '.join(lacking)}"
            yield policies.fault(SMS.name, ("tickets", purpose, "queue"), message)
