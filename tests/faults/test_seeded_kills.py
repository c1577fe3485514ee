"""About a hundred seeded kills, and other faults beside them, under every ability of BOSS; and three negative controls.

Each run is judged from outside: by BOSS's journal, the centre's, the events overheard, and what callers were told."""

import gc
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from chaos.options import Options
from chaos.run import play
from chaos.verdict import Judged, judge

Made = Callable[..., Judged]
pytestmark = pytest.mark.filterwarnings("ignore::ResourceWarning")  # sockets of plain clients whose broker died


@pytest.fixture
def made(tmp_path: Path) -> Made:
    """`made(kills=34, boss="asked")`: a run in a folder of its own, judged."""

    def run(**asked: Any) -> Judged:
        found = judge(play(Options(**asked), tmp_path, lambda _what, _share: None))
        gc.collect()  # here, not in a test to come
        return found

    return run


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


def test_without_the_outbox_the_judge_is_red(made: Made) -> None:
    found = made(seed=2, kills=8, length=20, journeys=16, replicas=1, faults=("kill", "broker"), control="outbox")
    assert wrong(found, "clocks") + wrong(found, "SMS") > 0


def test_without_idempotence_the_judge_is_red(made: Made) -> None:
    found = made(seed=7, kills=0, length=10, journeys=16, replicas=1, faults=("boss",), control="idempotence")
    assert wrong(found, "complaints") + wrong(found, "refunds") > 0


def test_without_fences_the_judge_is_red(made: Made) -> None:
    found = made(seed=6, kills=0, length=15, journeys=16, faults=("boss", "smsc"), boss="asked", control="fence")
    assert wrong(found, "refunds") + wrong(found, "SMS") > 0
