"""What intake accepts where personal data is shown or passed on."""

from typing import Any

from marshmallow import fields, validate

from services.intake import privacy_commands as c
from services.intake.schemas import Command, GroundSchema
from shared.fields import Text, short

MOST_FIELDS = 50


class ReadPersonalSchema(Command):
    """`read_personal`: no reason, no data (PR2)."""

    makes = c.ReadPersonal
    reason = Text(500, required=True)


def _names(**options: Any) -> fields.List[str]:
    return fields.List(short(), validate=validate.Length(1, MOST_FIELDS), **options)


class ExportSchema(Command):
    """`export`: on a lawful ground with its reference (PR5); without `fields` all that the ground allows."""

    makes = c.Export
    ground = fields.Nested(GroundSchema, required=True)
    fields_ = _names(data_key="fields", attribute="fields")


class RegulatorExportSchema(Command):
    """`regulator_export`: to which body, on which reference, which fields (PR3)."""

    makes = c.RegulatorExport
    body = short(required=True)
    reference = short(required=True)
    fields_ = _names(data_key="fields", attribute="fields", required=True)
