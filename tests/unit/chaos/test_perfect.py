"""The judge never cries over a run in which all went well, whatever may happen on the way."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chaos.judging.evidence import Evidence
from tests.unit.chaos.plans import SORTS
from tests.unit.chaos.world import MACHINE, START, World, perfect

SOME = st.lists(st.sampled_from(sorted(SORTS)), min_size=1, max_size=7)
ALL = list(SORTS)
AWAY = {"broker_away": ((MACHINE, MACHINE + timedelta(seconds=1)),)}  # a call may be given up then


@given(SOME, st.integers(100, 90000))
def test_a_perfect_run_is_green_and_everything_in_it_is_counted(sorts: list[str], fen: int) -> None:
    verdict = perfect(sorts, fen).judged()
    assert not verdict.findings
    assert verdict.green
    for count in verdict.counts.values():
        assert count.ok == count.attempted
    assert verdict.counts["complaints"].attempted == len(sorts)
    assert verdict.counts["clocks"].attempted == sum(len(SORTS[sort]["clocks"]) for sort in sorts)


def test_all_sorts_together_make_every_figure() -> None:
    verdict = perfect(ALL).judged()
    assert verdict.lateness.fired == 11
    assert verdict.lateness.p50 == verdict.lateness.longest == 0.2
    assert all(count.acknowledged for count in verdict.counts.values())


@given(SOME, st.data())
def test_redeliveries_are_counted_and_are_no_doubling(sorts: list[str], data: Any) -> None:
    world = perfect(sorts)
    again = data.draw(st.lists(st.sampled_from(world.overheard), max_size=9))
    world.overheard += again
    verdict = world.judged()
    assert verdict.green
    assert verdict.redeliveries == len(again)


@given(SOME, st.data(), st.booleans())
def test_a_call_given_up_may_have_been_done_or_not(sorts: list[str], data: Any, refused_later: bool) -> None:
    """Its acknowledgement is taken out of the journal; what it did is still there."""
    world = perfect(sorts)
    calls = [line["id"] for line in world.told if line["what"] == "attempted" and line["method"] != "register"]
    if not calls:
        return
    call_id = data.draw(st.sampled_from(calls))
    end = {"what": "given_up"} if not refused_later else {"what": "refused", "error": "Conflict", "rule": None}
    end["machine"] = MACHINE.isoformat()
    world.told = [line for line in world.told if line.get("id") != call_id or line["what"] == "attempted"]
    world.told.append({"what": "no_answer", "id": call_id, "why": "RpcTimeout", "machine": ""})
    world.told.append(end | {"id": call_id})
    assert world.judged(**AWAY).green


def attempted(world: World, method: str) -> str:
    return next(line["id"] for line in world.told if line["what"] == "attempted" and line["method"] == method)


def taken_back(world: World, call_id: str) -> None:
    """Nobody ever answered this call."""
    world.told = [line for line in world.told if line.get("id") != call_id or line["what"] == "attempted"]
    world.told.append({"what": "given_up", "id": call_id, "machine": MACHINE.isoformat()})


def test_a_registration_given_up_may_have_left_nothing() -> None:
    world = perfect(["forgotten"])
    taken_back(world, attempted(world, "register"))
    world.final |= {"complaints": {}, "cases": {}, "messages": []}
    world.smsc.clear()
    world.overheard.clear()
    verdict = world.judged(**AWAY)
    assert verdict.green
    assert (verdict.counts["complaints"].attempted, verdict.counts["complaints"].acknowledged) == (1, 0)


def test_a_registration_given_up_may_have_been_taken_once() -> None:
    world = perfect(["forgotten"])
    taken_back(world, attempted(world, "register"))
    assert world.judged(**AWAY).green


def test_a_refund_that_was_unknown_and_then_settled_is_counted_as_such() -> None:
    world = perfect(["paid"])
    unknown = {
        "event_id": "refund:r0:9",
        "service": "refund",
        "type": "refund_unknown",
        "refund_id": "r0",
        "change": {},
    }
    unknown |= {"at": START.isoformat(), "machine": MACHINE.isoformat()}
    world.overheard.append(unknown | {"complaint_id": "c0"})
    verdict = world.judged()
    assert verdict.green
    assert (verdict.counts["refunds"].unknown, verdict.counts["refunds"].ok) == (1, 0)


@pytest.fixture
def parked() -> World:
    """BOSS can neither be asked nor honours keys; it has the first line of a refund, and of the second nobody knows."""
    world = perfect(["paid"])
    refund = world.final["refunds"]["13910000001"][0]
    refund |= {"status": "unknown", "doubt": {"waits_for": "person", "since": refund["paid_at"]}}
    refund["lines"][1]["state"] = "unknown"
    world.hush("refund_paid", {"serial_no": world.final["complaints"]["13910000001"][0]["serial_no"]})
    world.boss.pop()
    return world


def around(world: World) -> Any:
    """Spans of machine time with the beginning of the doubt in them."""
    since = world.machine(world.final["refunds"]["13910000001"][0]["doubt"]["since"])
    return ((since - timedelta(seconds=1), since + timedelta(seconds=1)),)


REASONS: dict[str, Callable[[World], dict[str, Any]]] = {
    "BOSS told nothing": lambda _: {"boss_unanswered": ("r0:award",)},
    "its process was killed": lambda _: {"kills_with_lines": 1},
    "MongoDB was away": lambda world: {"database_away": around(world)},
    "its process stood still": lambda world: {"refund_stood": around(world)},
}


@pytest.mark.parametrize("reason", REASONS)
def test_where_BOSS_can_neither_be_asked_nor_honours_keys_a_person_settles(parked: World, reason: str) -> None:
    verdict = parked.judged(boss_settles=False, **REASONS[reason](parked))
    assert verdict.green
    assert (verdict.counts["refunds"].unknown, verdict.waiting) == (1, 1)
    assert not parked.judged(boss_settles=True, **REASONS[reason](parked)).green


def test_a_refund_that_is_left_to_a_person_without_a_reason_is_lost(parked: World) -> None:
    verdict = parked.judged(boss_settles=False, boss_unanswered=("r7:award",))
    assert (verdict.counts["refunds"].lost, verdict.waiting) == (1, 0)


def test_a_refund_that_BOSS_has_and_that_waits_for_a_person_without_a_reason_is_found(parked: World) -> None:
    parked.boss.append(parked.boss[0] | {"key": "r0:award", "kind": "award"})
    assert parked.judged(boss_settles=False).counts["refunds"].otherwise == 1


def test_one_killed_process_is_no_reason_for_two_refunds() -> None:
    world = perfect(["paid", "paid"])
    for (refund,) in world.final["refunds"].values():
        refund |= {"status": "unknown", "doubt": {"waits_for": "person", "since": refund["paid_at"]}}
    world.boss.clear()
    verdict = world.judged(boss_settles=False, kills_with_lines=1)
    assert (verdict.counts["refunds"].lost, verdict.waiting) == (1, 1)


def test_an_SMS_sent_again_after_a_kill_in_the_submit_window_may_come_twice_if_it_is_marked() -> None:
    world = perfect(["kept"])
    world.smsc.append(world.smsc[0])
    world.final["messages"][0]["may_be_repeated"] = True
    verdict = world.judged(answers_lost=1)
    assert verdict.green
    assert verdict.counts["SMS"].doubled == 1
    assert not world.judged(answers_lost=0).green


def test_an_SMS_held_for_the_end_of_the_quiet_hours_is_not_lost() -> None:
    world = perfect(["kept"])
    lost = world.smsc.pop(0)
    told = next(each for each in world.final["messages"] if each["template"] == "receipt")
    told |= {"status": "held", "hold_until": world.final["until"].replace("2026", "2027")}
    assert "已受理" in lost["text"]
    assert not world.judged().green, "no night ends next year"
    told["hold_until"] = (datetime.fromisoformat(world.final["until"]) + timedelta(hours=8)).isoformat()
    assert world.judged().green


def moved(world: World, from_hours: float) -> None:
    """Business time began at `from_hours`, ran at the machine's pace and was moved on by an hour at once."""
    (clock,) = (line for line in world.told if line["what"] == "clock")
    clock["origin"] = (START + timedelta(hours=from_hours)).isoformat()
    clock["rate"] = 1.0
    jump = MACHINE + timedelta(seconds=1)
    world.told.append(clock | {"machine": jump.isoformat(), "offset": 3600.0})


