"""Refund's store on a real database: copies of complaints in any order, leases that ran out, the forms of the index."""

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from pymongo.errors import AutoReconnect

from services.refund.copies.store import ComplaintCopies
from services.refund.doubts.happened import RefundLateChecked, RefundSentLate
from services.refund.outcomes import Paid
from services.refund.payments import AT_ONCE, Payments
from services.refund.punctual import LeaveBy
from services.refund.rules import BillingRules
from services.refund.store import Refunds
from shared import insisting
from shared.clock import machine_now
from shared.lease import FencedOut
from shared.settings import Settings
from tests.boss import FakeBoss
from tests.integration import intake_facts
from tests.integration.refund_shelf import HURRIED, NUMBER, approved, shelf
from tests.unit.refund.makers import FINANCE, NOW, PAYER, billing, seconds


@pytest.fixture
def refunds(settings: Settings) -> Iterator[Refunds]:
    with shelf(settings) as store:
        yield store


@pytest.fixture
def copies(refunds: Refunds) -> ComplaintCopies:
    return refunds.complaints


def facts(refunds: Refunds, complaint_id: str, seq: int, **changes: Any) -> dict[str, Any]:
    sealed = refunds.keys.seal_for_suite({"msisdn": NUMBER, "name": "陈先生"})
    return intake_facts.facts(complaint_id, seq, sealed, **changes)


def case(complaint_id: str, seq: int, *broken: str) -> dict[str, Any]:
    clocks = [{"kind": kind, "state": "broken"} for kind in broken] + [{"kind": "promise", "state": "met"}]
    return {"complaint_id": complaint_id, "seq": seq, "clocks": clocks}


def test_an_older_event_changes_nothing(refunds: Refunds, copies: ComplaintCopies) -> None:
    copies.keep_facts(facts(refunds, "c-1", 5, status="replied"))
    copies.keep_facts(facts(refunds, "c-1", 4))
    copies.keep_facts(facts(refunds, "c-1", 5))
    known = copies.find("c-1")
    assert known
    assert (known.status, known.msisdn, known.broken) == ("replied", NUMBER, frozenset())


def test_CL5_until_when_pre_refunds_have_to_be_verified_is_known_from_the_case(
    refunds: Refunds, copies: ComplaintCopies
) -> None:
    copies.keep_facts(facts(refunds, "c-9", 1))
    clocks = [
        {"clock_id": refund_id, "kind": "verification", "state": "running", "due_at": NOW + seconds(number)}
        for number, refund_id in enumerate(("r-8", "r-9"))
    ]
    copies.keep_case({"complaint_id": "c-9", "seq": 3, "clocks": clocks})
    copies.keep_case({"complaint_id": "c-9", "seq": 2, "clocks": []})
    assert [copies.verify_by("c-9", each) for each in ("r-8", "r-9", "r-7")] == [NOW, NOW + seconds(1), None]


def test_NT2_the_customers_last_act_is_known(refunds: Refunds, copies: ComplaintCopies) -> None:
    copies.keep_facts(facts(refunds, "c-1", 1))
    assert copies.find("c-1").acted_at == NOW  # type: ignore[union-attr]

    copies.keep_facts(facts(refunds, "c-1", 2, urged_at=(NOW + seconds(90)).isoformat()))
    assert copies.find("c-1").acted_at == NOW + seconds(90)  # type: ignore[union-attr]


def test_a_case_that_comes_first_waits_for_the_complaints_facts(refunds: Refunds, copies: ComplaintCopies) -> None:
    copies.keep_case(case("c-1", 3, "handling"))
    assert copies.find("c-1") is None
    copies.keep_facts(facts(refunds, "c-1", 1))
    copies.keep_case(case("c-1", 2))
    known = copies.find("c-1")
    assert known
    assert known.broken == {"handling"}


def test_first_events_of_both_services_at_once_are_both_kept(refunds: Refunds, copies: ComplaintCopies) -> None:
    for n in range(30):
        both = [(copies.keep_facts, facts(refunds, f"c-{n}", 1)), (copies.keep_case, case(f"c-{n}", 1, "handling"))]
        with ThreadPoolExecutor(2) as pool:
            list(pool.map(lambda kept: kept[0](kept[1]), both))
        known = copies.find(f"c-{n}")
        assert known
        assert known.broken == {"handling"}


class Pausing(FakeBoss):
    """Tells BOSS only after its process was paused past its lease, and another one has done the work."""

    def __init__(self, rules: BillingRules, refunds: Refunds) -> None:
        super().__init__()
        self.others = Payments(refunds, FakeBoss(lines=self.lines), rules)

    def pay(self, key: str, msisdn: str, amount_fen: int, kind: str, leave_by: LeaveBy | None = None) -> Paid:
        time.sleep(0.35)
        self.others.carry_on(key.partition(":")[0])
        return super().pay(key, msisdn, amount_fen, kind, leave_by)


def test_F19_a_holder_paused_past_its_lease_is_fenced_out_and_books_nothing_twice(refunds: Refunds) -> None:
    refund_id = approved(refunds)
    boss = Pausing(HURRIED, refunds)
    with pytest.raises(FencedOut):
        Payments(refunds, boss, HURRIED).carry_on(refund_id)
    assert [line["key"] for line in boss.journal()] == [f"{refund_id}:principal"]
    assert refunds.get(refund_id).state.status == "paid"
    assert refunds.recompute(refund_id) == refunds.get(refund_id).state


