"""What stays without an outcome rises by age: from duty to duty, each told once. For refunds and messages alike.

Pure; all times are business time."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

from shared.organisation import Organisation, UnknownDuty
from shared.policies import Fault, PolicySet


@dataclass(frozen=True)
class Rise:
    """`after` so long without an outcome, the duty `tell` is told."""

    after: timedelta
    tell: str


@dataclass(frozen=True)
class Risen:
    """The duty `to` is told; the next one at `next_at`, if there is one."""

    to: str
    next_at: datetime | None


def risen(rises: Sequence[Rise], told: int, since: datetime | None, at: datetime | None, now: datetime) -> list[Risen]:
    """Every duty whose time has come, also several at once after an outage.

    since: when the doubt began; so many were `told` before, the next one's time is `at`. What comes after that one is
    read in the policy in force."""
    found: list[Risen] = []
    for number, rise in enumerate(rises[told:], told + 1):
        if since is None or at is None or now < at:
            break
        following = rises[number] if number < len(rises) else None
        at = since + following.after if following else None
        found.append(Risen(rise.tell, at))
    return found


def one_after_the_other(rises: Sequence[Rise]) -> bool:
    """Whether each comes later than the one before it, and the first after some time."""
    spans = [timedelta(0), *(rise.after for rise in rises)]
    return all(earlier < later for earlier, later in pairwise(spans))


def unanswered(policies: PolicySet, file: str, owner: str, rises: Sequence[Rise]) -> Iterator[Fault]:
    """Each duty that `file` names under `unknown` and that organisation.yml does not know in some branch."""
    organisation: Organisation = policies["organisation"]
    named: list[tuple[tuple[str, ...], str]] = [(("unknown", "owner"), owner)]
    named += [(("unknown", "rises", str(number), "tell"), rise.tell) for number, rise in enumerate(rises)]
    for path, duty in named:
        for branch in sorted(organisation.branches):
            if not phone_of(organisation, duty, branch):
                message = f"organisation.yml names no phone for {duty!r} in branch {branch}"
                yield policies.fault(file, path, message)


def phone_of(organisation: Organisation, duty: str, branch: str | None, hall: str | None = None) -> str | None:
    """The phone that the duty answers there, if organisation.yml knows one."""
    try:
        return organisation.phone_of(duty, branch, hall)
    except UnknownDuty:
        return None
