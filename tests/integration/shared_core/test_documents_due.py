"""What is due is found in order and fired once, however many look; one bad document does not stop the rest."""

import logging
import time
from datetime import datetime, timedelta
from threading import Barrier
from typing import Any

import pytest
from eventlet import GreenPool

from shared import reading, together
from shared.aside import FIRST
from shared.clock import MachineTime, machine_now
from tests.integration.shared_core.conftest import Open
from tests.integration.shared_core.tallies import (
    SYSTEM,
    LostAnswers,
    MovedClock,
    Process,
    Tallies,
    add,
    fire,
    set_times,
)
from tests.unit.shared_core.sample import AGENT, MONDAY, TALLIES, AmountAdded, Person, Tally, TallyOpened, TimesSet

HOUR = timedelta(hours=1)


def due_at(tallies: Tallies, document_id: str, at: datetime | None) -> None:
    """A tally that is due then."""
    tallies.insert(document_id, [TallyOpened(), TimesSet(due_at=at)], AGENT, MONDAY)


def test_what_is_due_comes_soonest_first_and_in_number(tallies: Tallies):
    for hours in (3, 1, 5, 2, 4):
        due_at(tallies, f"t{hours}", MONDAY - hours * HOUR)
    due_at(tallies, "never", None)
    due_at(tallies, "later", MONDAY + HOUR)
    assert tallies.due() == ["t5", "t4", "t3", "t2", "t1"]
    assert tallies.due(limit=2) == ["t5", "t4"]


def test_what_is_due_follows_business_time(tallies: Tallies, clock: MovedClock):
    due_at(tallies, "t1", MONDAY + HOUR)
    clock.passes(minutes=59, seconds=59, milliseconds=999)
    assert tallies.due() == []
    clock.passes(milliseconds=1)
    assert tallies.due() == ["t1"]


def test_what_wakes_follows_machine_time_and_not_business_time(tallies: Tallies, clock: MovedClock, opened: Open):
    now = machine_now()
    opened("t1")
    tallies.change("t1", set_times(wake_at=now + timedelta(seconds=30)), AGENT)
    clock.passes(days=400)
    assert tallies.waking(now) == []
    assert tallies.waking(now + timedelta(seconds=30)) == ["t1"]


def test_due_work_is_decided_and_stored_together(tallies: Tallies):
    for number in range(5):
        due_at(tallies, f"t{number}", MONDAY - HOUR)
    changed = tallies.change_many(tallies.due(), fire, SYSTEM)
    assert sorted(saved.id for saved in changed) == [f"t{number}" for number in range(5)]
    assert all(tallies.get(saved.id) == saved for saved in changed)
    assert tallies.due() == []
    assert tallies.history("t0")[-1][1].by == SYSTEM


def test_nothing_due_writes_nothing(tallies: Tallies, opened: Open):
    before = opened("t1")
    assert tallies.change_many([], fire, SYSTEM) == []
    assert tallies.change_many(["t1", "t9"], fire, SYSTEM) == []
    assert tallies.get("t1") == before


def test_F18_replicas_that_look_at_once_fire_each_document_once(database: Any, clock: MovedClock, process: Process):
    replicas = [process, *(Process(database, clock) for _ in range(3))]
    for number in range(40):
        due_at(process.tallies, f"t{number:02}", MONDAY - HOUR)
    for replica in replicas:
        replica.broker.published.clear()

    all_have_read = Barrier(len(replicas))

    def look(replica: Process) -> list[str]:
        first = iter([True])

        def decide(tally: Tally, now: datetime) -> list[Any]:
            if next(first, False):
                all_have_read.wait(timeout=10)
            return fire(tally, now)

        return [saved.id for saved in replica.tallies.change_many(replica.tallies.due(), decide, SYSTEM)]

    fired = [document_id for ids in GreenPool(4).imap(look, replicas) for document_id in ids]
    assert sorted(fired) == [f"t{number:02}" for number in range(40)]
    assert {process.tallies.get(document_id).state.total for document_id in fired} == {1}
    sent = [message_id for replica in replicas for message_id in replica.broker.ids]
    assert sorted(sent) == sorted(f"tallies:{document_id}:3" for document_id in fired)


