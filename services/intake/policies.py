"""The policy files intake reads, and the rules they make."""

from collections.abc import Iterator

from services.clockfacts import clocks_fit_services
from services.grounds import DEMANDS
from services.intake.catalogue_schema import CATALOGUE
from services.intake.causes_schema import CAUSES
from services.intake.exporting import EXPORTABLE
from services.intake.playbook_schema import PLAYBOOK, knowledge_fits_catalogue
from services.intake.rules import Rules
from services.intake.sms_schema import SMS, tickets_fit
from services.intake.task_schema import TASKS
from services.major_schema import MAJOR
from shared.policies import Fault, Fit, PolicySet
from shared.policies.calendar import CALENDAR
from shared.policies.clocks import CLOCKS
from shared.policies.organisation import ORGANISATION
from shared.policies.privacy import PRIVACY
from shared.privacy import Export, Privacy
from shared.providers import InForce


def exports_are_known(policies: PolicySet) -> Iterator[Fault]:
    """Each ground must have its list (PR5), and each list hold only what a complaint has to tell."""
    privacy: Privacy = policies["privacy"]
    for kind in DEMANDS.keys() - privacy.exports.keys():
        yield policies.fault("privacy", ("exports",), f"no list for {kind}")
    for unknown in privacy.exports.keys() - DEMANDS.keys():
        yield policies.fault("privacy", ("exports", unknown), f"expected one of {', '.join(DEMANDS)}")
    lists: list[tuple[tuple[str, ...], Export]] = [(("exports", kind), each) for kind, each in privacy.exports.items()]
    for path, each in (*lists, (("regulator",), privacy.regulator)):
        for name in sorted(set(each.fields) - EXPORTABLE.keys()):
            yield policies.fault("privacy", (*path, "fields"), f"{name!r} is nothing that can be exported")


POLICIES = (CLOCKS, CALENDAR, CATALOGUE, ORGANISATION, MAJOR, CAUSES, TASKS, SMS, PLAYBOOK, PRIVACY)
FITS: tuple[Fit, ...] = (clocks_fit_services, tickets_fit, knowledge_fits_catalogue, exports_are_known)


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
