"""Every look that is taken often stands on an index: it examines about as many documents as it returns.

Judged by the server's own profile of the commands that the store really sent.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from pymongo.database import Database

from shared.clock import machine_now
from tests.integration.shared_core.tallies import SYSTEM, MovedClock, NoRelay, Process, Tallies, add, fire, request
from tests.unit.shared_core.sample import AGENT, MONDAY, Person, TallyOpened, TimesSet

CROWD, FEW = 60, 7
HOUR = timedelta(hours=1)


@dataclass(frozen=True)
class Look:
    """One command as the server carried it out."""

    plan: str
    keys: int
    documents: int
    returned: int

    @property
    def narrow(self) -> bool:
        return self.plan.startswith(("IXSCAN", "IDHACK", "COUNT_SCAN")) and self.documents <= self.returned + 1


@pytest.fixture
def crowded(database: Database[Any], process: Process) -> Tallies:
    """Hundreds that wait for later with nothing to send, and a few that are due, waking and unsent."""
    tallies, now = process.tallies, machine_now()
    for number in range(CROWD):
        times = TimesSet(MONDAY + (number + 1) * HOUR, now + (number + 1) * HOUR)
        asked = request(f"r{number}", target="")
        tallies.insert(f"t{number}", [TallyOpened(f"B{number}"), times], AGENT, MONDAY, asked)
    process.broker.confirms()
    process.outbox.clear()
    process.outbox.send = NoRelay().send  # type: ignore[method-assign,assignment]
    for number in range(FEW):
        person = Person("", f"1391234{number:04}")
        tallies.insert(f"due{number}", [TallyOpened("SZ", person), TimesSet(MONDAY, now)], AGENT, MONDAY)
    long_ago = {"outbox.$[].at": now - HOUR, "changed_at": now - HOUR}
    tallies.collection.update_many({"outbox.0": {"$exists": True}}, {"$set": long_ago})
    return tallies


def looks(database: Database[Any], act: Callable[[], object]) -> list[Look]:
    """What the server did while `act` ran."""
    database.command("profile", 2)
    try:
        act()
    finally:
        database.command("profile", 0)
    done = database["system.profile"].find({"ns": f"{database.name}.tallies", "op": {"$in": ["query", "command"]}})
    return [
        Look(each["planSummary"], each["keysExamined"], each["docsExamined"], max(each.get("nreturned", 0), 1))
        for each in done
    ]


def open_one(tallies: Tallies) -> dict[str, Any]:
    """The query for the open tally of a number in a branch."""
    return {"number_ix": tallies.keys.blind("13912340003"), "branch": "SZ", "status": "open"}


@pytest.mark.parametrize(
    ("look", "returned"),
    [
        (lambda tallies: tallies.due(), FEW),
        (lambda tallies: tallies.waking(machine_now()), FEW),
        (lambda tallies: tallies.load("t5"), 1),
        (lambda tallies: tallies.answer_of(request("r9", target="")), 1),
        (lambda tallies: tallies.answer_of(request("new")), 1),
        (lambda tallies: tallies.find(open_one(tallies), [("branch", 1)], 10), 1),
    ],
    ids=["due", "waking", "load", "answer_of", "answer_of a new request", "a partial unique index"],
)
def test_a_look_examines_what_it_returns(
    database: Database[Any], crowded: Tallies, look: Callable[[Tallies], object], returned: int
):
    taken = looks(database, lambda: look(crowded))
    assert taken
    assert all(each.narrow and each.returned == returned for each in taken), taken


def test_due_and_waking_are_read_in_the_indexs_own_order(database: Database[Any], crowded: Tallies):
    plans = looks(database, lambda: (crowded.due(), crowded.waking(machine_now())))
    assert [each.plan for each in plans] == ["IXSCAN { due_at: 1 }", "IXSCAN { wake_at: 1 }"]


def test_the_pulse_reads_no_more_than_waits(database: Database[Any], crowded: Tallies):
    for each in looks(database, crowded.pulse):
        assert "COLLSCAN" not in each.plan
        assert each.documents <= FEW + 1, each


def test_a_sweep_reads_no_more_than_it_sends(database: Database[Any], crowded: Tallies, clock: MovedClock):
    sweeper = Process(database, clock)
    (look,) = looks(database, sweeper.outbox.sweep)
    assert look.plan == "IXSCAN { outbox.at: 1 }"
    assert look.documents == FEW
    assert sorted(sweeper.broker.ids) == [f"tallies:due{number}:1" for number in range(FEW)]


def test_a_sweep_with_a_long_backlog_reads_only_its_share(
    database: Database[Any], crowded: Tallies, clock: MovedClock, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("shared.outbox.SWEPT_AT_ONCE", 3)
    sweeper = Process(database, clock)
    (look,) = looks(database, sweeper.outbox.sweep)
    assert look.documents == 3
    assert len(sweeper.broker.ids) == 3


def test_firing_reads_each_due_document_once(database: Database[Any], crowded: Tallies):
    due = crowded.due()
    (look,) = looks(database, lambda: crowded.change_many(due, fire, SYSTEM))
    assert look.documents == FEW


def test_a_change_reads_one_document(database: Database[Any], crowded: Tallies):
    assert all(each.narrow for each in looks(database, lambda: crowded.change("t7", add(), AGENT, request("r"))))


def test_a_sweep_does_not_read_what_is_fresh(database: Database[Any], crowded: Tallies, clock: MovedClock):
    crowded.collection.update_many({"outbox.0": {"$exists": True}}, {"$set": {"outbox.$[].at": machine_now()}})
    (look,) = looks(database, Process(database, clock).outbox.sweep)
    assert look.documents == 0