def test_who_lost_its_race_is_left_for_the_next_look_and_the_winners_events_are_sent(process: Process):
    tallies = process.tallies
    for number in range(3):
        due_at(tallies, f"t{number}", MONDAY - HOUR)
    process.broker.published.clear()
    other = Process(process.database, process.clock).tallies

    def fire_while_another_changes(tally: Tally, now: datetime) -> list[Any]:
        if not other.get("t1").state.total:
            other.change("t1", add(10), AGENT)
        return fire(tally, now)

    changed = tallies.change_many(tallies.due(), fire_while_another_changes, SYSTEM)
    assert sorted(saved.id for saved in changed) == ["t0", "t2"]
    assert sorted(process.broker.ids) == ["tallies:t0:3", "tallies:t2:3"]
    assert tallies.due() == ["t1"]
    assert [saved.state.total for saved in tallies.change_many(tallies.due(), fire, SYSTEM)] == [11]


def test_F11_due_work_whose_answer_was_lost_is_recognised_and_sent(process: Process):
    tallies = process.tallies
    due_at(tallies, "t1", MONDAY - HOUR)
    process.broker.published.clear()
    tallies.collection = LostAnswers(tallies.collection)  # type: ignore[assignment]
    assert [saved.id for saved in tallies.change_many(["t1"], fire, SYSTEM)] == ["t1"]
    assert process.broker.ids == ["tallies:t1:3"]