def test_F19_a_line_that_was_sent_too_late_waits_for_a_person_though_the_next_one_is_on_its_way(
    refunds: Refunds,
) -> None:
    refund_id = approved(refunds)
    told = RefundSentLate("principal", f"{refund_id}:principal", 9, "entered", "B2", settled=True, rises_after_s=60)
    refunds.change(refund_id, lambda _refund, _now: [told], PAYER)
    for waits_for, listed in (("person", [refund_id]), ("boss", [refund_id])):
        found, _ = refunds.in_doubt({"waits_for": waits_for, "limit": 9}, FINANCE)
        assert [saved.id for saved in found] == listed
    refunds.change(refund_id, lambda _refund, _now: [RefundLateChecked("principal", (), told.key)], FINANCE)
    assert refunds.in_doubt({"waits_for": "person", "limit": 9}, FINANCE) == ([], None)


class AnsweredTooLateToStore(FakeBoss):
    """BOSS makes the entry in time; before its answer is stored the lease is over and another process is at it."""

    def __init__(self, rules: BillingRules, refunds: Refunds) -> None:
        super().__init__()
        self.others = Payments(refunds, FakeBoss(lines=self.lines), rules)

    def pay(self, key: str, msisdn: str, amount_fen: int, kind: str, leave_by: LeaveBy | None = None) -> Paid:
        said = super().pay(key, msisdn, amount_fen, kind, leave_by)
        time.sleep(HURRIED.lease.total_seconds() + 0.05)
        self.others.carry_on(key.partition(":")[0])
        return said


def test_F19_what_an_overtaken_process_learned_is_stored_and_nobody_has_to_find_it_out(refunds: Refunds) -> None:
    refund_id, neither = approved(refunds), replace(HURRIED, honours_keys=False, can_be_asked=False)
    boss = AnsweredTooLateToStore(neither, refunds)
    with pytest.raises(FencedOut):
        Payments(refunds, boss, neither).carry_on(refund_id)
    state = refunds.get(refund_id).state
    assert (state.status, state.doubts, state.lines[0].sendings, len(boss.journal())) == ("paid", (), 1, 1)
    happened = [type(event).__name__ for event, _ in refunds.history(refund_id)]
    assert happened[-4:] == ["RefundPaying", "RefundUnknown", "RefundLinePaid", "RefundPaid"]


def test_F11_what_boss_said_outlasts_a_database_that_is_away_for_longer_than_the_lease(
    refunds: Refunds, monkeypatch: pytest.MonkeyPatch
) -> None:
    refund_id, boss = approved(refunds), FakeBoss()
    stored, missed = refunds.change, [AutoReconnect("away")] * 5

    def away_after_boss_was_told(*arguments: Any, **more: Any) -> Any:
        if boss.journal() and missed:
            raise missed.pop()
        return stored(*arguments, **more)

    monkeypatch.setattr(refunds, "change", away_after_boss_was_told)
    monkeypatch.setattr(insisting, "PAUSE_S", HURRIED.lease.total_seconds() / 4)
    Payments(refunds, boss, HURRIED).carry_on(refund_id)
    state = refunds.get(refund_id).state
    assert (state.status, state.lines[0].sendings, missed) == ("paid", 1, [])


def test_many_processes_at_one_refund_send_once(refunds: Refunds) -> None:
    refund_id, boss = approved(refunds), FakeBoss(modes={"honours_keys": False})
    payments = Payments(refunds, boss, HURRIED)
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(payments.carry_on, [refund_id] * 8))
    assert len(boss.journal()) == 1


def test_with_too_little_of_the_lease_left_nothing_is_sent(refunds: Refunds) -> None:
    refund_id, boss = approved(refunds), FakeBoss()
    short = billing(connect=seconds(2), answer=seconds(2), lease=seconds(0.1))
    Payments(refunds, boss, short).carry_on(refund_id)
    assert boss.journal() == []
    state = refunds.get(refund_id).state
    assert (state.status, state.lines[0].sendings, state.lines[0].state) == ("approved", 0, "planned")


def test_one_refund_that_cannot_be_read_does_not_stop_its_neighbours(refunds: Refunds) -> None:
    broken, sound, boss = approved(refunds, "13900000778"), approved(refunds), FakeBoss()
    refunds.collection.update_one({"_id": broken}, {"$set": {"sealed": b"x" * 40}})
    Payments(refunds, boss, HURRIED).round()
    assert refunds.get(sound).state.status == "paid"


def test_more_refunds_that_cannot_be_read_than_a_look_takes_do_not_stop_their_neighbours(refunds: Refunds) -> None:
    broken = [approved(refunds, f"139000077{n}") for n in range(80, 80 + AT_ONCE + 2)]
    sound, boss = approved(refunds), FakeBoss()
    first = {"sealed": b"x" * 40, "wake_at": datetime(1999, 1, 1, tzinfo=UTC)}
    refunds.collection.update_many({"_id": {"$in": broken}}, {"$set": first})
    payments = Payments(refunds, boss, HURRIED)
    for _ in range(2):
        payments.round()
    assert refunds.get(sound).state.status == "paid"


def test_what_is_paid_wakes_no_more(refunds: Refunds) -> None:
    refund_id = approved(refunds)
    assert refunds.waking(machine_now()) == [refund_id]
    Payments(refunds, FakeBoss(), HURRIED).round()
    assert refunds.waking(machine_now()) == []
    stored = refunds.collection.find_one({"_id": refund_id})
    assert stored
    assert "wake_at" not in stored
