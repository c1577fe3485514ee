"""What a seed becomes: the same faults for ever, as many kills as asked for, aimed and not."""

import json
from collections import Counter
from dataclasses import astuple
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chaos.options import Options
from chaos.plan import SORTS, Fault, plan
from chaos.points import POINTS as POINTS_OF_ALL
from chaos.run import faults_of

POINTS = {
    "intake": {"before_write": "", "after_write": "outbox"},
    "refund": {"before_boss": "boss", "after_boss": "boss", "before_write": "", "after_write": "outbox"},
}
seeds = st.integers(0, 2**32)


def planned(seed: int, kills: int = 40, **more: object) -> tuple[Fault, ...]:
    return plan(seed, kills, 60.0, 2, POINTS, **more)  # type: ignore[arg-type]


@given(seeds, st.integers(0, 300), st.integers(1, 4))
def test_as_many_kills_as_asked_for_spread_over_all_processes(seed: int, kills: int, replicas: int) -> None:
    struck = Counter(fault.target for fault in plan(seed, kills, 60.0, replicas, POINTS) if fault.sort == "kill")
    assert sum(struck.values()) == kills
    assert max(struck.values(), default=0) - min(struck.values(), default=0) <= 1
    assert set(struck) <= {f"{service}-{number}" for service in POINTS for number in range(1, replicas + 1)}


@given(seeds)
def test_the_same_seed_gives_the_same_plan_in_whatever_order_the_points_are_named(seed: int) -> None:
    turned = {service: dict(reversed(POINTS[service].items())) for service in reversed(POINTS)}
    assert plan(seed, 40, 60.0, 2, POINTS) == plan(seed, 40, 60.0, 2, turned)


def test_a_seed_gives_this_plan_for_ever() -> None:
    told = json.dumps([astuple(fault) for fault in planned(7)])
    assert sha256(told.encode()).hexdigest() == "fde92a1a0e2788342f3b5366d75406e1329c1afb0c624e37d934663c53731a2c"


@given(seeds)
def test_leaving_one_sort_out_leaves_the_others_as_they_were(seed: int) -> None:
    whole = planned(seed)
    for left_out in SORTS:
        rest = planned(seed, sorts=[sort for sort in SORTS if sort != left_out])
        assert rest == tuple(fault for fault in whole if fault.sort != left_out)


@given(seeds)
def test_half_of_the_kills_of_a_process_wait_for_a_crash_point_of_its_own_service(seed: int) -> None:
    for target, kills in by_target(planned(seed)).items():
        aimed = [fault.how.split(":") for fault in kills if fault.how]
        assert abs(2 * len(aimed) - len(kills)) <= 1
        for point, nth in aimed:
            assert point in POINTS[target.rpartition("-")[0]]
            assert int(nth) >= 1


@given(seeds, st.integers(8, 60))
def test_windows_take_turns_and_so_do_the_points_in_each(seed: int, kills: int) -> None:
    for target, killed in by_target(planned(seed, kills)).items():
        points = POINTS[target.rpartition("-")[0]]
        hit = Counter(fault.how.partition(":")[0] for fault in killed if fault.how)
        windows = Counter[str]()
        for point, window in points.items():
            windows[window] += hit[point]
        assert max(windows.values()) - min(windows.values()) <= 1
        for window in windows:
            mine = [hit[point] for point in points if points[point] == window]
            assert max(mine) - min(mine) <= 1


@given(seeds)
def test_thirty_two_kills_of_any_run_are_aimed_into_the_boss_and_the_submit_window_by_each_replica(seed: int) -> None:
    windows = {point.name: point.window for point in POINTS_OF_ALL}
    aimed = {
        (fault.target, windows[fault.how.removesuffix(":1")])
        for fault in faults_of(Options(seed=seed, kills=32))
        if fault.sort == "kill" and fault.how.endswith(":1")
    }
    assert {("refund-1", "boss"), ("refund-2", "boss"), ("notify-1", "submit"), ("notify-2", "submit")} <= aimed


def by_target(faults: tuple[Fault, ...]) -> dict[str, list[Fault]]:
    """The kills of each process."""
    kills = [fault for fault in faults if fault.sort == "kill"]
    return {target: [kill for kill in kills if kill.target == target] for target in {kill.target for kill in kills}}


@given(seeds)
def test_faults_come_by_time_within_the_run_and_one_after_the_other_on_their_target(seed: int) -> None:
    faults = planned(seed)
    assert list(faults) == sorted(faults)
    assert all(0 <= fault.at <= 60 for fault in faults)
    for sort in set(SORTS) - {"kill"}:
        ends: dict[str, float] = {}
        for fault in (each for each in faults if each.sort == sort):
            assert fault.at > ends.get(fault.target, -1)
            ends[fault.target] = fault.until


@pytest.mark.parametrize("sort", SORTS)
def test_every_sort_of_fault_happens_in_some_run(sort: str) -> None:
    assert any(fault.sort == sort for seed in range(5) for fault in planned(seed))


def test_an_outage_lasts_as_long_as_asked_for() -> None:
    away = [fault.seconds for fault in planned(7, outage=600.0) if fault.sort in ("broker", "mongo")]
    assert away
    assert set(away) == {600.0}
