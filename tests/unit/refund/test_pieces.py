"""A claim split in pieces is signed for its sum and capped by it, however the pieces come (RF9, RF11, RF12)."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import count
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.refund import approving, requesting
from services.refund.claim import Claim
from services.refund.desk import Desk
from services.refund.model import Refund
from services.refund.rules import Band, RefundRules
from shared.aggregate import Actor
from shared.documents import Clash
from shared.errors import RuleRefused, TousuError
from shared.requests import Request
from suite.rehearsal.memory import Hands
from suite.rehearsal.refund_stores import RememberedRefunds
from tests.unit.refund.makers import AGENT, BRANCH, DUTY_MANAGER, NOW, PROVINCE, claim, complaint, rules

FREE_UP_TO = 1000
FREE = (Band(1, FREE_UP_TO, ()), Band(FREE_UP_TO + 1, 3000, ("duty_manager",)), Band(3001, None, ("branch",)))
SIGNERS = st.sampled_from([DUTY_MANAGER, BRANCH, PROVINCE])
_numbers = count(1)


class Counter:
    """A desk over a store in memory; `claim_by` is one caller, who may be stopped between looking and storing."""

    def __init__(self, policy: RefundRules | None = None) -> None:
        self.clock = Hands(NOW)
        self.refunds = RememberedRefunds("refund", self.clock, [])
        self.policy = policy or rules()
        self.desk = Desk(self.refunds, None, self.policy, "v1")  # type: ignore[arg-type]  # intake is never asked here

    def know(self, msisdn: str) -> None:
        """Intake's copy of the complaint has this number."""
        copies = {"c-1": complaint(msisdn=msisdn, brand="ordinary")}
        self.refunds.complaints.find = copies.get  # type: ignore[method-assign, assignment]

    def take(self, wanted: Claim, by: Actor = AGENT, at: datetime = NOW) -> Refund:
        number = next(_numbers)
        request = Request(f"q-{number}", f"d-{number}", f"q-{number}")
        return self.desk.take(wanted, request, by, at).state

    def claim_by(self, wanted: Claim, number: int) -> Iterator[str]:
        """The steps of a claim, as the desk takes them: look, then store; after a clash once more."""
        while True:
            met = self.desk._met(wanted, f"r-{number}", AGENT, NOW)
            yield "looked"
            try:
                events = requesting.request(f"r-{number}", wanted, met, NOW, self.policy, "v1")
                self.refunds.insert(f"r-{number}", events, AGENT, NOW)
                return
            except Clash:
                yield "clashed"
            except RuleRefused:
                return

    def taken(self) -> list[Refund]:
        return [saved.state for saved in self.refunds.known.values()]


def found(**changes: Any) -> Claim:
    """A claim without a complaint, so that the number alone ties pieces together."""
    return claim(complaint_id=None, **changes)


def late_fee(period: str, fee_fen: int) -> Claim:
    changes = {"dispute_type": None, "ground": None, "principal_fen": 0, "evidence": (), "brand": "ordinary"}
    return found(sort="late_fee", late_fee_fen=fee_fen, period=period, **changes)


def interleaved(counter: Counter, wanted: list[Claim], order: list[int]) -> None:
    """All claims at once; `order` says whose step is next. Whoever is left goes on until he is done."""
    callers = {number: counter.claim_by(each, number) for number, each in enumerate(wanted)}
    for number in [*order, *(number for number in callers for _ in range(2 * len(wanted) + 2))]:
        next(callers[number], None)


@pytest.mark.parametrize(
    "other",
    [
        {"hall": "SZ-LH"},
        {"service": "彩信"},
        {"period": "2026-09"},
        {"dispute_type": "sp"},
    ],
)
def test_RF12_pieces_count_together_over_halls_services_months_and_requesters(other: dict[str, Any]) -> None:
    counter = Counter()
    first = counter.take(found(principal_fen=2000))
    second = counter.take(found(principal_fen=2000, **({"service": "手机报"} | other)), Actor("E1002", "agent", "SZ"))
    assert (first.steps, second.steps) == (("duty_manager",), ("duty_manager", "branch"))


def test_RF12_pieces_of_one_complaint_count_together_over_its_numbers_and_for_ever() -> None:
    """A complaint's number may be corrected; its claims stay pieces of one."""
    counter = Counter()
    counter.know("13900000205")
    counter.take(claim(principal_fen=2000))
    counter.know("13900000306")
    later = NOW + timedelta(days=200)
    second = counter.take(claim(principal_fen=2000, msisdn="13900000306"), at=later)
    assert second.steps == ("duty_manager", "branch")


