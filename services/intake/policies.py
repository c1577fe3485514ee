"""The policy files intake reads, and the rules they make."""

from services.intake.catalogue_schema import CATALOGUE
from services.intake.causes_schema import CAUSES
from services.intake.playbook_schema import PLAYBOOK, knowledge_fits_catalogue
from services.intake.rules import Rules
from services.intake.sms_schema import SMS, tickets_fit
from services.intake.task_schema import TASKS
from services.major_schema import MAJOR
from shared.policies import Fit
from shared.policies.calendar import CALENDAR
from shared.policies.clocks import CLOCKS
from shared.policies.organisation import ORGANISATION
from shared.providers import InForce

POLICIES = (CLOCKS, CALENDAR, CATALOGUE, ORGANISATION, MAJOR, CAUSES, TASKS, SMS, PLAYBOOK)
FITS: tuple[Fit, ...] = (tickets_fit, knowledge_fits_catalogue)


def rules_of(policies: InForce) -> Rules:
    """The rules in force; clocks of any version that ever was are read once and kept."""
    return Rules(
        catalogue=policies["catalogue"],
        organisation=policies["organisation"],
        major=policies["major"],
        calendar=policies["calendar"],
        version=policies.version("clocks"),
        clocks_of=lambda version: policies.versions.read(CLOCKS, version),
        causes=policies["causes"],
        tasks=policies["tasks"],
        playbook=policies["playbook"],
    )
