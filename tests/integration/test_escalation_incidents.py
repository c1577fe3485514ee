"""MJ4 on a real MongoDB: however many replicas take however many copies in whatever order, there is one incident."""

import random
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from eventlet import GreenPool
from pymongo import MongoClient

from services.escalation.desk import Desk
from services.escalation.gathering import Gathering
from services.escalation.incident import close
from services.escalation.incidents.store import Incidents
from services.escalation.store import Cases
from shared.clock import machine_now
from shared.errors import Conflict, TousuError, Unavailable
from shared.providers import key_ring
from shared.settings import Settings
from tests.integration.test_escalation_desk import NoRefunds, Silence, Stopped
from tests.integration.test_escalation_events import facts, hour
from tests.unit.escalation.makers import BRANCH, MONDAY, rules

REPLICAS, COMPLAINTS, COPIES = 6, 24, 3
NOBODY = {"masked": "", "sealed": ""}  # each complaint then counts as a customer's of its own
PLACE = {"area": "福田", "category": "04.01.01", "customer": NOBODY}


class Intake:
    """Intake as far as marking needs it: the facts, major from the first marking on; `fate` may refuse or be away."""

    def __init__(self) -> None:
        self.marked, self.fate = Counter[tuple[str, str]](), dict[str, TousuError]()

    def call(self, method: str, complaint_id: str, *command: Any) -> Any:
        if method == "facts":
            raise Conflict("not asked here")
        if fate := self.fate.pop(complaint_id, None):
            raise fate
        self.marked[complaint_id, command[0]["request_id"]] += 1
        major = {"trigger": command[0]["trigger"], "by": command[0]["by"], "at": hour(1)}
        return facts(complaint_id, 99, **PLACE, major=major)


class Replica:
    """One process of escalation's, with connections of its own."""

    def __init__(self, settings: Settings, intake: Intake) -> None:
        self.client = MongoClient[dict[str, Any]](settings.mongo_url, tz_aware=True)
        database = self.client[f"{settings.database_prefix}_escalation"]
        keys = key_ring(settings)
        self.cases = Cases(database, keys, Stopped(), Silence())
        self.incidents = Incidents(database, keys, Stopped(), Silence())
        self.desk = Desk(self.cases, intake, NoRefunds(), lambda _version: rules(), Stopped())
        self.gathering = Gathering(self.cases, self.incidents, rules().ladder.group, Stopped())

    def take(self, event: dict[str, Any]) -> None:
        """As the service's handler does, again after a crash: at least once."""
        self.gathering.look_at(self.desk.told(event))

    def tick(self) -> None:
        self.gathering.gather()
        self.desk.ask_intake()


@pytest.fixture
def intake() -> Intake:
    return Intake()


@pytest.fixture
def replicas(settings: Settings, intake: Intake) -> Iterator[list[Replica]]:
    several = [Replica(settings, intake) for _ in range(REPLICAS)]
    several[0].cases.prepare()
    several[0].incidents.prepare()
    yield several
    for each in several:
        each.client.close()


def event(number: int, seq: int = 1, **changes: Any) -> dict[str, Any]:
    return {"at": hour(0), "data": facts(f"c{number}", seq, **(PLACE | changes))}


def all_at_once(replicas: list[Replica], events: list[dict[str, Any]]) -> None:
    random.shuffle(events)
    pool = GreenPool(2 * REPLICAS)
    for number, each in enumerate(events):
        pool.spawn(replicas[number % REPLICAS].take, each)
    pool.waitall()


def tick_all(replicas: list[Replica], times: int = 3) -> None:
    for _ in range(times):
        list(GreenPool(REPLICAS).imap(lambda replica: replica.tick(), replicas))


def members(replica: Replica) -> list[str]:
    (found,) = replica.incidents.collection.find({}, {"_id": 1})
    return sorted(saved.id for saved in replica.cases.members_of(found["_id"]))


