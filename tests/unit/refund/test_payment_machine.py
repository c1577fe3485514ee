"""Any order of signatures, sendings, lost answers, crashes, pauses and settlements: money at most once (RF1)."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from services.refund import approving, settling
from services.refund.course import REFUNDS
from services.refund.doubts import late
from services.refund.doubts.overtaken import overtaken
from services.refund.doubts.settle import settle
from services.refund.lines import key_of, paid_fen, total_fen
from services.refund.model import Refund
from services.refund.outcomes import Absent, Asked, Entered, NoAnswer, Paid, Refused
from shared.aggregate import Actor
from shared.errors import TousuError
from shared.lease import FencedOut
from tests.unit.refund.makers import (
    AGENT,
    BRANCH,
    DUTY_MANAGER,
    FINANCE,
    NOW,
    NUMBER,
    PAYER,
    PROVINCE,
    Story,
    billing,
    claim,
    rules,
    seconds,
)

ABILITIES = st.sampled_from([(False, True), (True, True), (True, False), (False, False), (False, True)])
GROUNDS = st.sampled_from(["double_refund", "company_fault"])
FATES = st.lists(st.sampled_from(["lost", "entered", "entered, not told", "paused", "refused"]), min_size=3, max_size=3)
PEOPLE = st.sampled_from([AGENT, DUTY_MANAGER, BRANCH, PROVINCE])
SIGNATURES = st.sampled_from([2, 2, 2, 2, 1, 0])
SPANS = st.sampled_from([1, 20, 20, 120, 3600])
ACTS: dict[str, Callable[[Refund, Actor], list[Any]]] = {
    "approve": lambda refund, by: approving.approve(refund, by, "", 0, rules()),
    "reject": lambda refund, by: approving.reject(refund, by, "不同意"),
    "withdraw": lambda refund, by: approving.withdraw(refund, by, "重复"),
}


@dataclass(eq=False)
class Sending:
    """A message to BOSS. It may arrive until `until`, late or never; `said` is what BOSS answered to it."""

    fence: int
    key: str
    amount_fen: int
    number: int
    until: datetime
    said: Paid | None = None
    awaited: bool = True


@dataclass(eq=False)
class Question:
    fence: int
    key: str
    number: int


class Payment(RuleBasedStateMachine):
    """One refund, any number of processes at it, and a BOSS that hears of things late, twice or never."""

    @initialize(abilities=ABILITIES, ground=GROUNDS, signed=SIGNATURES, fates=FATES)
    def begin(self, abilities: tuple[bool, bool], ground: Any, signed: int, fates: list[str]) -> None:
        honours_keys, can_be_asked = abilities
        self.billing = billing(honours_keys=honours_keys, can_be_asked=can_be_asked, attempts=8)
        self.story = Story(claim(ground=ground, principal_fen=3000, extra_fen=500))
        self.now = NOW
        self.sendings: list[Sending] = []
        self.questions: list[Question] = []
        self.entries: list[tuple[str, int]] = []
        for by in (DUTY_MANAGER, BRANCH)[:signed]:
            self.somebody_decides("approve", by)
        if not self.refund.needs:
            self.somebody_looks(0, fates)

    @property
    def refund(self) -> Refund:
        return self.story.refund

    def decided(self, by: Actor, decide: Callable[[], list[Any]]) -> None:
        """Stores what was decided; a refusal changes nothing. Each lease that was taken sets a message on its way."""
        before = self.refund.lease
        try:
            events = decide()
        except TousuError:
            return
        self.story.then(events, by)
        lease = self.refund.lease
        if lease is None or lease == before:
            return
        line = self.refund.present_line
        key = key_of("r-1", line)
        if line.state == "paying":
            until = self.now + self.billing.lease + self.billing.absent_after  # it leaves within its lease
            self.sendings.append(Sending(lease.fence, key, line.amount_fen, line.sendings, until))
        else:
            self.questions.append(Question(lease.fence, key, line.sendings))

    @precondition(lambda self: self.refund.needs or self.sendings)  # once approved, it shall come to sendings
    @rule(act=st.sampled_from(["approve"] * 4 + ["reject", "withdraw"]), by=PEOPLE)
    def somebody_decides(self, act: str, by: Actor) -> None:
        self.decided(by, lambda: ACTS[act](self.refund, by))

    @precondition(lambda self: not self.refund.needs)
    @rule(span=SPANS, fates=FATES)
    def somebody_looks(self, span: int, fates: list[str]) -> None:
        """A process takes it up, if it is due, and goes on as far as the fates of its messages let it."""
        self.now += seconds(span)
        sent, asked = len(self.sendings), len(self.questions)
        self.decided(PAYER, lambda: settling.take_up(self.refund, self.now, self.billing))
        for fate in fates:
            for question in self.questions[asked:]:
                self.tell(question, lost=fate == "lost")
            for sending in self.sendings[sent:]:
                sent += 1
                self.befall(sending, fate)

    def befall(self, sending: Sending, fate: str) -> None:
        """`paused`: the process stops before anything is known; its message may still arrive."""
        if fate in ("entered", "entered, not told", "refused"):
            self.hear(sending, refuse=fate == "refused")
        if fate != "paused":
            self.answer(sending, lost=fate == "entered, not told")

    def under_way(self) -> list[Sending]:
        return [each for each in self.sendings if each.said is None and self.now < each.until]

    def awaited(self) -> list[Sending]:
        return [each for each in self.sendings if each.awaited]

    @precondition(lambda self: self.under_way())
    @rule(data=st.data())
    def a_message_arrives_late(self, data: Any) -> None:
        self.hear(data.draw(st.sampled_from(self.under_way())), refuse=False)

    def hear(self, sending: Sending, refuse: bool) -> None:
        known = self.billing.honours_keys and self.stands(sending.key)
        if refuse and not known:
            sending.said = Refused("closed_day")
            return
        if not known:
            self.entries.append((sending.key, sending.amount_fen))
        sending.said = Entered("B1", NUMBER, sending.amount_fen)

    @precondition(lambda self: self.awaited())
    @rule(data=st.data())
    def a_paused_process_goes_on(self, data: Any) -> None:
        self.answer(data.draw(st.sampled_from(self.awaited())), lost=False)

    def answer(self, sending: Sending, lost: bool) -> None:
        sending.awaited = False
        said = NoAnswer("timeout") if lost or sending.said is None else sending.said
        by_holder = partial(settling.paid, self.refund, sending.fence, said, self.now, self.billing)
        self.decided(PAYER, lambda: self.or_overtaken(by_holder, sending, said))

    def tell(self, question: Question, lost: bool) -> None:
        self.questions.remove(question)
        said = NoAnswer("timeout") if lost else self.truth(question.key)
        by_holder = partial(settling.asked, self.refund, question.fence, said, self.now, self.now, self.billing)
        self.decided(PAYER, lambda: self.or_overtaken(by_holder, question, said))

    def or_overtaken(self, by_holder: Callable[[], list[Any]], mine: Sending | Question, said: Paid | Asked) -> Any:
        """What its process stores: as holder of the lease, else what it knows of an entry."""
        try:
            return by_holder()
        except FencedOut:
            return overtaken(self.refund, late.Sending(mine.key, mine.number), said, self.now, self.billing)

    def truth(self, key: str) -> Asked:
        return next((Entered("B1", NUMBER, fen) for known, fen in self.entries if known == key), Absent())

    def stands(self, key: str) -> bool:
        return any(known == key for known, _ in self.entries)

    @precondition(lambda self: self.refund.status == "unknown")
    @rule()
    def a_person_settles(self) -> None:
        """Who settles looks it up in BOSS also while a message is under way: too early to say."""
        told: Any = "paid" if self.stands(key_of("r-1", self.refund.present_line)) else "not_paid"
        self.decided(FINANCE, lambda: settle(self.refund, told, ("流水",), self.now, self.billing))

    @invariant()
    def no_line_is_entered_twice(self) -> None:
        keys = [key for key, _ in self.entries]
        assert len(keys) == len(set(keys))

    @invariant()
    def paid_is_never_more_than_approved_and_lines_make_the_total(self) -> None:
        approved_fen = 500 + 3000 * (2 if self.refund.claim.ground == "double_refund" else 1)
        assert paid_fen(self.refund.lines) <= self.refund.total_fen == total_fen(self.refund.lines) == approved_fen

    @invariant()
    def what_is_called_paid_stands_in_boss_with_its_amount(self) -> None:
        paid = [(key_of("r-1", line), line.amount_fen) for line in self.refund.lines if line.state == "paid"]
        assert set(paid) <= set(self.entries)

    @invariant()
    def what_is_called_refused_does_not_stand_in_boss(self) -> None:
        assert not any(self.stands(key_of("r-1", line)) for line in self.refund.lines if line.state == "refused")

    @invariant()
    def boss_hears_only_of_what_is_approved(self) -> None:
        assert not self.sendings or not self.refund.needs

    @invariant()
    def nothing_is_freed_that_was_paid(self) -> None:
        assert self.refund.holds_charge or not self.entries

    def teardown(self) -> None:
        """In a world that answers again, what is approved ends or waits for a person; history alone gives the state."""
        if not hasattr(self, "story"):
            return
        for _ in range(12):
            self.somebody_looks(3600, ["entered"] * 3)
            for sending in self.awaited():
                if sending in self.under_way():
                    self.hear(sending, refuse=False)
                self.answer(sending, lost=False)
        left = self.refund.status == "unknown" and self.refund.waits_for == "person"
        assert left or self.refund.needs or self.refund.status in ("paid", "failed", "rejected", "withdrawn")
        self.no_line_is_entered_twice()
        assert REFUNDS.fold(None, self.story.history) == self.refund


TestPayment = Payment.TestCase
TestPayment.settings = settings(stateful_step_count=12)
