"""About a hundred seeded kills, and other faults beside them, under every ability of BOSS; connections that are closed
again and again; and three negative controls.

Each run is judged from outside: by BOSS's journal, the centre's, the events overheard, and what callers were told."""

import gc
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from chaos import run
from chaos.options import Options
from chaos.plan import Fault
from chaos.verdict import Judged, judge
from services import SERVICES

SLOW = "event_begun:0.3"
CAME_AGAIN = "acknowledged after the connection was lost"
Made = Callable[..., Judged]
pytestmark = pytest.mark.filterwarnings("ignore::ResourceWarning")  # sockets of plain clients whose broker died


@pytest.fixture
def made(tmp_path: Path) -> Made:
    """`made(kills=34, boss="asked")`: a run in a folder of its own, judged."""

    def judged(**asked: Any) -> Judged:
        found = judge(run.play(Options(**asked), tmp_path, lambda _what, _share: None))
        gc.collect()  # here, not in a test to come
        return found

    return judged


def wrong(found: Judged, kind: str) -> int:
    """How much of a kind is lost or doubled."""
    count = found.verdict.counts[kind]
    return count.lost + count.doubled + count.otherwise


def must_be_green(found: Judged) -> None:
    assert [str(finding) for finding in found.verdict.findings] == []
    for kind in ("complaints", "clocks", "refunds"):
        count = found.verdict.counts[kind]
        assert count.attempted > 0
        assert (count.lost, count.doubled, count.early, count.otherwise) == (0, 0, 0, 0)
    assert found.verdict.counts["SMS"].lost == 0


def test_F1_F4_F5_seeded_kills_lose_and_double_nothing_where_boss_honours_keys(made: Made) -> None:
    found = made(seed=7, kills=36, boss="honours")
    must_be_green(found)
    deaths = found.played.ended.deaths
    assert sum(death.by != "itself" for death in deaths) == 36
    assert sum(bool(death.windows) for death in deaths) > 0, "no kill landed inside a critical window: nothing is shown"
    assert found.verdict.redeliveries > 0, "nothing came a second time: nothing is shown"


def test_F1_F4_F24_seeded_kills_lose_and_double_nothing_where_boss_can_only_be_asked(made: Made) -> None:
    must_be_green(made(seed=11, kills=32, boss="asked"))


def test_F1_F4_F24_what_a_boss_that_can_do_neither_leaves_unknown_is_parked_and_never_repeated(made: Made) -> None:
    found = made(seed=13, kills=32, boss="neither")
    must_be_green(found)
    booked = [entry["key"] for entry in found.boss]
    assert len(booked) == len(set(booked)), (
        "a line was sent to BOSS twice, although nobody could know of the first time"
    )


def test_F10_connections_closed_every_two_seconds_lose_and_double_nothing(
    made: Made, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    again_and_again = Fault(0.5, "cut", "broker", seconds=14.0)
    monkeypatch.setattr(run, "faults_of", lambda _options: (again_and_again,))
    monkeypatch.setenv("LOG_LEVEL", "INFO")
    found = made(seed=5, kills=0, length=12, journeys=12, slow=SLOW)
    must_be_green(found)
    assert [struck.fault for struck in found.played.ended.faults] == [again_and_again]
    logs = list(tmp_path.rglob("*.log"))
    lost = sum(log.read_text().count("lost its connection") for log in logs)
    assert lost >= 7 * len(SERVICES), "not every service was cut off each time"
    assert any(CAME_AGAIN in log.read_text() for log in logs), "nothing ran twice: nothing is shown"


def test_without_the_outbox_the_judge_is_red(made: Made) -> None:
    found = made(seed=2, kills=8, length=20, journeys=16, replicas=1, faults=("kill", "broker"), control="outbox")
    assert wrong(found, "clocks") + wrong(found, "SMS") > 0


def test_without_idempotence_the_judge_is_red(made: Made) -> None:
    found = made(seed=7, kills=0, length=10, journeys=16, replicas=1, faults=("boss",), control="idempotence")
    assert wrong(found, "complaints") + wrong(found, "refunds") > 0


def test_without_fences_the_judge_is_red(made: Made) -> None:
    found = made(seed=6, kills=0, length=15, journeys=16, faults=("boss", "smsc"), boss="asked", control="fence")
    assert wrong(found, "refunds") + wrong(found, "SMS") > 0
