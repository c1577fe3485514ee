"""The schema of notify.yml, and how it fits templates.yml: events that nobody publishes and templates that nobody wrote
are found when the files are loaded."""

from collections.abc import Iterator
from datetime import time
from typing import Any, get_args

from marshmallow import Schema, ValidationError, fields, post_load, validate

from services.notify.doubts.doubts_policy import UnknownSchema
from services.notify.events import RULED
from services.notify.facts import Condition
from services.notify.quiet import QuietHours
from services.notify.recipients import NAMES
from services.notify.rules import CarrierRules, NotifyPolicy, Rule
from services.notify.sorting import InboundRules
from services.notify.sorting_policy import ContentSchema, InboundSchema
from services.notify.spans_schema import Span
from services.notify.templates import MessageClass, Templates
from shared.policies import Fault, Policy, PolicySet

PATH = validate.Regexp(r"^[a-z_]+(\.[a-z_]+)*$", error="expected a path such as limits.handling")
COUNT = validate.Range(0, 100)
FEE_REMINDER = {"service": "name", "fee": "money", "month": "month"}
NO_VARIABLES: dict[str, str] = {}


class TimeOfDay(fields.String):
    """`22:00`, Shanghai time."""

    def _deserialize(self, value: Any, attr: Any, data: Any, **more: Any) -> Any:
        try:
            return time.fromisoformat(super()._deserialize(value, attr, data, **more))
        except ValueError:
            raise ValidationError("expected a time of day such as 22:00") from None


class ConditionField(fields.Field[Condition]):
    """A value, a list of values, or `{present: true|false}`; the path is its key."""

    def _deserialize(self, value: Any, *_args: Any, **_more: Any) -> Condition:
        if isinstance(value, dict):
            if set(value) != {"present"} or not isinstance(value["present"], bool):
                raise ValidationError("expected a value, a list of values or {present: true|false}")
            return Condition("", None, value["present"])
        return Condition("", tuple(value) if isinstance(value, list) else (value,))


class EventField(fields.String):
    """`service.event_type`, one that notify reads."""

    def _deserialize(self, value: Any, attr: Any, data: Any, **more: Any) -> Any:
        service, _, type_ = super()._deserialize(value, attr, data, **more).partition(".")
        if type_ not in RULED.get(service, ()):
            raise ValidationError(f"{value!r} is no event that notify reads")
        return service, type_


class MessageSchema(Schema):
    """What is sent to whom: the part that `instead` shares with a rule."""

    send = fields.String(required=True)
    to = fields.List(fields.String(validate=validate.OneOf(NAMES)), required=True, validate=validate.Length(min=1))
    variables = fields.Dict(keys=fields.String(), values=fields.String(validate=PATH), load_default=dict)


class RuleSchema(MessageSchema):
    """One entry of `rules`."""

    event = EventField(required=True)
    when = fields.Dict(keys=fields.String(validate=PATH), values=ConditionField(), load_default=dict)
    acted = fields.List(fields.String(validate=PATH), load_default=list)
    before = fields.List(fields.String(validate=PATH), load_default=list)
    daily = fields.Boolean(load_default=False)
    instead = fields.Nested(MessageSchema, load_default=None)


class CarrierSchema(Schema):
    """`carrier`."""

    window = fields.Integer(strict=True, required=True, validate=validate.Range(1, 1000))
    gives_way = Span(required=True)
    lease = Span(required=True)
    lease_a_part = Span(required=True)
    attempts = fields.Integer(strict=True, required=True, validate=validate.Range(1, 100))
    resends = fields.Dict(
        keys=fields.String(validate=validate.OneOf(get_args(MessageClass))),
        values=fields.Integer(strict=True, validate=COUNT),
        required=True,
    )
    resend_after = Span(required=True)
    first_pause = Span(required=True)
    longest_pause = Span(required=True)
    receipts_within = Span(required=True)
    submitted_within = Span(required=True)

    @post_load
    def build(self, data: dict[str, Any], **_: Any) -> CarrierRules:
        return CarrierRules(**data)


