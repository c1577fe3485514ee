"""One refund of several lines, processes that stand still before they send, people who look up one line: RF1, F19."""

from collections import Counter
from collections.abc import Callable
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from services.refund import approving, settling
from services.refund.course import REFUNDS
from services.refund.doubts.late import SENT_LATE
from services.refund.doubts.settle import settle
from services.refund.doubts.standing import Standing, standing
from services.refund.lines import key_of
from services.refund.model import Refund
from shared.aggregate import Actor
from shared.errors import TousuError
from tests.unit.refund.makers import (
    BRANCH,
    FINANCE,
    NOW,
    PAYER,
    Story,
    billing,
    claim,
    seconds,
)
from tests.unit.refund.wire import Wire

ABILITIES = st.sampled_from([(False, True), (False, True), (False, False), (True, True)])
FATE = st.sampled_from(["stands still", "stands still", "entered", "entered, not told", "lost", "refused"])
GOES_ON = st.sampled_from(["entered", "entered", "entered, not told", "lost", "refused"])
SPANS = st.sampled_from([1, 20, 140, 140])
SORTS = st.sampled_from([{"ground": "double_refund"}, {"pre_page_fen": 40, "extra_fen": 50}])


class Lateness(RuleBasedStateMachine):
    """BOSS makes an entry of everything that comes; a second one is there only while a person has to see to it."""

    @initialize(abilities=ABILITIES, sort=SORTS, fates=st.lists(FATE, max_size=3))
    def begin(self, abilities: tuple[bool, bool], sort: dict[str, Any], fates: list[str]) -> None:
        """The first process stands still; another one asks, finds nothing, and goes on."""
        honours_keys, can_be_asked = abilities
        self.story = Story(claim(**sort)).approved()
        rules = billing(honours_keys=honours_keys, can_be_asked=can_be_asked, attempts=8)
        self.wire = Wire(rules, NOW, lambda _, decide: self.decided(decide))
        self.somebody_looks(1, ["stands still"])
        self.somebody_looks(141, ["entered", *fates])

    @property
    def refund(self) -> Refund:
        return self.story.refund

    def decided(self, decide: Callable[[Refund], list[Any]], by: Actor = PAYER) -> None:
        before = self.refund.lease
        try:
            after = self.story.then(decide(self.refund), by)
        except TousuError:
            return
        if after.lease and after.lease != before:
            self.wire.leased(after)

    @rule(span=SPANS, fates=st.lists(FATE, min_size=1, max_size=3))
    def somebody_looks(self, span: int, fates: list[str]) -> None:
        self.wire.now += seconds(span)
        sent, asked = len(self.wire.sendings), len(self.wire.questions)
        self.decided(lambda old: settling.take_up(old, self.wire.now, self.wire.rules))
        self.wire.go_on(sent, asked, fates)

    @precondition(lambda self: self.wire.standing_still())
    @rule(data=st.data(), fate=GOES_ON)
    def who_stood_still_sends(self, data: st.DataObject, fate: str) -> None:
        self.wire.stand_no_more(data.draw(st.sampled_from(self.wire.standing_still())), fate)

    @precondition(lambda self: self.wire.under_way())
    @rule(data=st.data())
    def a_message_arrives(self, data: st.DataObject) -> None:
        self.wire.hear(data.draw(st.sampled_from(self.wire.under_way())))

    @precondition(lambda self: self.refund.doubts)
    @rule(data=st.data(), named=st.booleans())
    def somebody_looks_one_up_and_says_it(self, data: st.DataObject, named: bool) -> None:
        self.find_out(data.draw(st.sampled_from(standing(self.refund))), named)

    def find_out(self, case: Standing, named: bool = True) -> None:
        if case.doubt.why == SENT_LATE:
            self.wire.reverse(case.key, keep=0 if self.refund.status == "withdrawn" else 1)
        outcome: Any = "paid" if self.wire.stands(case.key) else "not_paid"
        key, now = case.key if named else None, self.wire.now
        self.decided(lambda old: settle(old, outcome, ("流水",), now, self.wire.rules, key), FINANCE)

    @precondition(lambda self: self.refund.status == "failed")
    @rule()
    def the_claim_is_withdrawn(self) -> None:
        self.decided(lambda old: approving.withdraw(old, BRANCH, "重提"), BRANCH)

    # -- what holds whatever happened

    def owned_up(self) -> set[str]:
        """The lines of which a person has to make sure, or whose late sender has yet to tell."""
        listed = {each.key for each in standing(self.refund) if each.doubt.why == SENT_LATE}
        return listed | {each.key for each in self.wire.awaited() if each.late is not None}

    @invariant()
    def what_is_called_paid_stands_in_boss(self) -> None:
        paid = {key_of("r-1", line) for line in self.refund.lines if line.state == "paid"}
        assert paid <= {entry.key for entry in self.wire.entries}

    @invariant()
    def what_stands_there_twice_or_unpaid_is_before_a_person(self) -> None:
        number = Counter(entry.key for entry in self.wire.entries)
        for line in self.refund.lines:
            key = key_of("r-1", line)
            most = 1 if line.state in ("paid", "paying", "unknown") else 0
            assert number[key] <= most or key in self.owned_up(), (key, line.state)

    @invariant()
    def what_is_before_a_person_names_lines_that_there_are(self) -> None:
        cases = standing(self.refund)
        assert bool(cases) == bool(self.refund.doubts)
        assert {each.key for each in cases} <= {key_of("r-1", line) for line in self.refund.lines}

    def teardown(self) -> None:
        """Everybody goes on, people look everything up: nothing stays unknown, BOSS has what is called paid, once."""
        if not hasattr(self, "wire"):
            return
        for _ in range(12):
            for sending in self.wire.standing_still():
                self.wire.stand_no_more(sending, "entered")
            self.somebody_looks(3600, ["entered"] * 3)
            for case in standing(self.refund):
                self.find_out(case)
        assert not self.refund.doubts
        paid = [key_of("r-1", line) for line in self.refund.lines if line.state == "paid"]
        assert sorted(entry.key for entry in self.wire.entries) == sorted(paid)
        assert REFUNDS.fold(None, self.story.history) == self.refund


TestLateness = Lateness.TestCase
TestLateness.settings = settings(stateful_step_count=15)
