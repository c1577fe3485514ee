"""What intake accepts where personal data is shown or passed on."""

from services.intake import commands as c
from services.intake.schemas import Command
from shared.fields import Text


class ReadPersonalSchema(Command):
    """`read_personal`: no reason, no data (PR2)."""

    makes = c.ReadPersonal
    reason = Text(500, required=True)