class QuietSchema(Schema):
    """`quiet`."""

    begins = TimeOfDay(data_key="from", required=True)
    ends = TimeOfDay(data_key="to", required=True)

    @post_load
    def build(self, data: dict[str, Any], **_: Any) -> QuietHours:
        return QuietHours(**data)


class NotifySchema(Schema):
    """Loads a NotifyPolicy."""

    quiet = fields.Nested(QuietSchema, required=True)
    acted_within = Span(required=True)
    care_per_month = fields.Integer(strict=True, required=True, validate=COUNT)
    digest_at = TimeOfDay(required=True)
    retold_within = Span(required=True)
    carrier = fields.Nested(CarrierSchema, required=True)
    content = fields.Nested(ContentSchema, required=True)
    inbound = fields.Nested(InboundSchema, required=True)
    doubts = fields.Nested(UnknownSchema, data_key="unknown", required=True)
    facts = fields.Dict(
        keys=fields.String(validate=validate.OneOf(sorted(RULED))),
        values=fields.List(fields.String(validate=PATH)),
        required=True,
    )
    rules = fields.List(fields.Nested(RuleSchema), required=True)

    @post_load
    def build(self, data: dict[str, Any], **_: Any) -> NotifyPolicy:
        rules = tuple(_rule(each, *each["event"]) for each in data["rules"])
        facts = {service: frozenset(data["facts"].get(service, ())) for service in RULED}
        return NotifyPolicy(**data | {"rules": rules, "facts": facts})


def _rule(data: dict[str, Any], service: str, type_: str) -> Rule:
    instead = data.get("instead")
    when = data.get("when", {})
    return Rule(
        service=service,
        type=type_,
        template=data["send"],
        to=tuple(data["to"]),
        when=tuple(Condition(path, each.values, each.present) for path, each in when.items()),
        variables=data["variables"],
        acted=tuple(data.get("acted", ())),
        before=tuple(data.get("before", ())),
        daily=data.get("daily", False),
        instead=_rule(instead, service, type_) if instead else None,
    )


NOTIFY = Policy("notify", "notify.yml", NotifySchema)


def rules_fit_templates(policies: PolicySet) -> Iterator[Fault]:
    """Each rule that names a template or a variable that templates.yml does not have."""
    notify: NotifyPolicy = policies["notify"]
    for number, rule in enumerate(notify.rules):
        for path, message in _misfits(rule, policies["templates"]):
            yield policies.fault(NOTIFY.name, ("rules", str(number), *path), message)
    for path, message in _inbound_misfits(notify.inbound, policies["templates"]):
        yield policies.fault(NOTIFY.name, ("inbound", *path), message)


def _inbound_misfits(rules: InboundRules, templates: Templates) -> Iterator[tuple[tuple[str, ...], str]]:
    """A fee reminder says which service, fee and month; what confirms an opt-out needs no variables (IN16, NT4)."""
    named = [
        (("fee_reminder", "template"), rules.reminder.template, FEE_REMINDER),
        (("opt_out", "confirmed"), rules.opt_out.confirmed, NO_VARIABLES),
    ]
    for path, name, forms in named:
        template = templates.templates.get(name)
        if template is None:
            yield path, f"templates.yml has no template {name!r}"
        elif dict(template.variables) != forms:
            expected = ", ".join(f"{variable}: {form}" for variable, form in forms.items()) or "none"
            yield path, f"expected the variables of {name!r} to be {expected}"


def _misfits(rule: Rule, templates: Templates) -> Iterator[tuple[tuple[str, ...], str]]:
    if rule.template not in templates.templates:
        yield ("send",), f"templates.yml has no template {rule.template!r}"
        return
    for name in sorted(rule.variables.keys() - templates[rule.template].variables.keys()):
        yield ("variables", name), f"{rule.template} has no such variable"
    for path, message in _misfits(rule.instead, templates) if rule.instead else ():
        yield ("instead", *path), message
