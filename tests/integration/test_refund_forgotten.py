"""What refund goes on with after customers were erased or the suite key was replaced, on a real database (PR1)."""

import os
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from services.refund import approving
from services.refund.accused import unless_accused
from services.refund.copies.store import ComplaintCopies
from services.refund.desk import Desk
from services.refund.errors import AccusedNeverDecides
from services.refund.payments import Payments
from services.refund.requesting import Circumstances, request
from services.refund.store import Refunds
from shared.erasing import Erased
from shared.sealing import KeyRing
from shared.settings import Settings
from tests.boss import FakeBoss
from tests.integration import intake_facts
from tests.integration.refund_shelf import HURRIED, shelf
from tests.unit.refund.makers import AGENT, DUTY_MANAGER, NOW, claim, rules

OPERATOR = AGENT


@pytest.fixture
def refunds(settings: Settings) -> Iterator[Refunds]:
    with shelf(settings) as store:
        yield store


def paid(refunds: Refunds, number: str) -> str:
    """The id of a refund that is the number's first one, paid."""
    refund_id, wanted = uuid4().hex, claim(msisdn=number, complaint_id=None, principal_fen=990)
    first = Circumstances(number_place=1)
    refunds.insert(refund_id, request(refund_id, wanted, first, NOW, rules(), "v1"), AGENT, NOW)
    refunds.change(refund_id, lambda old, _: approving.approve(old, DUTY_MANAGER, "", 0, rules()), DUTY_MANAGER)
    Payments(refunds, FakeBoss(), HURRIED).carry_on(refund_id)
    refunds.collection.update_one({"_id": refund_id}, {"$unset": {"outbox": ""}})  # all is told
    assert refunds.get(refund_id).state.status == "paid"
    return refund_id


def test_PR1_the_first_refunds_of_two_customers_are_both_erased_and_their_week_can_be_reconciled(
    refunds: Refunds,
) -> None:
    erased = [paid(refunds, number) for number in ("13900000781", "13900000782")]
    kept = paid(refunds, "13900000783")
    for refund_id in erased:
        refunds.erase(refund_id, Erased("holder_asked", "函-1"), OPERATOR, lambda _refund, _now: None)
    assert all(refunds.get(refund_id).erased_at for refund_id in erased)
    lines = refunds.paid_between(NOW - timedelta(days=1), NOW + timedelta(days=1))
    assert {line.refund_id: line.number is None for line in lines} == dict.fromkeys(erased, True) | {kept: False}
    assert refunds.lines_of(erased).keys() == {f"{refund_id}:principal" for refund_id in erased}


class Intake:
    """Answers for what it is asked, sealed under the key of today."""

    def __init__(self, keys: KeyRing) -> None:
        self.keys, self.asked = keys, 0

    def call(self, _method: str, complaint_id: str) -> Any:
        self.asked += 1
        return known(self.keys, complaint_id)


def known(keys: KeyRing, complaint_id: str) -> dict[str, Any]:
    sealed = keys.seal_for_suite({"msisdn": "13900000784", "name": "陈先生"})
    return intake_facts.facts(complaint_id, 5, sealed, accused=[DUTY_MANAGER.sub])


def rekeyed(refunds: Refunds, complaint_id: str) -> Intake:
    """Refund has the complaint under a suite key that was taken away since, and intake has the new one."""
    refunds.complaints.keep_facts(known(refunds.keys, complaint_id))
    replaced = KeyRing({"1": os.urandom(32)}, {"2": os.urandom(32)}, os.urandom(32))
    refunds.complaints = ComplaintCopies(refunds.collection.database["complaints"], replaced)
    return Intake(replaced)


def test_IN15_who_is_accused_is_known_under_any_suite_key(refunds: Refunds) -> None:
    rekeyed(refunds, "c-81")
    accused = refunds.complaints.accused
    decide = unless_accused(AGENT, accused, lambda _refund, _now: ["decided"])
    state = refunds.get(paid(refunds, "13900000784")).state
    of_it = state.__class__(**{**vars(state), "claim": claim(complaint_id="c-81")})
    assert decide(of_it, NOW) == ["decided"]
    with pytest.raises(AccusedNeverDecides):
        unless_accused(DUTY_MANAGER, accused, lambda _refund, _now: ["decided"])(of_it, NOW)


def test_PR1_after_the_suite_key_was_replaced_intake_is_asked_once_for_an_older_complaint(refunds: Refunds) -> None:
    intake = rekeyed(refunds, "c-82")
    assert refunds.complaints.find("c-82") is None
    desk = Desk(refunds, intake, rules(), "v1")
    wanted = claim(complaint_id="c-82", msisdn="13900000784")
    for _ in range(2):
        desk.quote(wanted, "r-82", AGENT, NOW)
    assert intake.asked == 1
    copy = refunds.complaints.find("c-82")
    assert copy
    assert copy.msisdn == "13900000784"


def test_PR1_what_was_erased_is_not_taken_in_again_from_intakes_answer(refunds: Refunds) -> None:
    facts = known(refunds.keys, "c-83")
    refunds.complaints.keep_facts(facts)
    refunds.complaints.forget("c-83")
    refunds.complaints.keep_facts(facts, asked=True)
    assert refunds.complaints.find("c-83") is None
