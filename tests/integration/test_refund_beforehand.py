"""Pre-refunds, late fees and corrections from a plain Nameko caller, with intake and escalation beside (RF4, RF9)."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from services.escalation.service import EscalationService
from services.intake.service import IntakeService
from services.refund.service import RefundService
from tests.integration.refund_counter import (
    Counter,
    at_once,
    claim,
    command,
    new_id,
    new_number,
    opened,
    refused,
    soon,
)

CONSENT = {"by": "B1001", "reason": "金额较小,客户坚持先退"}
SURE = {"evidence": ["话单"]}


@pytest.fixture(scope="module")
def counter(
    make_settings: Any, start_service: Any, make_client: Any, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Counter]:
    tools = make_settings, start_service, make_client
    services = (RefundService, RefundService, IntakeService, EscalationService)
    with opened(tools, tmp_path_factory.mktemp("beforehand"), *services) as counter:
        yield counter


def complaint(counter: Counter) -> dict[str, Any]:
    """A complaint, replied to, of a number of its own: what a claim on it names."""
    number, intake = new_number(), counter.client("agent").intake
    taken = intake.register(
        {
            "request_id": new_id(),
            "ticket_type": "complaint",
            "channel": "hotline",
            "handling": "record_only",
            "customer": {"msisdn": number, "name": "陈先生", "brand": "ordinary"},
            "verification": {"method": "calling_number", "verified": True},
            "category": "04.01.01",
            "content": "话费有误",
            "branch": "SZ",
        }
    )
    reply = {"process": "已核对账单", "content": "正在核实", "satisfaction": "neutral"}
    intake.reply(taken["complaint_id"], command(**reply))
    return {"complaint_id": taken["complaint_id"], "msisdn": number}


def beforehand(counter: Counter, **changes: Any) -> str:
    """The id of a pre-refund that is paid and waits to be verified."""
    wanted = claim(ground="double_refund", insisted=True, consent=CONSENT, **(complaint(counter) | changes))
    refund = counter.agent.pre_refund(wanted)
    assert (refund["sort"], refund["needs"]) == ("pre_refund", {"level": "duty_manager"})
    for signer in ("duty_manager", "branch"):
        getattr(counter, signer).approve(refund["refund_id"], command())
    counter.settles(refund["refund_id"], "verifying")
    return str(refund["refund_id"])


def shown(counter: Counter, refund_id: str) -> dict[str, Any]:
    return dict(counter.finance.get(refund_id))


def case(counter: Counter, refund_id: str) -> tuple[str | None, str]:
    """The state of the refund's verification clock, and the level of its complaint."""
    found = counter.client("agent").escalation.case(shown(counter, refund_id)["complaint_id"])
    states = {clock["clock_id"]: clock["state"] for clock in found["clocks"] if clock["kind"] == "verification"}
    return states.get(refund_id), found["level"]


def booked(counter: Counter, refund_id: str) -> list[str]:
    """The lines of a refund that stand in BOSS's journal; fails where a key stands twice."""
    keys = [line["key"] for line in counter.boss.journal() if line["key"].startswith(refund_id)]
    assert len(keys) == len(set(keys))
    return sorted(key.partition(":")[2] for key in keys)


def test_RF4_CL5_a_pre_refund_is_paid_timed_verified_and_doubled(counter: Counter) -> None:
    refund_id = beforehand(counter)
    soon(lambda: case(counter, refund_id) == ("running", "agent"))
    assert booked(counter, refund_id) == ["principal"]

    with refused("RuleRefused", "RF4"):
        counter.agent.verify(refund_id, command(upheld=True, **SURE))
    assert counter.branch.verify(refund_id, command(upheld=True, **SURE))["verification"]["outcome"] == "upheld"

    assert counter.settles(refund_id)["total_fen"] == 1980
    assert booked(counter, refund_id) == ["award", "principal"]
    soon(lambda: case(counter, refund_id) == ("met", "agent"))
    ledger = counter.finance.ledger(refund_id)
    assert (ledger["customer_fen"], ledger["balanced"]) == (1980, True)


def test_RF4_many_verifications_at_once_are_one_and_pay_at_most_one_award(counter: Counter) -> None:
    refund_id = beforehand(counter)
    callers = counter.crowd(6, "branch")
    acts = [
        lambda caller=caller, upheld=upheld: caller.verify(refund_id, command(upheld=upheld, **SURE))
        for caller, upheld in zip(callers, [True, False] * 3, strict=True)
    ]
    (done,) = [answer for answer in at_once(acts) if "verification" in answer]
    upheld = done["verification"]["outcome"] == "upheld"
    counter.settles(refund_id, "paid", "closed")
    assert booked(counter, refund_id) == (["award", "principal"] if upheld else ["principal"])


