"""What the simulator of BOSS promises beyond the door: its journal, its memory, its bad input."""

import threading
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import requests
from werkzeug.test import Client

from shared.clock import ClockFile
from simulators.boss.entries import Entries
from simulators.boss.ledger import Entry, Ledger
from simulators.boss.modes import Temper
from simulators.journal import Journal
from tests.boss import BossProcess
from tests.smsc import eventually

MONDAY = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)  # 09:00 in Shanghai
ENTRY = {"key": "r1:principal", "msisdn": "13900000302", "amount_fen": 1560, "kind": "principal"}


@pytest.fixture
def boss(tmp_path: Path) -> Iterator[BossProcess]:
    ClockFile(tmp_path / "clock.json").start(MONDAY)
    process = BossProcess(tmp_path, clock=tmp_path / "clock.json")
    yield process
    process.kill()


def post(boss: BossProcess, **changes: Any) -> requests.Response:
    return requests.post(f"{boss.url}/entries", json=ENTRY | changes, timeout=10)


def test_the_journal_has_one_line_an_entry_in_business_time(boss: BossProcess) -> None:
    assert post(boss).status_code == 201
    (line,) = boss.journal()
    assert list(line) == ["at", "key", "msisdn", "amount_fen", "kind"]
    assert {name: line[name] for name in ENTRY} == ENTRY
    assert line["at"].startswith("2026-11-23T01:00:")


def test_it_knows_whom_it_has_not_told_what_became_of_his_entry(boss: BossProcess) -> None:
    post(boss)
    boss.behave(fail="after", times=1)
    post(boss, key="r2:principal")
    boss.behave(delay_s=0.6, times=1)
    post(boss, key="r3:principal")
    boss.behave(refuse="no_such_number")
    post(boss, key="r4:principal")
    assert boss.state()["unanswered"] == ["r2:principal", "r3:principal"]


def test_thirty_at_once_under_one_key_make_one_entry(boss: BossProcess) -> None:
    statuses: list[int] = []
    threads = [threading.Thread(target=lambda: statuses.append(post(boss).status_code)) for _ in range(30)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(statuses) == [200] * 29 + [201]
    assert len(boss.journal()) == 1


class BothLook(Ledger):
    """Two who ask whether a key is known both hear it before either enters."""

    together = threading.Barrier(2)

    def find(self, key: str) -> Entry | None:
        known = super().find(key)
        self.together.wait(timeout=60)
        return known


def test_of_two_that_both_saw_no_entry_one_hears_that_it_is_new(tmp_path: Path) -> None:
    statuses: list[int] = []
    with closing(Journal(tmp_path / "journal.jsonl")) as journal:
        client = Client(Entries(BothLook(journal, lambda: MONDAY), Temper()))

        def enter() -> None:
            statuses.append(client.post("/entries", json=ENTRY).status_code)

        both = [threading.Thread(target=enter) for _ in range(2)]
        for thread in both:
            thread.start()
        for thread in both:
            thread.join()
    assert sorted(statuses) == [200, 201]


def test_after_a_crash_it_knows_its_keys_and_references(boss: BossProcess) -> None:
    first = post(boss).json()
    boss.kill()
    boss.start()
    again = post(boss)
    assert (again.status_code, again.json()) == (200, first)
    assert post(boss, key="r2:principal").json()["reference"] != first["reference"]
    assert boss.state()["entries"] == 2
    assert boss.state()["total_fen"] == 3120


def test_a_slow_boss_enters_after_its_caller_has_gone(boss: BossProcess) -> None:
    boss.behave(delay_s=0.6)
    with pytest.raises(requests.Timeout):
        requests.post(f"{boss.url}/entries", json=ENTRY, timeout=0.2)
    assert boss.journal() == []
    eventually(lambda: len(boss.journal()) == 1)


@pytest.mark.parametrize(
    "changes",
    [{"amount_fen": 15.6}, {"amount_fen": 0}, {"amount_fen": True}, {"amount_fen": "1560"}, {"key": 1}, {"more": 1}],
)
def test_what_is_no_entry_is_not_booked(boss: BossProcess, changes: dict[str, Any]) -> None:
    assert post(boss, **changes).status_code == 400
    assert boss.journal() == []


@pytest.mark.parametrize("modes", [{"angry": True}, {"fail": "sometimes"}, {"delay_s": "1"}, {"times": True}])
def test_a_mode_that_is_none_is_refused_and_changes_nothing(boss: BossProcess, modes: dict[str, Any]) -> None:
    boss.behave(refuse="number_closed")
    with pytest.raises(requests.HTTPError):
        boss.behave(**modes)
    assert boss.state()["modes"]["refuse"] == "number_closed"


def test_it_ends_when_it_is_told_to(boss: BossProcess) -> None:
    assert boss.stop() == 0


def listed(boss: BossProcess, **asked: Any) -> requests.Response:
    week = {"from": "2026-11-22T16:00:00+00:00", "to": "2026-11-29T16:00:00+00:00"}
    return requests.get(f"{boss.url}/entries", params=week | asked, timeout=10)


def test_RF13_entries_are_listed_by_time_page_by_page(boss: BossProcess) -> None:
    for n in range(5):
        post(boss, key=f"r{n}:principal")
    clock = ClockFile(boss.journal_path.with_name("clock.json"))
    clock.advance(timedelta(days=7))
    post(boss, key="r5:principal")
    found, after = [], None
    while True:
        page = listed(boss, limit=2, **({"after": after} if after else {})).json()
        assert len(page["entries"]) <= 2
        found += page["entries"]
        if (after := page["after"]) is None:
            break
    assert [each["key"] for each in found] == [f"r{n}:principal" for n in range(5)]
    assert all(each["reference"] and each["at"].startswith("2026-11-23") for each in found)
    later = listed(boss, **{"from": "2026-11-29T16:00:00+00:00", "to": "2026-12-06T16:00:00+00:00"}).json()
    assert [each["key"] for each in later["entries"]] == ["r5:principal"]


def test_RF13_a_list_needs_two_times_and_may_be_switched_off(boss: BossProcess) -> None:
    assert listed(boss, to="2026-11-29").status_code == 400
    assert listed(boss, limit=0).status_code == 400
    boss.behave(can_list=False)
    assert listed(boss).status_code == 501
