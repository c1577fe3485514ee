"""Figures over real servers: the store finds by days and place, the door shows each caller his own branch."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any, cast

import pytest
from pymongo import MongoClient

from services.intake.service import IntakeService
from services.intake.store import Complaints
from shared.clock import BusinessClock, ClockFile
from shared.providers import key_ring
from shared.settings import Settings
from tests.integration.conftest import MakeClient, MakeSettings, StartService
from tests.integration.intake_hands import command, refused, reply, request

MONDAY = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
WEEK = {"from": "2026-11-23T00:00:00+08:00", "to": "2026-11-30T00:00:00+08:00"}
NEXT_WEEK = {"from": "2026-11-30T00:00:00+08:00", "to": "2026-12-07T00:00:00+08:00"}
Callers = dict[str, Any]


@pytest.fixture(scope="module")
def settings(make_settings: MakeSettings, start_service: StartService) -> Settings:
    made = make_settings(MAX_WORKERS="10")
    assert made.clock_file
    ClockFile(made.clock_file).start(MONDAY)
    start_service(IntakeService, made)
    return made


@pytest.fixture
def store(settings: Settings) -> Iterator[Complaints]:
    """The service's own collection, looked at from outside."""
    with MongoClient[dict[str, Any]](settings.mongo_url, tz_aware=True) as client:
        database = client[f"{settings.database_prefix}_intake"]
        yield Complaints(database, key_ring(settings), BusinessClock(settings.clock_file), cast("Any", None))


@pytest.fixture(scope="module")
def callers(settings: Settings, make_client: MakeClient) -> Callers:
    who = {
        "SZ": ("E1001", "agent", "SZ"),
        "GZ": ("E2001", "agent", "GZ"),
        "manager": ("M1001", "duty_manager", "SZ"),
        "province": ("P1001", "province", None),
    }
    return {name: make_client(settings, *claims).intake for name, claims in who.items()}


@pytest.fixture(scope="module")
def week(settings: Settings, callers: Callers) -> None:
    """Three complaints in Shenzhen, one of them in a hall, and one in Guangzhou; after a week two more acts."""
    shenzhen, guangzhou = callers["SZ"], callers["GZ"]
    ids = [shenzhen.register(request(hall=hall))["complaint_id"] for hall in ("SZ-FT", "SZ-LH", "SZ-LH")]
    guangzhou.register(request(branch="GZ"))
    shenzhen.reply(ids[0], reply())
    assert settings.clock_file
    clock = ClockFile(settings.clock_file)
    clock.advance(timedelta(days=8))
    shenzhen.reply(ids[1], reply())
    shenzhen.withdraw(ids[2], command(reason="不要了"))


def on_time(answer: Any) -> tuple[int, int]:
    told = answer["figures"]["on_time"]
    return told["numerator"], told["denominator"]


@pytest.mark.usefixtures("week")
def test_KP2_a_closed_week_is_counted_as_it_stood_at_its_end(callers: Callers) -> None:
    answer = callers["province"].figures(WEEK)

    assert answer["closed"]
    assert on_time(answer) == (1, 4)
    assert answer["figures"]["handling"]["percent"] == "25.00"
    assert answer["counts"]["complaints"] == {"valid": 4}
    assert answer["counts"]["open_late"] == {"ordinary": 3}


@pytest.mark.usefixtures("week")
def test_KP2_a_week_that_still_runs_is_counted_as_of_now_and_says_so(callers: Callers) -> None:
    answer = callers["province"].figures(NEXT_WEEK)

    assert not answer["closed"]
    assert answer["as_of"] < answer["to"]
    assert on_time(answer) == (0, 0)


@pytest.mark.usefixtures("week")
def test_PR4_KP2_a_branch_counts_its_own_and_the_answer_says_who_asked_for_what(callers: Callers) -> None:
    own, hall = callers["SZ"].figures(WEEK), callers["SZ"].figures(WEEK | {"hall": "SZ-FT"})

    assert (on_time(own), on_time(hall)) == ((1, 3), (1, 1))
    assert own["scope"]["branch"] == "SZ"
    assert own["scope"]["asked_by"] == {"sub": "E1001", "role": "agent", "branch": "SZ"}
    with refused("Forbidden"):
        callers["SZ"].figures(WEEK | {"branch": "GZ"})


@pytest.mark.usefixtures("week")
def test_KP2_partial_answers_add_up_to_the_whole(callers: Callers) -> None:
    parts, after = [], None
    while not parts or after:
        parts.append(callers["province"].figures(WEEK | {"limit": 1, "after": after}))
        after = parts[-1]["after"]

    whole = callers["province"].figures(WEEK)
    assert sum(part["complaints_read"] for part in parts) == whole["complaints_read"] == 4
    for name, figure in whole["figures"].items():
        assert sum(part["figures"][name]["denominator"] for part in parts) == figure["denominator"]


@pytest.mark.usefixtures("week")
def test_KP2_what_is_counted_is_proved_by_history_and_holds_nothing_personal(store: Complaints) -> None:
    ids = [document["_id"] for document in store.collection.find({}, {"_id": 1})]

    assert len(ids) == 4
    for each in ids:
        known, proved = store.get(each).state, store.recompute(each)
        assert proved is not None
        assert known.trace == proved.trace
        assert known.customer.msisdn not in known.trace.text
        assert str(known.customer.name) not in known.trace.text


@pytest.mark.usefixtures("week")
def test_KP2_figures_lessons_and_key_cases_are_found_by_their_indexes(store: Complaints, callers: Callers) -> None:
    database = store.collection.database
    database.command("profile", 2)
    callers["SZ"].figures(WEEK)
    for leaf in ({}, {"leaf": "04.01.01"}):
        callers["SZ"].lessons(WEEK | leaf)
    callers["manager"].key_cases({"week": "2026-W48"})
    database.command("profile", 0)

    looks = database["system.profile"].find({"ns": f"{database.name}.complaints", "op": "query"}).sort("ts")
    assert [look["planSummary"] for look in looks] == [
        "IXSCAN { days: 1, branch: 1 }",
        "IXSCAN { archived_at: -1, _id: -1 }",
        "IXSCAN { category: 1, archived_at: -1, _id: -1 }",
        "IXSCAN { days: 1, branch: 1 }",
    ]


def test_a_period_ends_after_it_begins(callers: Callers) -> None:
    with refused("InvalidRequest") as refusal:
        callers["province"].figures({"from": WEEK["to"], "to": WEEK["from"]})

    assert "to" in refusal.details
