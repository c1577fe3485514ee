"""Several refunds of every sort, every act in any order, a BOSS of every ability: the ledger stays true (RF1, RF4).

Claims and signatures go through the desk and its store, so that charges, places and sums meet as they do in service."""

from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from itertools import count
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from services.refund import approving, pre_refunds, requesting, settling
from services.refund.approvals import unsigned
from services.refund.claim import Consent, Unverifiable, charge
from services.refund.course import REFUNDS
from services.refund.desk import Desk
from services.refund.doubts.late import SENT_LATE
from services.refund.doubts.settle import settle
from services.refund.doubts.standing import Standing, standing
from services.refund.ledger import account_of, balances, postings
from services.refund.lines import key_of, total_fen
from services.refund.model import Refund
from shared.aggregate import Actor
from shared.errors import TousuError
from shared.requests import Request
from suite.rehearsal.memory import Hands
from suite.rehearsal.refund_stores import RememberedRefunds
from tests.unit.refund.makers import (
    AGENT,
    BRANCH,
    DUTY_MANAGER,
    FINANCE,
    NOW,
    PAYER,
    PROVINCE,
    billing,
    claim,
    complaint,
    rules,
    seconds,
)
from tests.unit.refund.wire import Wire

ABILITIES = st.sampled_from([(False, True), (True, True), (True, False), (False, False)])
FATE = st.sampled_from(["entered", "entered", "lost", "entered, not told", "paused", "refused", "stands still"])
FATES = st.lists(FATE, max_size=4)
SPANS = st.sampled_from([1, 20, 120, 3600])
PEOPLE = st.sampled_from([AGENT, DUTY_MANAGER, BRANCH, PROVINCE])
FIRST = st.lists(st.sampled_from(["pre_refund", "pre_refund", "pre_refund", "double", "fault"]), max_size=3)
NUMBERS = {"c-1": "13900000205", "c-2": "13900000306"}
NONE: dict[str, Any] = {"dispute_type": None, "ground": None, "principal_fen": 0, "evidence": ()}
CONSENT = Consent("B1001", "先行退还")
SORTS: dict[str, dict[str, Any]] = {
    "double": {"ground": "double_refund", "principal_fen": 700},
    "fault": {"ground": "company_fault", "extra_fen": 300, "pre_page_fen": 40},
    "unverifiable": {"ground": "unverifiable", "unverifiable": Unverifiable("cannot_verify", ("查",)), "evidence": ()},
    "pre_refund": {"sort": "pre_refund", "ground": "double_refund", "insisted": True, "consent": CONSENT},
    "late_fee": {**NONE, "sort": "late_fee", "late_fee_fen": 900},
    "correction": {**NONE, "sort": "correction", "correction": "已更正"},
}
_numbers = count(1)


