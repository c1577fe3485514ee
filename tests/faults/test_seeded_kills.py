"""About a hundred seeded kills, and other faults beside them, under every ability of BOSS; connections that are closed
again and again; and three negative controls.

Each run is judged from outside: by BOSS's journal, the centre's, the events overheard, and what callers were told."""

import gc
from collections.abc import Callable
from functools import cache, partial
from pathlib import Path
from typing import Any

import pytest

from chaos import run
from chaos.haste import Boss
from chaos.options import Options
from chaos.plan import Fault
from chaos.verdict import Judged, judge
from services import SERVICES

SLOW = "event_begun:0.3"
LOST, CUTS = "lost its connection", 7  # one every two seconds, for fourteen
CAME_AGAIN = "acknowledged after the connection was lost"
BEHIND_THE_WRITE = (  # and before its events have left: where only an outbox helps
    Fault(6.0, "broker", "broker", "kill", 6.0),
    Fault(15.0, "kill", "intake-1", "inserted:2"),
    Fault(15.0, "kill", "escalation-1", "inserted:2"),
    Fault(15.0, "kill", "notify-1", "changed:2"),
)
WHILE_IN_HAND = (  # BOSS is slow all the time, and who holds a line stands still past its lease: where only fences help
    Fault(0.5, "boss", "boss", "slow", 19.0),
    Fault(0.5, "smsc", "smsc", "slow", 19.0),
    *(Fault(at, "stop", "refund-1", "", 4.0) for at in (5.0, 13.0)),
    *(Fault(at, "stop", "refund-2", "", 4.0) for at in (9.0, 17.0)),
)
Made = Callable[..., Judged]
Killed = Callable[[Boss], Judged]
SEEDED: dict[Boss, tuple[int, int]] = {"honours": (7, 36), "asked": (11, 32), "neither": (13, 32)}  # seed, kills
pytestmark = pytest.mark.filterwarnings("ignore::ResourceWarning")  # sockets of plain clients whose broker died


@pytest.fixture
def made(tmp_path: Path) -> Made:
    """`made(kills=34, boss="asked")`: a run in a folder of its own, judged."""
    return partial(judged, tmp_path)


def judged(folder: Path, /, **asked: Any) -> Judged:
    found = judge(run.play(Options(**asked), folder, lambda _what, _share: None))
    gc.collect()  # here, not in a test to come
    return found


@pytest.fixture(scope="module")
def killed(tmp_path_factory: pytest.TempPathFactory) -> Killed:
    """`killed("asked")`: the run with seeded kills under this ability of BOSS, the same one for every test."""

    @cache
    def run_with(boss: Boss) -> Judged:
        seed, kills = SEEDED[boss]
        return judged(tmp_path_factory.mktemp(boss), seed=seed, kills=kills, boss=boss)

    return run_with


def must_be_green(found: Judged) -> None:
    assert [str(finding) for finding in found.verdict.findings] == []
    for kind in ("complaints", "clocks", "refunds"):
        count = found.verdict.counts[kind]
        assert count.attempted > 0
        assert (count.lost, count.doubled, count.early, count.otherwise) == (0, 0, 0, 0)
    assert found.verdict.counts["SMS"].lost == 0
    for kind in ("complaints", "refunds"):
        count = found.verdict.counts[kind]
        assert count.acknowledged == count.attempted, "a caller was refused, or never answered"


def must_show_something(found: Judged) -> None:
    deaths = [death for death in found.played.ended.deaths if death.by != "itself"]
    assert len(deaths) == found.played.options.kills
    assert any(death.windows for death in deaths), "no kill landed inside a critical window: nothing is shown"
    assert found.verdict.redeliveries > 0, "nothing came a second time: nothing is shown"


def test_F1_F4_F5_seeded_kills_lose_and_double_nothing_where_boss_honours_keys(killed: Killed) -> None:
    must_be_green(killed("honours"))
    must_show_something(killed("honours"))


def test_F1_F4_F24_seeded_kills_lose_and_double_nothing_where_boss_can_only_be_asked(killed: Killed) -> None:
    must_be_green(killed("asked"))
    must_show_something(killed("asked"))


def test_F1_F4_F24_what_a_boss_that_can_do_neither_leaves_unknown_is_parked_and_never_repeated(killed: Killed) -> None:
    found = killed("neither")
    must_be_green(found)
    must_show_something(found)
    booked = [entry["key"] for entry in found.boss]
    assert len(booked) == len(set(booked)), (
        "a line was sent to BOSS twice, although nobody could know of the first time"
    )


@pytest.mark.parametrize("window", ["boss", "submit"])
def test_F4_F5_of_all_these_kills_some_landed_between_a_call_of_a_server_and_its_stored_answer(
    killed: Killed, window: str
) -> None:
    assert any(window in death.windows for boss in SEEDED for death in killed(boss).played.ended.deaths)


def test_F10_connections_closed_every_two_seconds_lose_and_double_nothing(
    made: Made, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    again_and_again = Fault(0.5, "cut", "broker", seconds=14.0)
    monkeypatch.setattr(run, "faults_of", lambda _options: (again_and_again,))
    monkeypatch.setenv("LOG_LEVEL", "INFO")
    found = made(seed=5, kills=0, length=12, journeys=12, slow=SLOW)
    must_be_green(found)
    assert [struck.fault for struck in found.played.ended.faults] == [again_and_again]
    said = {log: log.read_text() for log in tmp_path.rglob("*.log")}
    lost = {log.stem: text.count(LOST) for log, text in said.items() if log.stem.rpartition("-")[0] in SERVICES}
    print(f"\n{lost}")
    assert {name.rpartition("-")[0] for name in lost} == set(SERVICES)
    assert min(lost.values()) >= CUTS, "not every process was cut off each time"
    assert any(CAME_AGAIN in text for text in said.values()), "nothing ran twice: nothing is shown"


def test_without_the_outbox_sms_are_lost(made: Made, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run, "faults_of", lambda _options: BEHIND_THE_WRITE)
    found = made(seed=2, kills=3, length=20, journeys=16, replicas=1, control="outbox")
    assert found.verdict.counts["SMS"].lost > 0  # a case is opened late all the same: by the complaint's next event


def test_without_idempotence_complaints_clocks_and_sms_are_doubled(made: Made) -> None:
    found = made(seed=7, kills=0, length=10, journeys=16, replicas=1, faults=("boss",), control="idempotence")
    for kind in ("complaints", "clocks", "SMS"):
        assert found.verdict.counts[kind].doubled > 0, kind


def test_without_fences_refunds_are_doubled(made: Made, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run, "faults_of", lambda _options: WHILE_IN_HAND)
    found = made(seed=6, kills=0, length=20, journeys=20, boss="asked", control="fence")
    assert found.verdict.counts["refunds"].doubled > 0
