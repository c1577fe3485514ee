"""What a killed process left behind is claimed by one sweeper, sent with the same id, and an outage costs nothing."""

from datetime import timedelta
from typing import Any

import pytest
from eventlet import GreenPool
from pymongo.database import Database

from shared.clock import machine_now
from shared.outbox import LEFT_BEHIND_AFTER
from tests.integration.shared_core.tallies import MovedClock, Process, Tallies, add
from tests.unit.shared_core.sample import AGENT, MONDAY, TallyOpened


@pytest.fixture
def left_behind(database: Database[Any], clock: MovedClock, process: Process) -> Tallies:
    """Three changes whose process was killed between its write and its publish, some seconds ago."""
    tallies = Process(database, clock, relay=False).tallies
    for number in range(3):
        tallies.insert(f"t{number}", [TallyOpened()], AGENT, MONDAY)
    tallies.change("t0", add(), AGENT)
    age(tallies, LEFT_BEHIND_AFTER + timedelta(seconds=1))
    return tallies


def age(tallies: Tallies, by: timedelta) -> None:
    """As if all entries had waited so long."""
    then = machine_now() - by
    tallies.collection.update_many({}, {"$set": {"outbox.$[].at": then, "swept_at": then}})


def test_the_sweeper_sends_what_was_left_behind(process: Process, left_behind: Tallies):
    assert process.outbox.sweep() == 3
    assert sorted(process.broker.ids) == ["tallies:t0:1", "tallies:t0:2", "tallies:t1:1", "tallies:t2:1"]


def test_events_of_one_document_are_swept_in_their_order(process: Process, left_behind: Tallies):
    process.outbox.sweep()
    assert [message_id for message_id in process.broker.ids if message_id.startswith("tallies:t0")] == [
        "tallies:t0:1",
        "tallies:t0:2",
    ]


def test_swept_events_are_cleared_after_their_confirm(process: Process, left_behind: Tallies):
    process.outbox.sweep()
    process.broker.confirms()
    process.outbox.clear()
    assert left_behind.collection.count_documents({"outbox.0": {"$exists": True}}) == 0
    assert [left_behind.get(f"t{number}").v for number in range(3)] == [2, 1, 1]


def test_what_is_fresh_is_left_to_the_process_that_wrote_it(process: Process, left_behind: Tallies):
    age(left_behind, timedelta(seconds=1))
    assert process.outbox.sweep() == 0
    assert process.broker.ids == []


def test_what_was_left_behind_by_a_document_that_never_rests_is_swept_too(process: Process, left_behind: Tallies):
    left_behind.collection.update_many({}, {"$set": {"changed_at": machine_now()}})
    assert process.outbox.sweep() == 3


def test_what_one_sweeper_claimed_another_leaves(database: Database[Any], clock: MovedClock, left_behind: Tallies):
    one, other = Process(database, clock), Process(database, clock)
    assert (one.outbox.sweep(), other.outbox.sweep()) == (3, 0)
    assert other.broker.ids == []


def test_sweepers_at_once_send_each_event_once(database: Database[Any], clock: MovedClock, left_behind: Tallies):
    for number in range(3, 40):
        left_behind.insert(f"t{number}", [TallyOpened()], AGENT, MONDAY)
    age(left_behind, timedelta(seconds=9))
    sweepers = [Process(database, clock) for _ in range(4)]
    taken = list(GreenPool(4).imap(lambda sweeper: sweeper.outbox.sweep(), sweepers))
    sent = [message_id for sweeper in sweepers for message_id in sweeper.broker.ids]
    assert sum(taken) == 40
    assert sorted(sent) == sorted(["tallies:t0:2", *(f"tallies:t{number}:1" for number in range(40))])


def test_a_claim_that_was_not_followed_by_a_confirm_is_swept_again(
    database: Database[Any], clock: MovedClock, left_behind: Tallies
):
    killed, later = Process(database, clock), Process(database, clock)
    killed.outbox.sweep()
    age(left_behind, timedelta(seconds=3))
    later.outbox.sweep()
    assert sorted(later.broker.ids) == sorted(killed.broker.ids)


def test_events_whose_confirm_was_lost_are_swept_with_the_same_ids(process: Process, left_behind: Tallies):
    process.outbox.sweep()
    process.broker.loses()
    age(left_behind, timedelta(seconds=3))
    process.outbox.sweep()
    ids = process.broker.ids
    assert sorted(ids) == sorted(2 * ["tallies:t0:1", "tallies:t0:2", "tallies:t1:1", "tallies:t2:1"])


def test_events_still_on_their_way_are_not_swept_by_their_own_process(process: Process, left_behind: Tallies):
    process.outbox.sweep()
    age(left_behind, timedelta(seconds=3))
    process.outbox.sweep()
    assert len(process.broker.ids) == 4


def test_a_sweep_claims_nothing_more_once_the_broker_is_away(process: Process, left_behind: Tallies):
    process.broker.away = True
    process.outbox.sweep()
    old = machine_now() - LEFT_BEHIND_AFTER
    assert left_behind.collection.count_documents({"swept_at": {"$lt": old}}) >= 2


def test_an_outage_is_no_failed_attempt_and_nothing_is_lost(process: Process, left_behind: Tallies):
    process.broker.away = True
    for _outage in range(5):
        process.outbox.sweep()
        age(left_behind, timedelta(seconds=3))
    process.broker.away = False
    process.outbox.sweep()
    assert sorted(process.broker.ids) == ["tallies:t0:1", "tallies:t0:2", "tallies:t1:1", "tallies:t2:1"]


def test_a_backlog_is_swept_in_shares(monkeypatch: pytest.MonkeyPatch, process: Process, left_behind: Tallies):
    monkeypatch.setattr("shared.outbox.SWEPT_AT_ONCE", 2)
    assert [process.outbox.sweep() for _ in range(3)] == [2, 1, 0]
    assert len(set(process.broker.ids)) == 4


def test_the_pulse_tells_for_how_long_the_oldest_event_has_waited(process: Process, left_behind: Tallies):
    age(left_behind, timedelta(seconds=40))
    process.outbox.sweep()
    assert 40 <= process.tallies.pulse()["outbox_age_s"] < 60, "a claim does not make it younger"
    process.broker.confirms()
    process.outbox.clear()
    assert process.tallies.pulse()["outbox_age_s"] == 0
