"""What a clock's times were, one after the other: how it began, and every change with who and why. Pure.

Made from the case's history alone: the clock as each event left it, and the facts that decided it then.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from services.escalation import history as h
from services.escalation.clocks import Clock
from services.escalation.correcting import clock_facts
from services.escalation.model import Case
from services.escalation.moves import CASES
from shared.aggregate import Stamp
from shared.clockrules import ClockPolicy, FixedSpan

BEGINNINGS = {h.HandedBack: "returned"}
WHYS = {
    h.ClockExtended: "extended",
    h.ClockRecomputed: "corrected",
    h.ClockRecounted: "calendar",
    h.ClockMoved: "moved",
}


@dataclass(frozen=True)
class Stage:
    """`clock` as it was from `at` on; `why`: started, returned (ES5: the unused rest), corrected (CL10), extended,
    calendar (a late notice), moved (by an operator)."""

    why: str
    at: datetime
    clock: Clock
    facts: dict[str, Any]
    was: datetime | None = None
    by: str | None = None
    reason: str = ""

    def span(self, policy: ClockPolicy) -> FixedSpan:
        """The span that the clock's rule sets under these facts."""
        return policy.clock(self.clock.kind, self.clock.rule, self.clock.moment).span_for(self.facts)


def stages(told: Iterable[tuple[Any, Stamp]], clock_id: str) -> tuple[Stage, ...]:
    """The stages of a clock, oldest first; none for a clock that the history does not know.

    The last one has the clock as it is now: how it ended is no stage of its own."""
    return tuple(_stages(told, clock_id))


def _stages(told: Iterable[tuple[Any, Stamp]], clock_id: str) -> Iterator[Stage]:
    case: Case | None = None
    stage: Stage | None = None
    for event, stamp in told:
        case = CASES.apply(case, event, stamp)
        clock = next((each for each in case.clocks if each.clock_id == clock_id), None)
        if clock is None:
            continue
        if stage is None:
            stage = Stage(
                BEGINNINGS.get(type(event), "started"), clock.known_at or clock.started_at, clock, _facts(case, clock)
            )
        elif clock.intervals == stage.clock.intervals:
            stage = replace(stage, clock=clock)
        else:
            yield stage
            stage = _changed(event, stamp, stage.clock, clock, case)
    if stage:
        yield stage


def _changed(event: Any, stamp: Stamp, before: Clock, clock: Clock, case: Case) -> Stage:
    by_people = isinstance(event, h.ClockExtended | h.ClockRecounted | h.ClockMoved)
    told = {"by": stamp.by.sub, "reason": getattr(event, "reason", "")} if by_people else {}
    return Stage(WHYS[type(event)], event.at, clock, _facts(case, clock), before.due_at, **told)


def _facts(case: Case, clock: Clock) -> dict[str, Any]:
    """What a span may depend on: the complaint's facts, the clock's level, a promise's time."""
    return clock_facts(case.facts) | {"level": clock.level, "due_at": clock.due_at}
