"""What a service has handled is noted by id, by all its processes: a further time is a copy (F12)."""

from typing import Any

import pytest
from pymongo.database import Database
from pymongo.errors import AutoReconnect

from shared.bus.copies import COLLECTION, KEPT, Handled


@pytest.fixture
def replicas(database: Database[Any]) -> tuple[Handled, Handled]:
    """Two processes of one service."""
    one, other = Handled(database), Handled(database)
    one.prepare()
    return one, other


def test_F12_ten_times_handled_by_two_processes_are_nine_copies(replicas: tuple[Handled, Handled]) -> None:
    for number in range(10):
        replicas[number % 2].note("c1:1")
    replicas[0].note("c1:2")
    for each in replicas:
        each.tell()

    assert [each.copies() for each in replicas] == [9, 9]


def test_what_was_handled_once_is_no_copy(replicas: tuple[Handled, Handled]) -> None:
    for each, event_id in zip(replicas, ("c1:1", "c1:2"), strict=True):
        each.note(event_id)
        each.tell()
        each.tell()

    assert replicas[0].copies() == 0


def test_an_answer_of_the_database_that_was_lost_counts_nothing_twice(
    replicas: tuple[Handled, Handled], monkeypatch: pytest.MonkeyPatch
) -> None:
    one, _ = replicas
    write = one._kept.bulk_write

    def unheard(*args: Any, **more: Any) -> None:
        write(*args, **more)
        monkeypatch.undo()
        raise AutoReconnect

    one.note("c1:1")
    monkeypatch.setattr(one._kept, "bulk_write", unheard)
    with pytest.raises(AutoReconnect):
        one.tell()
    one.tell()

    assert one.copies() == 0


def test_the_notes_are_forgotten_after_a_day(replicas: tuple[Handled, Handled], database: Database[Any]) -> None:
    kept = database[COLLECTION].index_information()["kept"]

    assert kept["expireAfterSeconds"] == KEPT.total_seconds() == 86_400


def test_the_count_reads_copies_alone(replicas: tuple[Handled, Handled], database: Database[Any]) -> None:
    """Of a thousand notes the one with a copy."""
    one, other = replicas
    for number in range(1000):
        one.note(f"c{number}:1")
    other.note("c7:1")
    one.tell()
    other.tell()

    read = database.command(
        "explain", {"aggregate": COLLECTION, "pipeline": [{"$match": {"runs.1": {"$exists": True}}}], "cursor": {}}
    )
    assert one.copies() == 1
    assert "'indexName': 'copied'" in str(read)
