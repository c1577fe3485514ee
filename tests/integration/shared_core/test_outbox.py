"""An event rides in the write it tells of, leaves at once, and is cleared only after the broker has it."""

from typing import Any

import eventlet
import orjson
import pytest
from pymongo.errors import AutoReconnect

from shared.clock import machine_now
from tests.integration.shared_core.conftest import Open
from tests.integration.shared_core.tallies import LostAnswers, MovedClock, Process, Tallies, add, set_times
from tests.unit.shared_core.sample import AGENT, MONDAY, AmountAdded, Person, TallyClosed


def waiting(tallies: Tallies, document_id: str = "t1") -> list[str]:
    """The ids of the events in a document's outbox."""
    document = tallies.collection.find_one({"_id": document_id})
    assert document is not None
    return [entry["id"] for entry in document["outbox"]]


def send_again(process: Process) -> None:
    """As the sweeper does with what waits in an outbox."""
    document = process.tallies.collection.find_one({"_id": "t1"})
    assert document is not None
    process.outbox.send("t1", document["outbox"])


def test_an_event_is_published_at_once_and_waits_for_its_confirm(process: Process, opened: Open):
    opened("t1")
    process.tallies.change("t1", add(), AGENT)
    assert process.broker.ids == ["tallies:t1:1", "tallies:t1:2"]
    assert waiting(process.tallies) == ["tallies:t1:1", "tallies:t1:2"]


def test_what_is_published_is_what_was_stored(process: Process, clock: MovedClock, opened: Open):
    opened("t1")
    clock.passes(hours=1, milliseconds=5)
    process.tallies.change("t1", add(4), AGENT)
    sent = process.broker.published[-1]
    assert (sent.exchange, sent.type, sent.message_id) == ("tally.events", "amount_added", "tallies:t1:2")
    assert orjson.loads(sent.body) == {
        "event_id": "tallies:t1:2",
        "type": "amount_added",
        "schema": 3,
        "at": "2026-03-02T02:00:00.005+00:00",
        "complaint_id": "c1",
        "seq": 2,
        "actor": {"sub": "E1001", "role": "agent", "branch": "SZ"},
        "data": {"complaint_id": "c1", "total": 4, "status": "open"},
    }


def test_each_event_of_one_change_shows_the_state_it_led_to(process: Process, opened: Open):
    opened("t1")
    process.tallies.change("t1", lambda _tally, _now: [AmountAdded(2), AmountAdded(3), TallyClosed()], AGENT)
    told = [orjson.loads(each.body)["data"] for each in process.broker.published[1:]]
    assert [(data["total"], data["status"]) for data in told] == [(2, "open"), (5, "open"), (5, "closed")]


def test_an_event_that_nobody_is_told_of_leaves_nothing_to_send(process: Process, opened: Open):
    opened("t1")
    process.tallies.change("t1", set_times(due_at=MONDAY), AGENT)
    assert process.broker.ids == ["tallies:t1:1"]
    assert waiting(process.tallies) == ["tallies:t1:1"]


def test_no_event_shows_private_values(process: Process, opened: Open):
    opened("t1", person=Person("李雷雷", "13912340001"))
    process.tallies.change("t1", add(1, "家里没有信号"), AGENT)
    bodies = b"".join(each.body for each in process.broker.published).decode()
    assert not any(secret in bodies for secret in ("李雷雷", "13912340001", "家里没有信号"))


def test_confirmed_events_are_cleared_together_without_touching_the_version(process: Process, opened: Open):
    opened("t1")
    opened("t2", branch="GZ")
    changed = process.tallies.change("t1", add(), AGENT)
    process.broker.confirms()
    process.outbox.clear()
    assert waiting(process.tallies, "t1") == waiting(process.tallies, "t2") == []
    assert process.tallies.get("t1") == changed


def test_what_is_not_confirmed_is_not_cleared(process: Process, opened: Open):
    opened("t1")
    process.broker.confirms()
    process.tallies.change("t1", add(), AGENT)
    process.outbox.clear()
    assert waiting(process.tallies) == ["tallies:t1:2"]


def test_clearing_does_not_disturb_a_change_that_is_on_its_way(process: Process, opened: Open):
    opened("t1")

    def clear_meanwhile(_tally: Any, _now: Any) -> list[Any]:
        process.broker.confirms()
        process.outbox.clear()
        return list(add()(_tally, _now))

    assert process.tallies.change("t1", clear_meanwhile, AGENT).v == 2
    assert waiting(process.tallies) == ["tallies:t1:2"]


def test_clearing_that_fails_leaves_the_entries_to_the_sweeper(process: Process, opened: Open):
    opened("t1")
    process.broker.confirms()
    process.outbox._collection = LostAnswers(process.outbox._collection, reached="never")  # type: ignore[assignment]
    with pytest.raises(AutoReconnect):
        process.outbox.clear()
    process.outbox.clear()
    assert waiting(process.tallies) == ["tallies:t1:1"]
    send_again(process)
    assert process.broker.ids == ["tallies:t1:1", "tallies:t1:1"]


def test_an_event_on_its_way_is_not_sent_twice(process: Process, opened: Open):
    opened("t1")
    send_again(process)
    assert process.broker.ids == ["tallies:t1:1"]


def test_an_event_that_was_lost_is_sent_again_with_the_same_id(process: Process, opened: Open):
    opened("t1")
    process.broker.loses()
    send_again(process)
    first, second = process.broker.published
    assert first == second


def test_a_broker_that_is_away_fails_no_change(process: Process, opened: Open):
    process.broker.away = True
    opened("t1")
    assert process.tallies.change("t1", add(), AGENT).v == 2
    assert waiting(process.tallies) == ["tallies:t1:1", "tallies:t1:2"]


def test_what_a_broker_refused_is_sent_once_it_is_back(process: Process, opened: Open):
    process.broker.away = True
    opened("t1")
    process.broker.away = False
    send_again(process)
    assert process.broker.ids == ["tallies:t1:1"]


def test_events_that_somebody_reads_wait_for_a_queue_that_takes_them(process: Process, opened: Open):
    opened("t1")
    process.tallies.change("t1", add(), AGENT)
    assert [(each.type, each.mandatory) for each in process.broker.published] == [
        ("tally_opened", False),
        ("amount_added", True),
    ]


def test_at_the_end_of_a_process_the_last_confirms_are_waited_for_and_cleared(process: Process, opened: Open):
    opened("t1")
    eventlet.spawn_after(0.05, process.broker.confirms)
    process.outbox.drain()
    assert waiting(process.tallies) == []


def test_the_end_of_a_process_does_not_wait_for_ever(process: Process, opened: Open):
    opened("t1")
    process.outbox.drain(within=0.02)
    assert waiting(process.tallies) == ["tallies:t1:1"]


def test_entries_are_dated_by_machine_time(process: Process, opened: Open):
    before = machine_now()
    opened("t1")
    document = process.tallies.collection.find_one()
    assert document is not None
    assert before <= document["outbox"][0]["at"] <= machine_now()
