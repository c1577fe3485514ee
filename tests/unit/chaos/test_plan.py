"""What a seed becomes: the same faults for ever, as many kills as asked for, aimed and not."""

import json
from collections import Counter
from dataclasses import astuple
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chaos.plan import SORTS, Fault, plan

POINTS = {"intake": ["before_write", "after_write"], "refund": ["before_boss", "after_boss", "after_write"]}
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
    turned = {service: list(reversed(POINTS[service])) for service in reversed(POINTS)}
    assert plan(seed, 40, 60.0, 2, POINTS) == plan(seed, 40, 60.0, 2, turned)


def test_a_seed_gives_this_plan_for_ever() -> None:
    told = json.dumps([astuple(fault) for fault in planned(7)])
    assert sha256(told.encode()).hexdigest() == "fd53786716e450558d1b107769b291da159ff43316f944cbe0bfba4c0097b1d3"


@given(seeds)
def test_leaving_one_sort_out_leaves_the_others_as_they_were(seed: int) -> None:
    whole = planned(seed)
    for left_out in SORTS:
        rest = planned(seed, sorts=[sort for sort in SORTS if sort != left_out])
        assert rest == tuple(fault for fault in whole if fault.sort != left_out)


@given(seeds)
def test_about_half_of_the_kills_wait_for_a_crash_point_of_their_own_service(seed: int) -> None:
    kills = [fault for fault in planned(seed, kills=400) if fault.sort == "kill"]
    aimed = [fault for fault in kills if fault.how]
    assert 0.35 < len(aimed) / len(kills) < 0.65
    for fault in aimed:
        point, _, nth = fault.how.partition(":")
        assert point in POINTS[fault.target.rpartition("-")[0]]
        assert int(nth) >= 1


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