def test_RF12_claims_of_a_number_are_pieces_of_one_within_the_policys_days_only() -> None:
    counter = Counter()
    counter.take(found(principal_fen=2000))
    later = NOW + rules().pieces_within + timedelta(seconds=1)
    assert counter.take(found(principal_fen=2000, service="彩信"), at=later).steps == ("duty_manager",)


def test_RF11_extras_of_pieces_count_together_for_level_and_cap() -> None:
    counter = Counter()
    small, large = rules().extra_caps
    counter.take(found(principal_fen=100, extra_fen=small.to_fen))
    second = counter.take(found(principal_fen=100, extra_fen=1, service="彩信"))
    assert second.steps[-1] == "branch"
    with pytest.raises(RuleRefused) as refusal:
        counter.take(found(principal_fen=100, extra_fen=large.to_fen - small.to_fen, service="手机报"))
    assert refusal.value.rule == "RF11"


def test_RF12_a_rejected_piece_does_not_count() -> None:
    counter = Counter()
    first = counter.take(found(principal_fen=2000))
    counter.refunds.change(first.refund_id, lambda refund, _: approving.reject(refund, DUTY_MANAGER, "不同意"), BRANCH)
    assert counter.take(found(principal_fen=2000, service="彩信")).steps == ("duty_manager",)


@given(amounts=st.lists(st.integers(1, 900), min_size=2, max_size=4), data=st.data())
def test_RF12_pieces_that_come_at_once_never_slip_under_the_levels_of_their_sum(
    amounts: list[int], data: st.DataObject
) -> None:
    """Even where small claims need nobody: what nobody signed stays below the sum that somebody would have to sign."""
    counter = Counter(_with_bands(FREE))
    order = data.draw(st.lists(st.integers(0, len(amounts) - 1), max_size=12))
    interleaved(counter, [found(principal_fen=fen, service=f"业务{n}") for n, fen in enumerate(amounts)], order)
    refunds = counter.taken()
    assert sorted(refund.total_fen for refund in refunds) == sorted(amounts)
    assert sum(refund.total_fen for refund in refunds if not refund.steps) <= FREE_UP_TO
    assert max(refund.counted_fen for refund in refunds) == sum(amounts)
    assert sorted(refund.number_place or 0 for refund in refunds) == list(range(1, len(amounts) + 1))


@given(fees=st.lists(st.integers(1, 2000), min_size=2, max_size=4), data=st.data())
def test_RF9_late_fees_waived_at_once_never_pass_the_cap_together(fees: list[int], data: st.DataObject) -> None:
    counter = Counter()
    order = data.draw(st.lists(st.integers(0, len(fees) - 1), max_size=12))
    interleaved(counter, [late_fee(f"2026-0{n + 1}", fen) for n, fen in enumerate(fees)], order)
    waived = sum(refund.total_fen for refund in counter.taken())
    assert 0 < waived <= rules().late_fee.up_to_fen


@given(
    amounts=st.lists(st.integers(1, 3000), min_size=2, max_size=4),
    acts=st.lists(
        st.tuples(st.sampled_from(["claim", "sign"]), st.integers(0, 3), SIGNERS),
        max_size=20,
    ),
)
def test_RF12_whatever_the_order_of_claims_and_signatures_the_last_piece_has_the_levels_of_the_sum(
    amounts: list[int], acts: list[tuple[str, int, Actor]]
) -> None:
    counter = Counter()
    ids: dict[int, str] = {}
    for act, number, by in [*acts, *(("claim", number, AGENT) for number in range(len(amounts)))]:
        if number >= len(amounts):
            continue
        if act == "claim" and number not in ids:
            ids[number] = counter.take(found(principal_fen=amounts[number], service=f"业务{number}")).refund_id
        elif act == "sign" and number in ids:
            _sign(counter, ids[number], by)
    last = max(counter.taken(), key=lambda refund: refund.number_place or 0)
    band = next(band for band in rules().bands if band.holds(sum(amounts)))
    assert last.steps == band.levels


def _sign(counter: Counter, refund_id: str, by: Actor) -> None:
    try:
        counter.refunds.change(refund_id, lambda refund, _: counter.desk.sign(refund, by, ""), by)
    except TousuError:
        return


def _with_bands(bands: tuple[Band, ...]) -> RefundRules:
    return replace(rules(), bands=bands)
