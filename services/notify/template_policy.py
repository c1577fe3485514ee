"""The schema of templates.yml: a text with an unknown variable or class never gets into force."""

from collections.abc import Iterator
from typing import Any, get_args

from marshmallow import Schema, ValidationError, fields, post_load, validate, validates_schema

from services.notify.templates import MessageClass, Template, Templates, placeholders
from services.notify.variables import FORMS, cleaned, is_form
from shared.clockrules import ClockPolicy
from shared.policies import Fault, Policy, PolicySet

NAME = validate.Regexp(r"^[a-z][a-z_]{0,40}$", error="expected small letters and _")


def _sendable(text: str) -> None:
    if text != cleaned(text):
        raise ValidationError("expected one line without 【】; the signature is added")


class TemplateSchema(Schema):
    """One entry of `templates`. `class` decides when it may be sent (NT1-NT4, NT8, NT9)."""

    message_class = fields.String(data_key="class", required=True, validate=validate.OneOf(get_args(MessageClass)))
    variables = fields.Dict(keys=fields.String(validate=NAME), values=fields.String(), load_default=dict)
    text = fields.String(required=True, validate=[validate.Length(1, 500), _sendable])

    @validates_schema(skip_on_field_errors=True)
    def variables_are_those_of_the_text(self, data: dict[str, Any], **_: Any) -> None:
        try:
            used = set(placeholders(data["text"]))
        except ValueError as fault:
            raise ValidationError({"text": [str(fault)]}) from fault
        declared = data["variables"].keys()
        if unknown := sorted(used - declared):
            raise ValidationError({"text": [f"unknown variable: {', '.join(unknown)}"]})
        if unused := sorted(declared - used):
            raise ValidationError({"variables": {name: ["not used in the text"] for name in unused}})


class TemplatesSchema(Schema):
    """Loads Templates."""

    signature = fields.String(required=True, validate=validate.Regexp(r"^【[^【】]{2,16}】$"))
    longest_parts = fields.Integer(strict=True, required=True, validate=validate.Range(1, 255))
    words = fields.Dict(
        keys=fields.String(validate=NAME),
        values=fields.Dict(keys=fields.String(), values=fields.String()),
        load_default=dict,
    )
    templates = fields.Dict(
        keys=fields.String(validate=NAME),
        values=fields.Nested(TemplateSchema),
        required=True,
        validate=validate.Length(min=1),
    )

    @validates_schema(skip_on_field_errors=True)
    def forms_exist(self, data: dict[str, Any], **_: Any) -> None:
        faults: dict[str, Any] = {}
        for name, template in data["templates"].items():
            for variable, form in template["variables"].items():
                if not is_form(form, data["words"]):
                    known = [*FORMS, *(f"word:{table}" for table in data["words"])]
                    message = f"unknown form {form!r}; there are {', '.join(known)}"
                    faults.setdefault(name, {"variables": {}})["variables"][variable] = [message]
        if faults:
            raise ValidationError({"templates": faults})

    @post_load
    def build(self, data: dict[str, Any], **_: Any) -> Templates:
        templates = {name: Template(name, **template) for name, template in data.pop("templates").items()}
        return Templates(templates=templates, **data)


TEMPLATES = Policy("templates", "templates.yml", TemplatesSchema)


def clocks_have_words(policies: PolicySet) -> Iterator[Fault]:
    """Each kind of clock that no message could call by its name."""
    templates: Templates = policies["templates"]
    clocks: ClockPolicy = policies["clocks"]
    named = templates.words.get("clock", {}).keys()
    for kind in sorted({clock.kind for clock in clocks.clocks} - named):
        yield policies.fault(TEMPLATES.name, ("words", "clock"), f"no word for the clock {kind!r} of clocks.yml")
