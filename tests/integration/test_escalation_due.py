"""Due work of many replicas at once: each clock strikes once (F18), and is met or broken, never both (F21)."""

import random
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import Any

import pytest
from eventlet import GreenPool
from pymongo import MongoClient

from services.escalation.desk import Desk
from services.escalation.store import Cases
from shared.aggregate import Actor
from shared.documents import Decide
from shared.presence import connect
from shared.providers import key_ring
from shared.settings import Settings
from shared.stored import Saved
from tests.integration.test_escalation_desk import NoRefunds, Silence, Stopped, hour
from tests.integration.test_escalation_events import facts
from tests.unit.escalation.makers import MONDAY, rules

REPLICAS = (1, 3, 8)
DUE, RACES = 120, 1000
LIMIT = timedelta(hours=8)  # of a VIP
MILLISECOND = timedelta(milliseconds=1)
AROUND = 5  # milliseconds before and after the limit


class Told(Cases):
    """A store that counts the due work it tried and carried out."""

    tried = carried_out = 0

    def change_many(self, document_ids: Sequence[str], decide: Decide, by: Actor) -> list[Saved[Any]]:
        changed = super().change_many(document_ids, decide, by)
        self.tried, self.carried_out = self.tried + len(document_ids), self.carried_out + len(changed)
        return changed


class TrueIntake:
    """Intake as the truth: each complaint with the reply that was stored by now."""

    def __init__(self, replies: dict[str, timedelta]) -> None:
        self._replies = replies

    def call(self, _method: str, complaint_id: str) -> dict[str, Any]:
        return told(complaint_id, self._replies.get(complaint_id))


def told(complaint_id: str, after: timedelta | None) -> dict[str, Any]:
    """Intake's facts of a VIP's complaint, replied to so long after its registration, if that is over by now."""
    if after is None or MONDAY + after > Stopped.now_is:
        return facts(complaint_id, 1, brand="vip")
    at = (MONDAY + after).isoformat(timespec="milliseconds")
    return facts(complaint_id, 2, brand="vip", status="replied", answered_at=at, replied_at=at)


def news(complaint_id: str, after: timedelta) -> dict[str, Any]:
    """The event that tells of the reply, as it stands now."""
    return {"at": Stopped.now_is.isoformat(), "data": told(complaint_id, after)}


@pytest.fixture
def client(settings: Settings) -> Iterator[MongoClient[dict[str, Any]]]:
    with connect(settings.mongo_url, workers=10) as connected:
        yield connected
    Stopped.now_is = MONDAY


@pytest.fixture
def stores(client: MongoClient[dict[str, Any]], settings: Settings) -> list[Told]:
    """A store for each replica."""
    database = client[f"{settings.database_prefix}_escalation"]
    made = [Told(database, key_ring(settings), Stopped(), Silence()) for _ in range(max(REPLICAS))]
    made[0].prepare()
    return made


def desks(stores: Sequence[Told], intake: TrueIntake) -> list[Desk]:
    return [Desk(store, intake, NoRefunds(), lambda _version: rules(), Stopped()) for store in stores]


def registered(desk: Desk, ids: Sequence[str]) -> None:
    list(GreenPool(10).imap(lambda each: desk.told({"at": hour(0), "data": told(each, None)}), ids))


def history(store: Told, complaint_id: str) -> Counter[str]:
    return Counter(type(event).__name__ for event, _ in store.history(complaint_id))


@pytest.mark.parametrize("replicas", REPLICAS)
def test_F18_however_many_replicas_look_each_clock_strikes_once(stores: list[Told], replicas: int) -> None:
    looking = desks(stores[:replicas], TrueIntake({}))
    ids = [f"c{number:03}" for number in range(DUE)]
    registered(looking[0], ids)
    Stopped.now_is = MONDAY + LIMIT + timedelta(minutes=1)
    list(GreenPool(replicas).imap(lambda each: each.look(), looking))
    tried, struck = (sum(getattr(each, what) for each in stores) for what in ("tried", "carried_out"))
    assert {history(stores[0], each)["ClockBroken"] for each in ids} == {1}
    assert {stores[0].get(each).state.level for each in ids} == {"duty_manager"}
    assert struck == DUE
    print(f"\n{replicas} replicas: {DUE} clocks, {tried} claims, {tried - struck} of them lost to another replica")


def test_F21_replied_to_around_the_limit_a_clock_is_met_or_broken_never_both(stores: list[Told]) -> None:
    """A thousand complaints, each replied to within five milliseconds of its limit, while three replicas look."""
    dice = random.Random(21)
    ids = [f"c{number:04}" for number in range(RACES)]
    replies = {each: LIMIT + dice.randint(-AROUND, AROUND) * MILLISECOND for each in ids}
    looking = desks(stores[:3], TrueIntake(replies))
    registered(looking[0], ids)
    for step in range(-AROUND, AROUND + 3):
        Stopped.now_is = MONDAY + LIMIT + step * MILLISECOND
        spoken = [each for each in ids if replies[each] == LIMIT + (step - dice.randint(0, 1)) * MILLISECOND]
        works: list[Any] = [(each.look,) for each in looking]
        works += [(looking[0].told, news(each, replies[each])) for each in spoken]
        dice.shuffle(works)
        list(GreenPool(8).imap(lambda work: work[0](*work[1:]), works))
    late = [each for each in ids if stores[0].get(each).state.facts.seq == 1]  # whatever news was not told above
    list(GreenPool(10).imap(lambda each: looking[0].told(news(each, replies[each])), late))
    outcomes = Counter(outcome(stores[0], each, replies[each]) for each in ids)
    assert set(outcomes) == {("met", "agent"), ("broken", "duty_manager")}, outcomes
    print(f"\n{RACES} replies within {AROUND} ms of the limit: {dict(outcomes)}")


def outcome(store: Told, complaint_id: str, replied: timedelta) -> tuple[str, str]:
    """How the limit ended, as the reply's own time demands it; once, and everything that follows from it."""
    case, events = store.get(complaint_id).state, history(store, complaint_id)
    handling = case.clock("handling-1").state
    assert handling == ("met" if replied <= LIMIT else "broken"), (complaint_id, replied, handling)
    assert (events["ClockBroken"], events["Escalated"]) == ((0, 0) if handling == "met" else (1, 1)), events
    return handling, case.level
