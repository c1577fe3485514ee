"""Complaint facts and cases with good defaults, under the policy files as they are shipped."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from services.escalation.facts import Facts
from services.escalation.follow import fire, follow
from services.escalation.ladder_schema import LADDER
from services.escalation.model import Case
from services.escalation.moves import CASES
from services.escalation.rules import Rules
from shared.aggregate import Actor, Stamp
from shared.policies import load
from shared.policies.calendar import CALENDAR
from shared.policies.clocks import CLOCKS
from shared.policies.organisation import ORGANISATION

FOLDER = Path(__file__).resolve().parents[3] / "policies"
MONDAY = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)  # 09:00 in Shanghai
SYSTEM = Actor("service:escalation", "system")
AGENT = Actor("E1001", "agent", "SZ")
DUTY_MANAGER = Actor("M1001", "duty_manager", "SZ")
BRANCH = Actor("B1001", "branch", "SZ")
PROVINCE = Actor("P1001", "province")


@cache
def rules() -> Rules:
    """Without the calls to a waiting customer (RP8), which every story would have to tell of: test_waiting.py."""
    clocks = whole_rules().clocks
    others = tuple(clock for clock in clocks.clocks if clock.kind != "waiting_call")
    return replace(whole_rules(), clocks=replace(clocks, clocks=others))


@cache
def whole_rules() -> Rules:
    """The policies as they are shipped."""
    shipped = load(FOLDER, [CLOCKS, CALENDAR, LADDER, ORGANISATION])
    policies = (shipped["clocks"], shipped["ladder"], shipped["calendar"])
    return Rules(*policies, shipped.version("clocks"), "c", shipped["organisation"])


def hour(number: float) -> datetime:
    """So many hours after Monday 09:00 in Shanghai."""
    return MONDAY + timedelta(hours=number)


def facts(**changes: Any) -> Facts:
    """An open complaint of an ordinary customer, registered on Monday at 09:00."""
    usual: dict[str, Any] = {
        "complaint_id": "c1",
        "seq": 1,
        "as_of": MONDAY,
        "status": "open",
        "ticket_type": "complaint",
        "channel": "hotline",
        "category": "04.01.01",
        "brand": "ordinary",
        "registered_at": MONDAY,
        "branch": "SZ",
        "handling": "transfer",
        "first_contact": "E1001",
        "handler": "E1001",
    }
    return Facts(**{**usual, **changes})


class Story:
    """A case as it is lived: every event stamped as in history, so that it can be folded anew."""

    under: Rules | None = None

    def __init__(self, first: Facts | None = None, under: Rules | None = None) -> None:
        self.under = under
        self.case: Case | None = None
        self.told: list[tuple[Any, Stamp]] = []
        self.facts = first or facts()
        self.take(follow(None, self.facts, self.under or rules()))

    @property
    def now(self) -> Case:
        assert self.case is not None
        return self.case

    def take(self, events: list[Any], by: Actor = SYSTEM) -> list[Any]:
        for event in events:
            stamp = Stamp(len(self.told) + 1, MONDAY, by)
            self.told.append((event, stamp))
            self.case = CASES.apply(self.case, event, stamp)
        return events

    def follow(self, **changes: Any) -> list[Any]:
        """The next facts, as of the latest time among the changes."""
        times = [value for value in changes.values() if isinstance(value, datetime)]
        self.facts = replace(
            self.facts, **{"seq": self.facts.seq + 1, "as_of": max(times, default=self.facts.as_of), **changes}
        )
        return self.take(follow(self.case, self.facts, self.under or rules()))

    def fire(self, now: datetime) -> list[Any]:
        return self.take(fire(self.now, now, self.under or rules()))

    def do(self, act: Any, *arguments: Any, by: Actor, now: datetime) -> list[Any]:
        """A command of a person, e.g. `do(accept, by=DUTY_MANAGER, now=hour(49))`."""
        return self.take(act(self.now, *arguments, by, now, self.under or rules()), by)

    def states(self) -> dict[str, str]:
        return {clock.clock_id: clock.state for clock in self.now.clocks}


def names(events: list[Any]) -> list[str]:
    return [type(event).__name__ for event in events]
