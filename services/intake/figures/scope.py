"""Which complaints are read for which figures, and how much of them in one call. Pure."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from services.intake.errors import OtherBranch, WrongField
from services.intake.figures.standing import Period
from services.rights import sees_branch
from shared.aggregate import Actor
from shared.instants import day_number, milliseconds

SETTLED = timedelta(minutes=1)  # what was stamped before a period's end is stored by then
MOST_AT_ONCE = 100_000  # complaints read by one call: some seconds


@dataclass(frozen=True)
class Asked:
    """The contract's filter. `after`: the day an earlier, partial answer ended at."""

    start: datetime
    end: datetime
    branch: str | None = None
    hall: str | None = None
    limit: int = MOST_AT_ONCE
    after: int | None = None


@dataclass(frozen=True)
class Scope:
    """Days (since 1970, in Shanghai) and place. Days from `since` to `first_day` were counted by earlier calls."""

    period: Period
    since: int
    first_day: int
    last_day: int
    place: dict[str, str]


def scope_of(asked: Asked, by: Actor, now: datetime) -> Scope:
    """What the caller may have of what is asked; a period that still runs is counted as of now.

    Raises OtherBranch where the token is bound to another branch."""
    if asked.end <= asked.start:
        raise WrongField("to", "a period ends after it begins")
    bound = sees_branch(by)
    if bound and asked.branch not in (None, bound):
        raise OtherBranch(str(asked.branch))
    branch = bound or asked.branch
    period = Period(milliseconds(asked.start), milliseconds(min(asked.end, now)))
    since, last = day_number(period.start), day_number(period.end - 1)
    place = {name: value for name, value in (("branch", branch), ("hall", asked.hall)) if value}
    return Scope(period, since, max(since, asked.after or since), last, place)


def closed(asked: Asked, now: datetime) -> bool:
    """Whether the period is over for good: its figures are the same whenever they are asked for again."""
    return asked.end + SETTLED <= now
