"""What a run prints: figures, one table, every finding as a sentence."""

import json
from datetime import timedelta
from io import StringIO

import pytest
from rich.console import Console

from chaos.judging.verdict import Verdict, spread
from chaos.report import Faced, as_json, report
from tests.unit.chaos.planted_ledgers import BOSS_was_never_told
from tests.unit.chaos.world import perfect

FACED = Faced(
    7, kills=100, inside=11, windows={"boss": 9, "submit": 3, "outbox": 0}, faults={"broker": 2}, seconds=231.4
)


def printed(verdict: Verdict, faced: Faced = FACED) -> list[str]:
    console = Console(width=80, record=True, file=StringIO())
    console.print(report(verdict, faced))
    return console.export_text().splitlines()


def row(lines: list[str], kind: str) -> list[str]:
    (cells,) = (line.split() for line in lines if line.split()[:1] == [kind] and line.split()[1].isdigit())
    return cells


def test_a_green_run_shows_seed_kills_windows_counts_and_lateness() -> None:
    lines = printed(perfect(["kept", "forgotten", "paid"]).judged())
    assert lines[0].strip() == "seed 7"
    assert "kills 100, inside critical windows 11 (boss 9, submit 3)" in lines[1]
    assert "other faults 2 (broker 2)" in lines[2]
    assert row(lines, "complaints") == ["complaints", "3", "3", "3", "0", "0", "0", "–", "0"]
    assert row(lines, "refunds") == ["refunds", "1", "1", "1", "0", "0", "0", "–", "0"]
    assert row(lines, "clocks")[7] == "0"
    assert any("clocks fired 6, late by p50 0.200 s, p99 0.200 s, max 0.200 s" in line for line in lines)
    assert lines[-1].startswith("GREEN")


@pytest.mark.parametrize("server", ["database_away", "broker_away"])
def test_clocks_that_an_outage_of_a_server_made_late_are_told_apart(server: str) -> None:
    world = perfect(["kept", "forgotten"])
    breaks = next(event for event in world.overheard if event["type"] == "clock_broken")
    due = world.machine(breaks["change"]["due_at"])
    away = ((due, due + timedelta(seconds=0.05)),)
    lines = printed(world.judged(**{server: away}))
    assert any(line.startswith("3 of them while MongoDB and broker were there: p50 0.200 s") for line in lines)


def test_how_many_SMS_may_have_come_twice_stands_under_the_table() -> None:
    lines = printed(perfect(["kept"]).judged(answers_lost=4))
    assert "SMS whose answer died with its process, or that the centre never answered: 4" in lines


def test_what_is_left_to_a_person_stands_under_the_table() -> None:
    world = perfect(["paid"])
    (refund,) = next(iter(world.final["refunds"].values()))
    refund |= {"status": "unknown", "doubt": {"waits_for": "person", "since": refund["paid_at"]}}
    lines = printed(world.judged(boss_settles=False, kills_with_lines=1))
    assert "refunds that wait for a person, as BOSS can neither be asked nor knows keys: 1" in lines


def test_a_green_run_whose_kills_hit_nothing_in_hand_says_that_it_shows_little() -> None:
    verdict = perfect(["paid"]).judged()
    ends = [printed(verdict, Faced(7, kills=9, inside=inside))[-1] for inside in (0, 1)]
    assert ["No kill hit anything in hand" in end for end in ends] == [True, False]


def test_a_red_run_says_how_red_and_why() -> None:
    world = perfect(["paid"])
    BOSS_was_never_told(world, lambda found: found[0])
    lines = printed(world.judged(), Faced(7, control="outbox"))
    assert "control: outbox is off" in lines[0]
    assert row(lines, "refunds")[4] == "1"
    assert any(line.startswith("RED, findings: 1") for line in lines)
    assert any(
        line.startswith("1. refunds lost: r0: expected 1 entry of principal, 1929 fen; seen: 0, 0 fen")
        for line in lines
    )


def test_the_same_as_JSON() -> None:
    shown = as_json(perfect(["kept"]).judged(), FACED)
    assert json.loads(json.dumps(shown)) == shown
    assert (shown["seed"], shown["kills_inside_critical_windows"], shown["green"], shown["findings"]) == (
        7,
        11,
        True,
        [],
    )
    assert shown["counts"]["complaints"]["attempted"] == 1


@pytest.mark.parametrize(
    ("seconds", "expected"),
    [([], (0, 0.0, 0.0, 0.0)), ([1.0], (1, 1.0, 1.0, 1.0)), ([n / 100 for n in range(1, 201)], (200, 1.0, 1.98, 2.0))],
)
def test_the_spread_of_lateness(seconds: list[float], expected: tuple[float, ...]) -> None:
    found = spread(seconds)
    assert (found.fired, found.p50, found.p99, found.longest) == expected
