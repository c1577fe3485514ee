"""Cases as operators have them, made by the service's own rules: what a simulation is measured on."""

import random
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from services.escalation.facts import Facts, FollowUp, Promise
from services.escalation.follow import fire, follow
from services.escalation.history import CaseOpened, FactsFollowed
from services.escalation.ladder import accept
from services.escalation.model import Case
from services.escalation.moves import apply
from services.escalation.rules import Rules
from shared.aggregate import Actor, Stamp

BRANDS, WEIGHTS = ("vip", "gotone", "ordinary"), (1, 3, 6)
CHANNELS = ("hotline", "hall", "web", "opinion_book")
BRANCHES = ("SZ", "GZ", "DG", "FS", "ZH")
SYSTEM = Actor("service:escalation", "system")
MANAGER = Actor("M1001", "duty_manager", "SZ")
BEGINNING = datetime(2026, 3, 2, 1, tzinfo=UTC)
SORTS = 400  # different courses; the cases share them


class Course:
    """One complaint from its registration to its archive, now and then too late."""

    def __init__(self, rules: Rules, chance: random.Random) -> None:
        self.rules, self.chance, self.events = rules, chance, list[Any]()
        self.now = BEGINNING + timedelta(minutes=chance.randrange(180 * 24 * 60))
        self.facts = Facts(
            complaint_id="",
            seq=1,
            as_of=self.now,
            status="open",
            ticket_type="complaint",
            channel=chance.choice(CHANNELS),
            category="04.01.01",
            brand=chance.choices(BRANDS, WEIGHTS)[0],
            registered_at=self.now,
            branch=chance.choice(BRANCHES),
            handling="transfer",
            first_contact="E1001",
            handler="E1001",
            self_service_fault=chance.random() < 0.1,
        )
        self.case: Case | None = None
        self._take(follow(None, self.facts, rules))

    def lived(self) -> list[Any]:
        """The events of the whole course."""
        self._tell(self.chance.expovariate(1 / 4), answered_at=True)
        if self.chance.random() < 0.3:
            promised = Promise("p1", "answer", self.now + timedelta(hours=6), self.now)
            self._tell(0.1, promises=(promised,))
        self._tell(self.chance.expovariate(1 / 20), status="replied", replied_at=True)
        self._tell(5, follow_up=FollowUp("satisfied", self.now + timedelta(hours=5)))
        self._tell(1, status="archived", archived_at=True)
        return self.events

    def _tell(self, hours: float, **changes: Any) -> None:
        """Time passes, the clocks strike, somebody takes over what rose, and something new is known."""
        self.now += timedelta(milliseconds=int(hours * 3_600_000))
        assert self.case is not None
        self._take(fire(self.case, self.now, self.rules))
        if self.case.awaiting == "duty_manager":
            self._take(accept(self.case, MANAGER, self.now, self.rules))
        told: dict[str, Any] = {name: self.now if value is True else value for name, value in changes.items()}
        self.facts = replace(self.facts, seq=self.facts.seq + 1, as_of=self.now, **told)
        self._take(follow(self.case, self.facts, self.rules))

    def _take(self, events: list[Any]) -> None:
        for event in events:
            self.case = apply(self.case, event, Stamp(0, self.now, SYSTEM))
        self.events += events


def courses(rules: Rules, number: int) -> Iterator[tuple[str, list[Any]]]:
    """So many cases: id and events; the same for the same number."""
    chance = random.Random(7)
    sorts = [Course(rules, chance).lived() for _ in range(SORTS)]
    for n in range(number):
        complaint_id = f"c{n:08}"
        yield complaint_id, [_of(each, complaint_id) for each in chance.choice(sorts)]


def _of(event: Any, complaint_id: str) -> Any:
    if isinstance(event, CaseOpened | FactsFollowed):
        return replace(event, facts=replace(event.facts, complaint_id=complaint_id))
    return event