@pytest.mark.parametrize("round_", range(5))
def test_MJ4_many_replicas_and_redeliveries_raise_one_incident_with_every_member_once(
    replicas: list[Replica], intake: Intake, round_: int
) -> None:
    random.seed(round_)
    events = [event(number) for number in range(COMPLAINTS) for _ in range(COPIES)]

    all_at_once(replicas, events)
    tick_all(replicas)

    assert members(replicas[0]) == sorted(f"c{number}" for number in range(COMPLAINTS))
    for number in range(COMPLAINTS):
        history = [type(each).__name__ for each, _ in replicas[0].cases.history(f"c{number}")]
        assert history.count("IncidentJoined") == 1
        assert history.count("IncidentRaised") <= 1
        assert replicas[0].cases.get(f"c{number}").state.facts.major is not None
    alerts = [
        each
        for number in range(COMPLAINTS)
        for each, _ in replicas[0].cases.history(f"c{number}")
        if type(each).__name__ == "IncidentRaised"
    ]
    assert [each.count for each in alerts] == [COMPLAINTS]
    assert sorted(intake.marked.values()) == [1] * COMPLAINTS
    assert len({request_id for _, request_id in intake.marked}) == COMPLAINTS


def test_MJ4_one_too_few_raise_nothing_and_one_more_raises_it(replicas: list[Replica]) -> None:
    enough = rules().ladder.group.count
    all_at_once(replicas, [event(number) for number in range(enough - 1) for _ in range(COPIES)])
    assert replicas[0].incidents.collection.count_documents({}) == 0

    replicas[0].take(event(enough))
    tick_all(replicas)

    assert len(members(replicas[0])) == enough


def test_MJ4_the_window_is_counted_to_the_millisecond(replicas: list[Replica]) -> None:
    group = rules().ladder.group
    span = group.within / timedelta(hours=1)
    earlier = [event(number, registered_at=hour(0)) for number in range(group.count - 1)]
    all_at_once(replicas, earlier)

    replicas[0].take(event(50, registered_at=hour(span + 0.001)))
    assert replicas[0].incidents.collection.count_documents({}) == 0
    replicas[0].take(event(51, registered_at=hour(span)))
    tick_all(replicas)

    assert "c51" in members(replicas[0])


def test_MJ4_whoever_dies_after_raising_leaves_nobody_out(replicas: list[Replica]) -> None:
    """The raiser writes the incident and is gone; gathering is due work of whoever is left."""
    enough = rules().ladder.group.count
    for number in range(enough - 1):
        replicas[0].take(event(number))
    replicas[0].desk.told(event(enough))
    saved = replicas[0].cases.get(f"c{enough}")
    assert replicas[0].gathering._raised(saved.state, "SZ|04.01.01|福田")

    tick_all(replicas[1:])

    assert len(members(replicas[1])) == enough


def test_MJ4_a_raiser_that_was_overtaken_by_raising_and_closing_tells_of_no_second_incident(
    replicas: list[Replica], monkeypatch: pytest.MonkeyPatch
) -> None:
    enough = rules().ladder.group.count
    for number in range(enough - 1):
        replicas[0].take(event(number))
    slow = replicas[1].desk.told(event(enough))
    assert slow
    seen = replicas[1].cases.waiting_near("SZ|04.01.01|福田", hour_of(0), rules().ladder.group)
    replicas[0].take(event(enough))
    tick_all(replicas[:1])
    (first,) = (saved.id for saved in replicas[0].incidents.find({}, [("_id", 1)], 5))
    replicas[0].incidents.change(first, lambda known, now: close(known, "solved", BRANCH, now), BRANCH)

    monkeypatch.setattr(replicas[1].cases, "waiting_near", lambda *_: seen)
    replicas[1].gathering.look_at(slow)
    tick_all(replicas)

    states = {saved.id: saved.state for saved in replicas[0].incidents.find({}, [("_id", 1)], 5)}
    assert len(states) == 2
    assert {state.state for state in states.values()} == {"closed"}
    told = [step.step for number in range(enough + 1) if number != enough - 1 for step in steps(replicas[0], number)]
    assert told.count("incident_raised") == 1


def steps(replica: Replica, number: int) -> Any:
    return replica.cases.get(f"c{number}").state.steps


def hour_of(number: float) -> Any:
    return MONDAY + timedelta(hours=number)


