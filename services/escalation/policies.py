"""The policy files escalation reads, and the rules they make."""

from services.clockfacts import clocks_fit_services
from services.escalation.fitting import chains_are_of_departments, ladder_fits_clocks
from services.escalation.ladder_schema import LADDER
from services.escalation.rules import Rules
from shared.policies import UnknownPolicyVersion
from shared.policies.calendar import CALENDAR
from shared.policies.clocks import CLOCKS
from shared.policies.organisation import ORGANISATION
from shared.policies.privacy import PRIVACY
from shared.providers import InForce

POLICIES = (CLOCKS, CALENDAR, LADDER, ORGANISATION, PRIVACY)
FITS = (clocks_fit_services, ladder_fits_clocks, chains_are_of_departments)


def rules_of(policies: InForce, clocks_version: str) -> Rules:
    """The rules for a complaint that was opened under this version of the clocks; one never in force here gives way."""
    try:
        clocks = policies.versions.read(CLOCKS, clocks_version)
    except UnknownPolicyVersion:
        clocks, clocks_version = policies["clocks"], policies.version("clocks")
    versions = (clocks_version, policies.version("calendar"))
    return Rules(clocks, policies["ladder"], policies["calendar"], *versions, policies["organisation"])
