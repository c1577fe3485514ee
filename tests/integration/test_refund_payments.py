"""Whatever BOSS does: one entry a line, or a person who settles it. Always with two replicas of the service (RF1)."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from typing import Any

import pytest

from services.refund.service import RefundService
from tests.integration.refund_counter import Counter, claim, command, new_number, opened, refused, soon

Counters = Callable[..., Counter]
DOUBLE = {"ground": "double_refund", "principal_fen": 1000}
AS_USUAL = {"honours_keys": True, "can_be_asked": True}
FORGETFUL = {"honours_keys": False, "can_be_asked": True}
DEAF = {"honours_keys": True, "can_be_asked": False}
NEITHER = {"honours_keys": False, "can_be_asked": False}
PATIENT = {"answer_seconds": "2", "lease_seconds": "3"}  # a stall of BOSS is a timeout, and that parks for good

MISBEHAVIOURS = {
    "an error before it books": {"fail": "before", "times": 1},
    "an error after it booked": {"fail": "after", "times": 1},
    "silence before it books": {"silent": "before", "times": 1},
    "silence after it booked": {"silent": "after", "times": 1},
    "slow, it books after everybody has gone": {"delay_s": 1.5, "times": 1},
    "errors again and again": {"fail": "before", "times": 2},
}


@pytest.fixture(scope="module")
def counters(
    make_settings: Any, start_service: Any, make_client: Any, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Counters]:
    """`counters(honours_keys=…, can_be_asked=…)`: two replicas and a BOSS of these abilities, made once each."""
    known: dict[str, Counter] = {}
    with ExitStack() as open_ones:

        def counter(**abilities: bool) -> Counter:
            name = repr(sorted(abilities.items()))
            if name not in known:
                tools = make_settings, start_service, make_client
                folder = tmp_path_factory.mktemp("counter")
                replicas = (RefundService, RefundService)
                billing = abilities | (PATIENT if abilities == NEITHER else {})
                known[name] = open_ones.enter_context(opened(tools, folder, *replicas, **billing))
            known[name].boss.behave(**abilities)
            return known[name]

        yield counter


def booked(counter: Counter, number: str) -> list[int]:
    """The amounts that stand in BOSS's journal for a number; fails where a key stands twice."""
    return sorted(counter.boss.entries(number).values())


@pytest.mark.parametrize("modes", MISBEHAVIOURS.values(), ids=MISBEHAVIOURS)
@pytest.mark.parametrize("abilities", [AS_USUAL, FORGETFUL, DEAF], ids=["as usual", "forgets keys", "cannot be asked"])
def test_F24_RF1_two_lines_end_as_two_entries(
    counters: Counters, abilities: dict[str, bool], modes: dict[str, Any]
) -> None:
    counter = counters(**abilities)
    number = new_number()
    counter.boss.behave(**abilities, **modes)
    refund_id = counter.approved(msisdn=number, **DOUBLE)

    refund = counter.settles(refund_id)
    assert refund["status"] == "paid"
    assert [line["state"] for line in refund["lines"]] == ["paid", "paid"]
    assert booked(counter, number) == [1000, 1000]


def test_a_policy_that_promises_more_than_boss_keeps_pays_twice_and_these_tests_see_it(counters: Counters) -> None:
    counter = counters(**DEAF)
    number = new_number()
    counter.boss.behave(**NEITHER, fail="after", times=1)
    counter.settles(counter.approved(msisdn=number))
    with pytest.raises(AssertionError, match="paid twice"):
        booked(counter, number)


