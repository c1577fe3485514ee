"""What stands in the manager's daily due list (KP1). Pure."""

from datetime import datetime

from services.escalation.clocks import Clock
from services.escalation.model import Case

LATE = "late"  # broken, and the complaint is still open: what has run out and is not done yet
CLOCK_STATES = ("running", "met", "broken", "cancelled")
LIST_STATES = (*CLOCK_STATES, LATE)


def listed(case: Case, state: str) -> list[Clock]:
    """The case's clocks that a list of this state shows, soonest due first."""
    if state == LATE and case.facts.status != "open":
        return []
    wanted = "broken" if state == LATE else state
    found = [clock for clock in case.clocks if clock.state == wanted]
    return sorted(found, key=lambda clock: (clock.due_at, clock.clock_id))


def soonest(case: Case) -> dict[str, datetime]:
    """For each state the earliest due time of the clocks in its list."""
    return {state: clocks[0].due_at for state in LIST_STATES if (clocks := listed(case, state))}