def test_of_what_a_jump_of_the_clock_brings_together_either_order_is_right() -> None:
    """5 h and 5.5 h: no machine time lies between them where the clock was moved from 4.9 h on."""
    world, five = perfect(["kept"]), START + timedelta(hours=5)
    moved(world, 4.9)
    evidence = Evidence(world.told, (), (), (), world.final)
    assert evidence.close(five, five + timedelta(minutes=30))
    assert not evidence.close(five, five + timedelta(hours=2))


def scored(world: World, *, as_contact: bool) -> None:
    """The customer of the only complaint answers by SMS; the centre took it, the suite recorded it."""
    said = {
        "journey": "s1-00000",
        "sort": "surveyed",
        "who": "phone",
        "service": "phone",
        "method": "sms",
        "target": "c0",
    }
    at = (START + timedelta(hours=9)).isoformat()
    call = {"id": "s1-00000-9", "machine": "", "at": at}
    world.told.append({"what": "attempted", **call, **said, "request_id": "s1-00000-9", "about": {}})
    world.told.append({"what": "acknowledged", **call, "answer": {}, "digest": ""})
    event = "contact_recorded" if as_contact else "followed_up"
    world.final["complaints"]["13910000001"][0]["history"].append({"n": 99, "event": event, "at": at, "by": "intake"})
    told = {"event_id": "intake:c0:99", "service": "intake", "type": event, "complaint_id": "c0", "at": at}
    world.overheard.append(told | {"change": {}, "machine": world.machine(at).isoformat()})


def test_a_customers_SMS_after_the_reply_is_its_score() -> None:
    world = perfect(["rejected"])
    scored(world, as_contact=False)
    world.final["cases"]["c0"]["clocks"][-1] |= {
        "state": "met",
        "ended_at": world.final["complaints"]["13910000001"][0]["history"][-1]["at"],
    }
    world.hush("clock_warning", world.final["cases"]["c0"], world.final["cases"]["c0"]["clocks"][-1])
    assert world.judged().green


def test_a_customers_SMS_that_nobody_took_up_is_lost() -> None:
    world = perfect(["rejected"])
    scored(world, as_contact=False)
    world.final["complaints"]["13910000001"][0]["history"].pop()
    world.overheard.pop()
    (finding,) = world.judged().findings
    assert (finding.kind, finding.wrong) == ("complaints", "lost")


def test_where_nobody_knows_of_the_reply_the_SMS_may_be_a_contact() -> None:
    world = perfect(["rejected"])
    taken_back(world, attempted(world, "reply"))
    scored(world, as_contact=True)
    assert world.judged(**AWAY).green
