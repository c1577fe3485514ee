"""A refund that cannot be carried on stops nobody else, and does not lie there without an owner (RF1)."""

from typing import Any
from uuid import uuid4

import pytest
from pymongo.errors import AutoReconnect

from services.refund import approving
from services.refund.doubts import asking
from services.refund.doubts.answers import Looking
from services.refund.doubts.errors import AskedOften
from services.refund.doubts.happened import RefundAskWanted
from services.refund.doubts.settle import settle
from services.refund.history import RefundAsking
from services.refund.model import AT_ONCE
from services.refund.outcomes import Absent, Entered, NoAnswer
from services.refund.payments import PAYER, Payments
from services.refund.requesting import request
from shared.clock import machine_now
from shared.documents import HistoryFull
from shared.lease import FencedOut
from shared.policies import load
from shared.policies.organisation import ORGANISATION
from shared.settings import PROJECT
from suite.rehearsal.memory import Hands
from suite.rehearsal.refund_stores import RememberedRefunds
from tests.boss import FakeBoss
from tests.unit.refund.makers import AGENT, DUTY_MANAGER, FINANCE, NOW, billing, claim, met, rules, seconds
from tests.unit.refund.till import Till


@pytest.fixture
def refunds() -> RememberedRefunds:
    return RememberedRefunds("refund", Hands(NOW), [])


def approved(refunds: RememberedRefunds, **changes: Any) -> str:
    refund_id = uuid4().hex
    refunds.insert(refund_id, request(refund_id, claim(**changes), met(), NOW, rules(), "v1"), AGENT, NOW)
    while refunds.get(refund_id).state.needs:
        refunds.change(refund_id, lambda old, _: approving.approve(old, DUTY_MANAGER, "", 0, rules()), DUTY_MANAGER)
    return refund_id


def filled(refunds: RememberedRefunds, refund_id: str, *last: Any) -> None:
    """Tried again and again, then this, and no entry more is free."""
    room = refunds.kind.longest - refunds.get(refund_id).n - len(last)
    tries = [RefundAsking("principal", f"{refund_id}:principal", AT_ONCE)] * room
    refunds.change(refund_id, lambda _state, _now: [*tries, *last], PAYER)
    with pytest.raises(HistoryFull):
        refunds.change(refund_id, lambda _state, _now: tries[:1], PAYER)


def test_a_refund_whose_history_is_full_is_left_to_a_person_and_wakes_no_more(refunds: RememberedRefunds) -> None:
    refund_id = approved(refunds)
    Payments(refunds, FakeBoss(modes={"fail": "before"}), billing()).round()
    assert refunds.get(refund_id).state.status == "unknown"
    filled(refunds, refund_id, RefundAskWanted("principal", "客户来电"))
    assert refund_id in refunds.waking(machine_now())

    Payments(refunds, FakeBoss(), billing()).round()
    refund = refunds.get(refund_id).state
    assert (refund.status, refund.waits_for, refund.doubt and refund.doubt.why) == ("unknown", "person", "history_full")
    assert refunds.waking(machine_now()) == []
    end = machine_now() + seconds(3600)
    refunds.change(refund_id, lambda old, _: settle(old, "not_paid", ("流水",), end, billing()), FINANCE)
    assert refunds.get(refund_id).state.status == "failed"


def test_what_was_approved_with_a_full_history_is_left_to_a_person_too(refunds: RememberedRefunds) -> None:
    refund_id, boss = approved(refunds), FakeBoss()
    filled(refunds, refund_id)
    Payments(refunds, boss, billing()).round()
    assert (refunds.get(refund_id).state.waits_for, boss.journal()) == ("person", [])
    refunds.change(refund_id, lambda old, _: settle(old, "not_paid", ("流水",), NOW, billing()), FINANCE)


def test_what_fails_is_set_aside_and_comes_again_later(refunds: RememberedRefunds) -> None:
    class Broken(FakeBoss):
        def pay(self, *_: Any) -> Any:
            raise ZeroDivisionError

    refund_id = approved(refunds)
    Payments(refunds, Broken(), billing()).round()
    assert refund_id in refunds.wake_aside.ids()


def test_what_is_approved_is_not_set_aside_where_the_database_is_away_or_another_process_was_faster(
    refunds: RememberedRefunds, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fault(error: Exception) -> Any:
        def change(*_: Any, **__: Any) -> Any:
            raise error

        return change

    approved(refunds)
    for error in (AutoReconnect("away"), FencedOut()):
        monkeypatch.setattr(refunds, "change", fault(error))
        Payments(refunds, FakeBoss(), billing()).round()
        assert refunds.wake_aside.ids() == ()


def test_asks_by_hand_have_an_end_and_it_says_who_finds_out_then() -> None:
    till = Till()
    till.wake()
    till.paid(NoAnswer("timeout"))
    for _ in range(asking.MOST_ASKS):
        till.then(asking.want(till.refund, "客户来电", till.rules), FINANCE)
        till.wake()
        till.asked(Absent())
    with pytest.raises(AskedOften) as refused:
        asking.want(till.refund, "客户来电", till.rules)
    assert refused.value.details["needs"]["method"] == "refund.settle"
    organisation = load(PROJECT / "policies", [ORGANISATION])["organisation"]
    assert Looking(NOW, till.rules, organisation).shown(till.refund)[0]["settled_by"] == "person"
    assert till.refund.wake_at, "it goes on by itself"


def test_who_wants_it_asked_is_answered_also_where_boss_names_another_entry() -> None:
    till = Till()
    till.wake()
    till.paid(NoAnswer("timeout"))
    till.then(asking.want(till.refund, "客户来电", till.rules), FINANCE)
    till.wake()
    till.asked(Entered("B1", "13900000999", 1))
    assert till.refund.doubt
    assert till.refund.doubt.wanted is None