def test_MJ4_where_intake_is_away_a_complaint_is_marked_later_and_where_it_refuses_never(
    replicas: list[Replica], intake: Intake, monkeypatch: pytest.MonkeyPatch
) -> None:
    enough = rules().ladder.group.count
    intake.fate = {"c0": Unavailable("away"), "c1": Conflict("replied to meanwhile")}
    all_at_once(replicas, [event(number) for number in range(enough)])
    tick_all(replicas)
    assert intake.marked.total() == enough - 2

    monkeypatch.setattr("services.escalation.wishes.machine_now", hour_later)
    tick_all(replicas)

    marked = {complaint_id for complaint_id, _ in intake.marked}
    assert marked == {f"c{number}" for number in range(enough)} - {"c1"}
    assert replicas[0].cases.get("c1").state.steps[-1].cause == "Conflict"


def hour_later() -> Any:
    return machine_now() + timedelta(hours=1)


def test_MJ4_a_case_that_cannot_be_read_keeps_no_other_one_out_and_joins_once_it_can(replicas: list[Replica]) -> None:
    enough = rules().ladder.group.count
    for number in range(enough + 1):
        replicas[0].desk.told(event(number))
    founder = replicas[0].cases.get(f"c{enough}")
    assert replicas[0].gathering._raised(founder.state, "SZ|04.01.01|福田")
    sealed = damage(replicas[0], "c0")

    replicas[0].gathering.gather()

    assert members(replicas[0]) == sorted(f"c{number}" for number in range(1, enough + 1))
    assert [step.step for step in steps(replicas[0], enough)].count("incident_raised") == 1

    replicas[0].cases.collection.update_one({"_id": "c0"}, {"$set": {"sealed": sealed}})
    replicas[1].gathering.gather()
    assert members(replicas[1]) == sorted(f"c{number}" for number in range(enough + 1))
    assert not replicas[1].incidents.waking(machine_now())


def test_MJ4_where_the_founder_cannot_be_read_another_member_tells_and_once_only(replicas: list[Replica]) -> None:
    enough = rules().ladder.group.count
    for number in range(enough):
        replicas[0].take(event(number))
    (incident,) = replicas[0].incidents.find({}, [("_id", 1)], 5)
    founder = incident.state.founder
    sealed = damage(replicas[0], founder)

    tick_all(replicas)

    others = [number for number in range(enough) if f"c{number}" != founder]
    told = [step.step for number in others for step in steps(replicas[0], number)]
    assert told.count("incident_raised") == 1
    assert replicas[0].incidents.get(incident.id).state.gathering is False

    replicas[0].cases.collection.update_one({"_id": founder}, {"$set": {"sealed": sealed}})
    replicas[0].gathering._gathered(replicas[0].incidents.get(incident.id).state)
    assert "incident_raised" not in [step.step for step in replicas[0].cases.get(founder).state.steps]


def test_MJ4_a_founder_that_told_and_is_damaged_afterwards_has_no_successor(replicas: list[Replica]) -> None:
    enough = rules().ladder.group.count
    for number in range(enough):
        replicas[0].take(event(number))
    tick_all(replicas)
    (incident,) = replicas[0].incidents.find({}, [("_id", 1)], 5)
    damage(replicas[0], incident.state.founder)

    replicas[0].gathering._gathered(incident.state)

    others = [number for number in range(enough) if f"c{number}" != incident.state.founder]
    assert "incident_raised" not in [step.step for number in others for step in steps(replicas[0], number)]


def damage(replica: Replica, complaint_id: str) -> Any:
    """Makes a case unreadable; answers what was sealed in it."""
    was = replica.cases.collection.find_one_and_update(
        {"_id": complaint_id}, {"$set": {"sealed": b"under a key that is gone"}}
    )
    assert was is not None
    return was["sealed"]


def test_MJ4_an_incident_that_cannot_be_read_keeps_no_other_one_from_gathering(replicas: list[Replica]) -> None:
    enough = rules().ladder.group.count
    for number in range(2 * enough):
        replicas[0].take(event(number, area="福田" if number < enough else "罗湖"))
    first, second = (each["_id"] for each in replicas[0].incidents.collection.find({}, {"_id": 1}).sort("_id", 1))
    replicas[0].incidents.collection.update_one({"_id": first}, {"$set": {"sealed": b"under a key that is gone"}})

    replicas[0].gathering.gather()

    assert replicas[0].incidents.get(second).state.gathering is False
