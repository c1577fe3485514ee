"""The policy files escalation reads, and the rules they make."""

import logging

from services.clockfacts import clocks_fit_services
from services.escalation.errors import ClocksNotKnownYet
from services.escalation.fitting import chains_are_of_departments, ladder_fits_clocks
from services.escalation.ladder_schema import LADDER
from services.escalation.rules import Rules
from shared.clock import monotonic
from shared.policies import UnknownPolicyVersion
from shared.policies.calendar import CALENDAR
from shared.policies.clocks import CLOCKS
from shared.policies.organisation import ORGANISATION
from shared.policies.privacy import PRIVACY
from shared.providers import InForce

POLICIES = (CLOCKS, CALENDAR, LADDER, ORGANISATION, PRIVACY)
FITS = (clocks_fit_services, ladder_fits_clocks, chains_are_of_departments)
REMIND_EVERY = 600.0  # seconds
NOT_KNOWN = (
    "clocks.yml's version %s was never in force here: what was opened under it waits; restart with intake's files"
)

log = logging.getLogger(__name__)
_said: dict[str, float] = {}


def rules_of(policies: InForce, clocks_version: str) -> Rules:
    """The rules for a complaint that was opened under this version of the clocks; "": of which no version was told.

    ClocksNotKnownYet where it was never in force here: a clock by other rules could break, and no break is undone."""
    try:
        version = clocks_version or policies.version("clocks")
        clocks = policies.versions.read(CLOCKS, version)
    except UnknownPolicyVersion:
        _remind(version)
        raise ClocksNotKnownYet(version) from None
    versions = (version, policies.version("calendar"))
    return Rules(clocks, policies["ladder"], policies["calendar"], *versions, policies["organisation"])


def _remind(version: str) -> None:
    """One line of each version in a while, however many events wait for it."""
    now = monotonic()
    if _said.get(version, now) <= now:
        _said[version] = now + REMIND_EVERY
        log.error(NOT_KNOWN, version)