def test_RF4_CL5_a_verification_and_the_break_at_once_have_one_winner(counter: Counter) -> None:
    outcomes = set()
    for _ in range(4):
        refund_id = beforehand(counter)
        refund = shown(counter, refund_id)
        due_at = "2026-11-26T09:00:00.000+08:00"
        clock = {"clock_id": refund_id, "kind": "verification", "state": "broken", "due_at": due_at}
        news = {"complaint_id": refund["complaint_id"], "seq": 400, "clocks": [clock]}
        verify = command(upheld=True, **SURE)
        at_once(
            [
                lambda news=news: counter.tell("escalation", "clock_broken", news),
                lambda refund_id=refund_id, verify=verify: counter.branch.verify(refund_id, verify),
            ]
        )
        soon(lambda refund_id=refund_id: counter.status(refund_id) in ("paid", "closed"))
        outcome = shown(counter, refund_id)["verification"]["outcome"]
        outcomes.add(outcome)
        assert booked(counter, refund_id) == (["award", "principal"] if outcome == "upheld" else ["principal"])
    assert outcomes <= {"upheld", "broken"}


def test_RF9_late_fees_at_once_do_not_pass_the_cap_together(counter: Counter) -> None:
    common = {"msisdn": new_number(), "fee_fen": 900, "brand": "ordinary", "cause": "缴费延迟到账", "branch": "SZ"}
    acts = [
        lambda caller=caller, month=month: caller.waive_late_fee(command(period=f"2026-0{month}", **common))
        for month, caller in enumerate(counter.crowd(5), 1)
    ]
    answers = at_once(acts)
    waived = [answer["refund_id"] for answer in answers if "status" in answer]
    assert [answer["rule"] for answer in answers if "status" not in answer] == ["RF9"] * 3
    assert len(waived) == 2
    for refund_id in waived:
        assert counter.settles(refund_id)["status"] == "paid"
        assert booked(counter, refund_id) == ["late_fee"]


def test_RF12_pieces_at_once_each_count_all_before_them(counter: Counter) -> None:
    number = new_number()
    acts = [
        lambda caller=caller, month=month: caller.request(claim(msisdn=number, period=f"2026-0{month}"))
        for month, caller in enumerate(counter.crowd(5), 1)
    ]
    answers = at_once(acts)
    assert sorted(answer["counted_fen"] for answer in answers) == [990 * nth for nth in range(1, 6)]
    assert sorted(tuple(answer["steps"]) for answer in answers) == [
        *[("duty_manager",)] * 3,
        *[("duty_manager", "branch")] * 2,
    ]


def test_RF4_RF12_until_it_is_verified_a_pre_refund_counts_for_what_it_may_become(counter: Counter) -> None:
    of = complaint(counter)
    refund_id = beforehand(counter, **of)
    piece = claim(**of, service="彩信")
    assert counter.agent.quote(piece)["counted_fen"] == 3 * 990
    counter.branch.verify(refund_id, command(upheld=False, **SURE))
    assert counter.agent.quote(piece)["counted_fen"] == 2 * 990


def test_RF15_traffic_before_the_fee_page_is_an_entry_of_its_own_in_boss(counter: Counter) -> None:
    refund_id = counter.approved(ground="double_refund", principal_fen=500, pre_page_fen=40)
    assert counter.settles(refund_id)["total_fen"] == 1040
    assert booked(counter, refund_id) == ["award", "principal", "principal:pre_page"]
    accounts = counter.finance.ledger(refund_id)["accounts"]
    assert accounts == {"company:award": -500, "company:principal": -540, "customer": 1040}


def test_RF10_a_correction_is_recorded_found_and_never_paid(counter: Counter) -> None:
    of = complaint(counter)
    told = {"service": "彩铃", "period": "2026-10", "cause": "套餐登记错误", "correction": "已改回原套餐"}
    recorded = counter.agent.correct(command(**of, **told, branch="SZ"))
    assert (recorded["status"], recorded["lines"], recorded["needs"]) == ("closed", [], None)
    (found,) = counter.agent.search({"complaint_id": of["complaint_id"], "sort": "correction"})["items"]
    assert found["correction"] == "已改回原套餐"
    assert booked(counter, recorded["refund_id"]) == []


def test_RF4_CL5_nobody_verifies_it_in_three_days(counter: Counter) -> None:
    """The last one, since time moves on for all."""
    refund_id = beforehand(counter)
    soon(lambda: case(counter, refund_id)[0] == "running")
    counter.clock.advance(timedelta(hours=72, minutes=1))
    soon(lambda: counter.status(refund_id) == "closed")
    assert shown(counter, refund_id)["verification"]["outcome"] == "broken"
    assert case(counter, refund_id) == ("broken", "duty_manager")
    with refused("Conflict"):
        counter.branch.verify(refund_id, command(upheld=True, **SURE))
    assert booked(counter, refund_id) == ["principal"]