@pytest.mark.parametrize("reached", ["at once", "late", "never"])
def test_F11_due_work_that_its_writer_must_know_of_is_found_out_once_the_database_is_back(
    process: Process, reached: str, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(together, "AGAIN_S", 0.01)
    tallies = process.tallies
    due_at(tallies, "t1", MONDAY - HOUR)
    process.broker.published.clear()
    tallies.collection = LostAnswers(tallies.collection, lost=2, reached=reached, unread=1)  # type: ignore[assignment]
    assert [saved.id for saved in tallies.change_many(["t1"], fire, SYSTEM, until_known=True)] == ["t1"]
    assert process.broker.ids == ["tallies:t1:3"]
    assert Process(process.database, process.clock).tallies.get("t1").state.total == 1


def test_F11_due_work_that_never_reached_the_server_is_left_for_the_next_look(process: Process):
    tallies = process.tallies
    due_at(tallies, "t1", MONDAY - HOUR)
    process.broker.published.clear()
    tallies.collection = LostAnswers(tallies.collection, reached="never")  # type: ignore[assignment]
    assert tallies.change_many(["t1"], fire, SYSTEM) == []
    assert process.broker.ids == []
    assert [saved.id for saved in tallies.change_many(tallies.due(), fire, SYSTEM)] == ["t1"]


def bad_for(*bad: str) -> Any:
    """decide: cannot decide the tallies of these branches."""

    def decide(tally: Tally, now: datetime) -> list[Any]:
        if tally.branch in bad:
            raise ValueError("cannot decide")
        return fire(tally, now)

    return decide


def test_a_document_that_cannot_be_decided_does_not_stop_its_neighbours(
    tallies: Tallies, caplog: pytest.LogCaptureFixture
):
    for branch in ("SZ", "bad", "GZ"):
        tallies.insert(branch, [TallyOpened(branch), TimesSet(due_at=MONDAY)], AGENT, MONDAY)
    with caplog.at_level(logging.ERROR, "shared.documents"):
        changed = tallies.change_many(tallies.due(), bad_for("bad"), SYSTEM)
    assert sorted(saved.id for saved in changed) == ["GZ", "SZ"]
    assert "bad" in caplog.text
    assert "cannot decide" in caplog.text


def test_a_document_that_cannot_be_read_does_not_stop_its_neighbours(tallies: Tallies):
    due_at(tallies, "t1", MONDAY)
    due_at(tallies, "t2", MONDAY)
    tallies.collection.update_one({"_id": "t1"}, {"$set": {"sealed": b"not sealed at all"}})
    assert [saved.id for saved in tallies.change_many(tallies.due(), fire, SYSTEM)] == ["t2"]


def test_a_document_that_the_database_refuses_does_not_stop_its_neighbours(
    tallies: Tallies, caplog: pytest.LogCaptureFixture
):
    tallies.insert("holder", [TallyOpened("SZ", Person("", "13912340001"))], AGENT, MONDAY)
    due_at(tallies, "clashing", MONDAY)
    due_at(tallies, "t1", MONDAY)

    def decide(tally: Tally, now: datetime) -> list[Any]:
        return [TallyOpened("SZ", Person("", "13912340001" if tally.marks else "13912340002"))]

    tallies.change("clashing", lambda _tally, _now: [AmountAdded(), TimesSet(due_at=MONDAY)], AGENT)
    assert [saved.id for saved in tallies.change_many(tallies.due(), decide, SYSTEM)] == ["t1"]
    assert "due work on clashing was refused (11000)" in caplog.text
    assert tallies.due() == []


def test_a_crowd_that_cannot_be_decided_does_not_hold_up_those_behind_it(tallies: Tallies):
    for number in range(6):
        tallies.insert(f"bad{number}", [TallyOpened("bad"), TimesSet(due_at=MONDAY - HOUR)], AGENT, MONDAY)
    due_at(tallies, "t1", MONDAY)
    for _look in range(3):
        tallies.change_many(tallies.due(limit=3), bad_for("bad"), SYSTEM)
    assert tallies.get("t1").state.total == 1


def test_what_was_set_aside_comes_again_later(tallies: Tallies, monkeypatch: pytest.MonkeyPatch):
    due_at(tallies, "t1", MONDAY)
    tallies.change_many(tallies.due(), bad_for("SZ"), SYSTEM)
    assert tallies.due() == []
    later = time.monotonic() + FIRST
    monkeypatch.setattr("shared.aside.monotonic", lambda: later)
    assert tallies.due() == ["t1"]


def test_due_work_on_a_full_history_is_set_aside_unless_it_ends_it(tallies: Tallies):
    filling = [TallyOpened(), *(AmountAdded() for _ in range(TALLIES.longest - 2)), TimesSet(due_at=MONDAY)]
    tallies.insert("t1", filling, AGENT, MONDAY)
    assert tallies.change_many(["t1"], fire, SYSTEM) == []
    assert tallies.due() == []


def test_pulse_tells_what_still_waits(process: Process, clock: MovedClock, opened: Open):
    tallies, soon = process.tallies, MONDAY + HOUR
    due_at(tallies, "t1", MONDAY - HOUR)
    due_at(tallies, "t2", soon)
    process.broker.confirms()
    process.outbox.clear()
    opened("t3")
    tallies.change("t3", set_times(wake_at=machine_now()), AGENT)
    pulse = tallies.pulse()
    assert (pulse["at"], pulse["outbox"], pulse["due"], pulse["waking"]) == (MONDAY, 1, 1, 1)
    assert pulse["next_due_at"] == MONDAY - HOUR
    tallies.change_many(tallies.due(), fire, SYSTEM)
    assert tallies.pulse()["next_due_at"] == soon


def test_the_pulse_of_a_quiet_store_is_nothing(tallies: Tallies):
    pulse = tallies.pulse()
    assert (pulse["outbox"], pulse["due"], pulse["waking"], pulse["next_due_at"]) == (0, 0, 0, None)


def test_F17_a_process_whose_clock_is_off_finds_nothing_due_until_it_agrees_again(
    tallies: Tallies, monkeypatch: pytest.MonkeyPatch
):
    due_at(tallies, "t1", MONDAY - HOUR)
    own = MachineTime()
    monkeypatch.setattr(reading, "MACHINE", own)
    own.compare(machine_now() + HOUR)
    assert (tallies.due(), tallies.waking(machine_now())) == ([], [])
    assert abs(tallies.pulse()["skew_ms"] + 3_600_000) < 60_000
    own.compare(machine_now())
    assert tallies.due() == ["t1"]