class Money(RuleBasedStateMachine):
    """A counter, its callers, its processes, and BOSS."""

    @initialize(abilities=ABILITIES, sorts=FIRST, fates=FATES)
    def begin(self, abilities: tuple[bool, bool], sorts: list[str], fates: list[str]) -> None:
        """Some are signed already and on their way, most of them paid before they are verified."""
        honours_keys, can_be_asked = abilities
        self.clock = Hands(NOW)
        self.refunds = RememberedRefunds("refund", self.clock, [])
        known = {
            each: complaint(complaint_id=each, msisdn=msisdn, brand="ordinary") for each, msisdn in NUMBERS.items()
        }
        self.refunds.complaints.find = known.get  # type: ignore[method-assign, assignment]
        self.desk = Desk(self.refunds, None, rules(), "v1")  # type: ignore[arg-type]
        abilities_of = billing(honours_keys=honours_keys, can_be_asked=can_be_asked, attempts=8)
        self.wire = Wire(abilities_of, NOW, self.decided)
        self.by_hand: list[tuple[str, int]] = []
        self.taken: set[str] = set()  # by a person who will enter them by hand
        for number, sort in enumerate(sorts):
            self.somebody_claims(sort, "c-1", f"业务{number}", AGENT)
        for refund in self.all():
            self.all_sign(refund)
            self.look(refund.refund_id, ["entered", *fates])

    # -- what is there

    def all(self) -> list[Refund]:
        return [saved.state for saved in self.refunds.known.values()]

    def some(self, data: st.DataObject, wanted: Callable[[Refund], bool]) -> Refund | None:
        found = [refund for refund in self.all() if wanted(refund)]
        return data.draw(st.sampled_from(found)) if found else None

    def decided(self, refund_id: str, decide: Callable[[Refund], list[Any]], by: Actor = PAYER) -> None:
        """Stores what was decided; a refusal changes nothing. Each lease that was taken sends a message on its way."""
        before = self.refunds.get(refund_id).state.lease
        try:
            after = self.refunds.change(refund_id, lambda refund, _: decide(refund), by).state
        except TousuError:
            return
        if after.lease and after.lease != before:
            self.wire.leased(after)

    # -- people

    @rule(
        sort=st.sampled_from(sorted(SORTS)),
        complaint_id=st.sampled_from(sorted(NUMBERS)),
        service=st.sampled_from(["彩铃", "彩信"]),
        by=st.sampled_from([AGENT, AGENT, BRANCH]),
    )
    def somebody_claims(self, sort: str, complaint_id: str, service: str, by: Actor) -> None:
        wanted = claim(complaint_id=complaint_id, msisdn=NUMBERS[complaint_id], service=service, **SORTS[sort])
        number = next(_numbers)
        try:
            self.desk.take(wanted, Request(f"q-{number}", f"d-{number}", f"q-{number}"), by, self.clock.now())
        except TousuError:
            return

    @rule(data=st.data(), by=PEOPLE)
    def somebody_signs(self, data: st.DataObject, by: Actor) -> None:
        if refund := self.some(data, lambda each: each.needs is not None):
            self.decided(refund.refund_id, lambda old: self.desk.sign(old, by, ""), by)

    @rule(data=st.data())
    def all_who_are_needed_sign(self, data: st.DataObject) -> None:
        """So that it comes to payments often enough."""
        if refund := self.some(data, lambda each: each.needs is not None):
            self.all_sign(refund)

    def all_sign(self, refund: Refund) -> None:
        for by in (DUTY_MANAGER, Actor("B1002", "branch", "SZ"), PROVINCE):
            self.decided(refund.refund_id, lambda old, by=by: self.desk.sign(old, by, ""), by)  # type: ignore[misc]

    @rule(data=st.data(), by=PEOPLE, act=st.sampled_from(["reject", "withdraw"]))
    def somebody_says_no(self, data: st.DataObject, by: Actor, act: str) -> None:
        if refund := self.some(data, lambda each: each.status not in ("paid", "closed")):
            self.decided(refund.refund_id, lambda old: getattr(approving, act)(old, by, "不同意"), by)

    @precondition(lambda self: any(each.verifying_since for each in self.all()))
    @rule(data=st.data(), by=PEOPLE, upheld=st.booleans())
    def somebody_verifies(self, data: st.DataObject, by: Actor, upheld: bool) -> None:
        if refund := self.some(data, lambda each: each.verifying_since is not None):
            due_at = (refund.verifying_since or NOW) + timedelta(hours=72)
            now = self.clock.now()
            self.decided(
                refund.refund_id,
                lambda old: pre_refunds.verify(old, upheld, ("话单",), by, due_at, now, rules()),
                by,
            )

    @precondition(lambda self: any(each.verifying_since for each in self.all()))
    @rule(data=st.data())
    def the_verification_clock_breaks(self, data: st.DataObject) -> None:
        """The news may come at any time, also again, also too late."""
        if refund := self.some(data, lambda each: each.verifying_since is not None):
            taken = self.refunds.goodwill(refund.claim, besides=refund.refund_id)
            slot = requesting.first_free(taken, rules())
            self.decided(refund.refund_id, lambda old: pre_refunds.broken(old, NOW, slot))

    @rule(data=st.data())
    def a_person_settles(self, data: st.DataObject) -> None:
        """Who settles looks it up in BOSS, at any time; what he took and did not enter he gives back."""
        if stuck := self.some(data, lambda each: bool(each.doubts) or each.status in ("unknown", "failed")):
            cases = standing(stuck)
            case = data.draw(st.sampled_from(cases)) if cases else None
            self.find_out(stuck, case, named=data.draw(st.booleans()))

    def find_out(self, refund: Refund, case: Standing | None, named: bool = True) -> None:
        """Of one line, which he names or not; what stands there once too often he has reversed first."""
        key = case.key if case else key_of(refund.refund_id, refund.present_line)
        if case is None or not case.late or key == key_of(refund.refund_id, case.line):
            self.taken.discard(refund.refund_id)
        if case and case.doubt.why == SENT_LATE:
            once = 0 if refund.status == "withdrawn" else 1
            self.wire.reverse(key, max(0, once - Counter(dict(self.by_hand).keys())[key]))
        stands = self.wire.stands(key) or key in dict(self.by_hand)
        self.settle(refund, "paid" if stands else "not_paid", key if named else None)

    @precondition(lambda self: any(each.status == "failed" for each in self.all()))
    @rule(data=st.data())
    def a_person_takes_what_boss_refused(self, data: st.DataObject) -> None:
        if stuck := self.some(data, lambda each: each.status == "failed"):
            self.settle(stuck, "by_hand")
            if self.refunds.get(stuck.refund_id).state.taken_by and not self.stands(stuck):
                self.taken.add(stuck.refund_id)

    @precondition(lambda self: self.taken)
    @rule(data=st.data())
    def who_has_taken_it_enters_it(self, data: st.DataObject) -> None:
        """Whatever others have done to the refund meanwhile."""
        taken = self.refunds.get(data.draw(st.sampled_from(sorted(self.taken)))).state
        self.taken.discard(taken.refund_id)
        self.by_hand.append((key_of(taken.refund_id, taken.present_line), taken.present_line.amount_fen))

    def stands(self, refund: Refund) -> bool:
        key = key_of(refund.refund_id, refund.present_line)
        return self.wire.stands(key) or key in dict(self.by_hand)

    def settle(self, refund: Refund, outcome: Any, key: str | None = None) -> None:
        now, billing = self.wire.now, self.wire.rules
        self.decided(refund.refund_id, lambda old: settle(old, outcome, ("流水",), now, billing, key), FINANCE)

    # -- processes and BOSS

    @rule(data=st.data(), span=SPANS, fates=FATES)
    def a_process_looks(self, data: st.DataObject, span: int, fates: list[str]) -> None:
        self.pass_time(span)
        if refund := self.some(data, lambda each: each.wake_at is not None):
            self.look(refund.refund_id, fates)

    @precondition(lambda self: self.wire.under_way())
    @rule(data=st.data())
    def a_message_arrives_late(self, data: st.DataObject) -> None:
        self.wire.hear(data.draw(st.sampled_from(self.wire.under_way())))

    @precondition(lambda self: self.wire.awaited())
    @rule(data=st.data())
    def a_paused_process_goes_on(self, data: st.DataObject) -> None:
        self.wire.answer(data.draw(st.sampled_from(self.wire.awaited())))

    @precondition(lambda self: self.wire.standing_still())
    @rule(data=st.data(), fate=st.sampled_from(["entered", "entered, not told", "lost", "paused", "refused"]))
    def a_process_that_stood_still_sends(self, data: st.DataObject, fate: str) -> None:
        self.wire.stand_no_more(data.draw(st.sampled_from(self.wire.standing_still())), fate)

    def pass_time(self, span: int) -> None:
        self.clock.at += seconds(span)
        self.wire.now = self.clock.at

    def look(self, refund_id: str, fates: list[str]) -> None:
        sent, asked = len(self.wire.sendings), len(self.wire.questions)
        self.decided(refund_id, lambda old: settling.take_up(old, self.clock.at, self.wire.rules))
        self.wire.go_on(sent, asked, fates)

    # -- what holds whatever happened

    @invariant()
    def every_ledger_sums_to_nothing_and_says_what_the_state_says(self) -> None:
        for refund in self.all():
            held = balances(postings(self.refunds.history(refund.refund_id)))
            assert sum(held.values()) == 0
            now: Counter[str] = Counter()
            for line in refund.lines:
                now[account_of(refund, line)] += line.amount_fen
                now[f"company:{line.kind}"] -= line.amount_fen
            assert held == {account: fen for account, fen in now.items() if fen}

    @invariant()
    def no_line_stands_twice_in_boss_and_none_without_being_known(self) -> None:
        """But for what was sent too late, as long as a person has to make sure of it, or its sender has yet to tell."""
        keys = Counter([*(entry.key for entry in self.wire.entries), *dict(self.by_hand)])
        told, owned_up = self._accounts(), self._owned_up()
        assert all(number == 1 for key, number in keys.items() if key not in owned_up)
        for key, msisdn, fen, _ in self.wire.entries:
            assert told[key][1:] == (msisdn, fen)
            assert told[key][0] in ("boss", "customer") or key in owned_up

    def _owned_up(self) -> set[str]:
        """The lines that are known to stand in BOSS perhaps once too often."""
        listed = {each.key for refund in self.all() for each in standing(refund) if each.doubt.why == SENT_LATE}
        return listed | {each.key for each in self.wire.awaited() if each.late is not None}

    @invariant()
    def the_customers_account_is_boss_journal_and_what_was_paid_by_hand(self) -> None:
        """Nothing is called paid that BOSS has not: what was found of one line is said of no other."""
        booked = {(entry.key, entry.amount_fen) for entry in self.wire.entries} | set(self.by_hand)
        for key, (account, _, fen) in self._accounts().items():
            assert account != "customer" or (key, fen) in booked

    @invariant()
    def nothing_goes_to_boss_without_every_signature_that_its_sum_asks_for(self) -> None:
        for refund in self.all():
            if any(sending.refund_id == refund.refund_id for sending in self.wire.sendings):
                assert unsigned(refund.steps, refund.signatures) == ()
                assert refund.requested_by.sub not in {signature.by for signature in refund.signatures}
                band = next(band for band in rules().bands if band.holds(refund.counted_fen))
                assert refund.claim.sort == "late_fee" or set(band.levels) <= set(refund.steps)
                assert refund.counted_fen >= refund.total_fen

    @invariant()
    def an_award_needs_a_double_refund_and_a_pre_refund_upheld(self) -> None:
        for refund in self.all():
            awards = [line.amount_fen for line in refund.lines if line.kind == "award"]
            upheld = refund.verification is not None and refund.verification.outcome == "upheld"
            doubled = refund.claim.ground == "double_refund" and (refund.claim.sort != "pre_refund" or upheld)
            assert awards == ([refund.claim.principal_fen] if doubled else [])
            assert refund.total_fen == total_fen(refund.lines) <= refund.committed_fen

    @invariant()
    def one_charge_is_refunded_once(self) -> None:
        held = [charge(refund.claim) for refund in self.all() if refund.holds_charge]
        assert len(held) == len(set(held))
        owned_up = self._owned_up()
        for refund in self.all():
            entries = {*(entry.key for entry in self.wire.entries), *dict(self.by_hand)} - owned_up
            booked = any(key.startswith(f"{refund.refund_id}:") for key in entries)
            assert refund.holds_charge or not booked

    @invariant()
    def what_is_waived_stays_within_the_cap(self) -> None:
        waived: Counter[str] = Counter()
        for refund in self.all():
            waived[refund.claim.msisdn] += refund.claim.late_fee_fen if refund.holds_charge else 0
        assert all(fen <= rules().late_fee.up_to_fen for fen in waived.values())

    def _accounts(self) -> dict[str, tuple[str, str, int]]:
        """By key: the account of each line, its number, its amount."""
        return {
            key_of(refund.refund_id, line): (account_of(refund, line), refund.claim.msisdn, line.amount_fen)
            for refund in self.all()
            for line in refund.lines
        }

    def teardown(self) -> None:
        """In a world that answers again all that is approved ends, and the customers' account is BOSS's journal."""
        if not hasattr(self, "wire"):
            return
        for _ in range(14):
            for refund in [each for each in self.all() if each.taken_by and self.stands(each)]:
                self.settle(refund, "paid")
            self.pass_time(3600)
            for sending in self.wire.standing_still():
                self.wire.stand_no_more(sending, "entered")
            for refund in [each for each in self.all() if each.late]:
                self.find_out(refund, next(each for each in standing(refund) if each.late))
            for refund in [each for each in self.all() if each.wake_at]:
                self.look(refund.refund_id, ["entered"] * 4)
            for sending in self.wire.awaited():
                if sending in self.wire.under_way():
                    self.wire.hear(sending)
                self.wire.answer(sending)
        on_the_way = ("approved", "paying")
        assert not [each for each in self.all() if each.status in on_the_way and each.wake_at]
        self.no_line_stands_twice_in_boss_and_none_without_being_known()
        self._journal_is_customers_account()
        for refund in self.all():
            assert REFUNDS.fold(None, self.refunds.history(refund.refund_id)) == refund

    def _journal_is_customers_account(self) -> None:
        """But for what waits for a person: BOSS may have it, and nobody can know."""
        accounts = self._accounts()
        paid = {key: fen for key, (account, _, fen) in accounts.items() if account == "customer"}
        booked = {each.key: each.amount_fen for each in self.wire.entries if accounts[each.key][0] != "boss"}
        assert paid == booked | dict(self.by_hand)


TestMoney = Money.TestCase
TestMoney.settings = settings(stateful_step_count=25)
