"""Where ladder.yml must agree with the others: kinds and departments that exist, no level that nobody watches. Pure."""

from collections.abc import Iterator

from services.escalation.rules import LadderPolicy, at_least
from services.rights import LEVELS
from shared.clockrules import ClockPolicy
from shared.organisation import Organisation
from shared.policies import Fault, PolicySet

WATCHED_FROM = {"risen": "takes over", "accepted": "works on it"}


def ladder_fits_clocks(policies: PolicySet) -> Iterator[Fault]:
    """A kind that no clock has; a level up to the top without the clock that lets an unanswered case rise (ES4)."""
    ladder: LadderPolicy = policies["ladder"]
    clocks: ClockPolicy = policies["clocks"]
    kinds = {clock.kind for clock in clocks.clocks}
    named: dict[tuple[str, ...], frozenset[str]] = {
        ("raised_by",): ladder.raised_by,
        ("extendable",): ladder.extendable,
        ("repairs", "later"): ladder.repairs.later,
        ("repairs", "cancelled"): ladder.repairs.cancelled,
    }
    for path, meant in named.items():
        for kind in sorted(meant - kinds):
            yield policies.fault("ladder", path, f"{kind!r} is no kind of clock in clocks.yml")
    for level in LEVELS[1:]:
        if at_least(ladder.top, level):
            yield from _gaps(policies, clocks, level)


def chains_are_of_departments(policies: PolicySet) -> Iterator[Fault]:
    """A department whose chain nobody would walk: a branch does not have it, or it has a chain nowhere (ES11)."""
    ladder: LadderPolicy = policies["ladder"]
    organisation: Organisation = policies["organisation"]
    for level, department in ladder.chain.departments.items():
        units = {code: organisation.unit(code, department) for code in organisation.branches}
        lacking = sorted(code for code, unit in units.items() if unit is None or unit.kind != "department")
        path = ("chain", "departments", level)
        if lacking:
            message = f"{department!r} is no department of organisation.yml in {', '.join(lacking)}"
            yield policies.fault("ladder", path, message)
        elif not any(organisation.chain(code, department) for code in organisation.branches):
            yield policies.fault("ladder", path, f"{department!r} has no chain in organisation.yml, so nobody is told")


def _gaps(policies: PolicySet, clocks: ClockPolicy, level: str) -> Iterator[Fault]:
    for moment, work in WATCHED_FROM.items():
        if not clocks.started_on(moment, {"level": level}):
            message = (
                f"a gap at {level}: clocks.yml starts no clock there at {moment!r}, so nobody sees whether it {work}"
            )
            yield policies.fault("ladder", ("top",), message)