@pytest.mark.parametrize("mode", ["fail", "silent"])
@pytest.mark.parametrize(("side", "truth"), [("before", "not_paid"), ("after", "paid")])
def test_F24_a_boss_that_helps_with_nothing_leaves_it_to_a_person(
    counters: Counters, mode: str, side: str, truth: str
) -> None:
    counter = counters(**NEITHER)
    number = new_number()
    counter.boss.behave(**NEITHER, **{mode: side}, times=1)
    refund_id = counter.approved(msisdn=number)
    refund = counter.waits_for_person(refund_id)
    assert (refund["status"], refund["doubt"]["why"]) == ("unknown", "timeout" if mode == "silent" else "http_500")
    assert len(booked(counter, number)) == (1 if truth == "paid" else 0)

    with refused("Forbidden"):
        counter.branch.settle(refund_id, command(outcome=truth, evidence=["BOSS流水"]))
    (listed,) = (each for each in counter.finance.unknown({})["items"] if each["refund_id"] == refund_id)
    arrived = datetime.fromisoformat(listed["not_paid_from"])
    soon(lambda: truth == "paid" or datetime.now(UTC) > arrived, "its time never came")
    settlement = command(outcome=truth, evidence=["BOSS流水"])
    settled = counter.finance.settle(refund_id, settlement)
    assert settled["status"] == {"paid": "paid", "not_paid": "failed"}[truth]
    assert counter.finance.settle(refund_id, settlement) == settled
    assert settled["settlements"][0] | {"at": ""} == {
        "kind": "principal",
        "outcome": truth,
        "by": "F1001",
        "at": "",
        "evidence": ["BOSS流水"],
    }
    assert len(booked(counter, number)) == (1 if truth == "paid" else 0)


def test_after_a_settlement_the_next_line_is_paid(counters: Counters) -> None:
    counter = counters(**NEITHER)
    number = new_number()
    counter.boss.behave(**NEITHER, silent="after", times=1)
    refund_id = counter.approved(msisdn=number, **DOUBLE)
    counter.waits_for_person(refund_id)
    counter.finance.settle(refund_id, command(outcome="paid", evidence="BOSS流水"))
    assert counter.settles(refund_id)["status"] == "paid"
    assert booked(counter, number) == [1000, 1000]


def test_a_refusal_fails_it_and_the_claim_may_be_taken_back_and_brought_again(counters: Counters) -> None:
    counter = counters(**AS_USUAL)
    wanted = claim()
    counter.boss.behave(refuse="number_closed")
    refund_id = counter.agent.request(wanted)["refund_id"]
    counter.duty_manager.approve(refund_id, command())
    failed = counter.settles(refund_id)
    assert (failed["status"], failed["failed_because"]) == ("failed", "number_closed")
    assert booked(counter, wanted["msisdn"]) == []

    counter.boss.behave()
    counter.agent.withdraw(refund_id, command(reason="换号后重提"))
    again = counter.approved(**wanted | {"request_id": command()["request_id"]})
    assert counter.settles(again)["status"] == "paid"
    assert counter.boss.entries(wanted["msisdn"]) == {f"{again}:principal": 990}


def test_F24_a_boss_that_is_away_is_waited_for(counters: Counters) -> None:
    counter = counters(**AS_USUAL)
    number = new_number()
    counter.boss.kill()
    refund_id = counter.approved(msisdn=number, **DOUBLE)
    refund = counter.settles(refund_id, "unknown")
    assert (refund["doubt"]["why"], refund["doubt"]["waits_for"]) == ("connection_lost", "boss")
    counter.boss.start()
    assert counter.settles(refund_id)["status"] == "paid"
    assert booked(counter, number) == [1000, 1000]


def test_thirty_refunds_at_once_and_two_replicas_make_thirty_entries(counters: Counters) -> None:
    counter = counters(**AS_USUAL)
    before = len(counter.boss.journal())
    counter.boss.behave(delay_s=0.05)
    made = [counter.approved(principal_fen=100 + n) for n in range(30)]
    soon(lambda: all(counter.status(refund_id) == "paid" for refund_id in made))
    keys = [line["key"] for line in counter.boss.journal()[before:]]
    assert sorted(keys) == sorted(f"{refund_id}:principal" for refund_id in made)


def test_F24_what_is_unknown_is_not_withdrawn_nor_approved_again(counters: Counters) -> None:
    counter = counters(**NEITHER)
    counter.boss.behave(**NEITHER, silent="after", times=1)
    refund_id = counter.approved()
    counter.waits_for_person(refund_id)
    with refused("Conflict"):
        counter.agent.withdraw(refund_id, command(reason="等太久"))
    with refused("Conflict"):
        counter.branch.approve(refund_id, command())
    counter.finance.settle(refund_id, command(outcome="paid", evidence=["BOSS流水"]))
    with refused("Conflict"):
        counter.finance.settle(refund_id, command(outcome="not_paid", evidence=["BOSS流水"]))
