"""Where ladder.yml and clocks.yml must agree: kinds that exist, and no level that nobody would watch. Pure."""

from collections.abc import Iterator

from services.escalation.rules import LadderPolicy, at_least
from services.rights import LEVELS
from shared.clockrules import ClockPolicy
from shared.policies import Fault, PolicySet

WATCHED_FROM = {"risen": "takes over", "accepted": "works on it"}


def ladder_fits_clocks(policies: PolicySet) -> Iterator[Fault]:
    """A kind that no clock has; a level up to the top without the clock that lets an unanswered case rise (ES4)."""
    ladder: LadderPolicy = policies["ladder"]
    clocks: ClockPolicy = policies["clocks"]
    kinds = {clock.kind for clock in clocks.clocks}
    for field, named in {"raised_by": ladder.raised_by, "extendable": ladder.extendable}.items():
        for kind in sorted(named - kinds):
            yield policies.fault("ladder", (field,), f"{kind!r} is no kind of clock in clocks.yml")
    for level in LEVELS[1:]:
        if at_least(ladder.top, level):
            yield from _gaps(policies, clocks, level)


def _gaps(policies: PolicySet, clocks: ClockPolicy, level: str) -> Iterator[Fault]:
    for moment, work in WATCHED_FROM.items():
        if not clocks.started_on(moment, {"level": level}):
            message = (
                f"a gap at {level}: clocks.yml starts no clock there at {moment!r}, so nobody sees whether it {work}"
            )
            yield policies.fault("ladder", ("top",), message)
