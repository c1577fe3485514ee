"""Whatever happens in whatever order: the ladder's promises hold (Hypothesis)."""

from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

import hypothesis.strategies as st
from hypothesis import settings
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from services.escalation.extending import extend
from services.escalation.facts import Coordination, FollowUp, Fulfilled, Major, Opinion, Promise
from services.escalation.holding import held
from services.escalation.ladder import accept, arbitrate, escalate, hand_back
from services.escalation.moves import CASES
from services.escalation.repairing import cancel_clock, move_clock
from services.escalation.walking import acknowledge, report_unreachable
from services.rights import LEVELS
from shared.aggregate import Actor
from shared.codec import plain, restore
from shared.errors import TousuError
from tests.check_explanation import check
from tests.unit.escalation.explanations import explained
from tests.unit.escalation.makers import AGENT, BRANCH, DUTY_MANAGER, MONDAY, PROVINCE, Story, facts, names, rules
from tests.unit.escalation.replays import outcome, replay_of

OPERATOR = Actor("O1001", "operator")
CONTACT = Actor("E1004", "agent", "SZ")  # first of the complaint team's chain (ES11)
PEOPLE = st.sampled_from([AGENT, DUTY_MANAGER, BRANCH, PROVINCE])
MINUTES = st.integers(min_value=1, max_value=30 * 60)
STEPS_OF_A_JUMP = 7
SPANS = {"agent": 8, "duty_manager": 8, "branch": 16, "province": 24}  # hours of the level clock, as shipped


class AnyCourse(RuleBasedStateMachine):
    """One complaint lived twice: `story` is looked at only when something happens, `watched` all the time."""

    @initialize(brand=st.sampled_from(["vip", "gotone", "ordinary"]), channel=st.sampled_from(["hotline", "letter"]))
    def register(self, brand: str, channel: str) -> None:
        first = facts(brand=brand, channel=channel, coordination=Coordination("interconnect"))
        self.story, self.watched, self.now = Story(first), Story(first), MONDAY
        self.begun: datetime | None = MONDAY
        self.worked = timedelta()

    # -- what intake tells

    def later(self) -> datetime:
        """Each act a millisecond after the one before: at one and the same instant, act or due time may come first."""
        self.now += timedelta(milliseconds=1)
        return self.now

    def tell(self, **changes: Any) -> None:
        for story in (self.story, self.watched):
            story.follow(as_of=self.now, **changes)

    def work_ends(self) -> None:
        """Kept apart from the case: how long the complaint was open in all."""
        assert self.begun is not None
        self.worked, self.begun = self.worked + (self.now - self.begun), None

    @property
    def status(self) -> str:
        return self.story.facts.status

    @rule(minutes=MINUTES)
    def time_passes(self, minutes: int) -> None:
        jump = timedelta(minutes=minutes)
        for part in range(1, STEPS_OF_A_JUMP + 1):
            self.watched.fire(self.now + jump * part / STEPS_OF_A_JUMP)
        self.now += jump

    @rule()
    def a_tick(self) -> None:
        self.story.fire(self.now)

    @precondition(lambda self: self.status == "open")
    @rule(minutes=MINUTES, kind=st.sampled_from(["answer", "effect"]))
    def promise(self, minutes: int, kind: Any) -> None:
        number = len(self.story.facts.promises)
        now = self.later()
        promised = Promise(f"p{number}", kind, now + timedelta(minutes=minutes), now)
        self.tell(promises=(*self.story.facts.promises, promised))

    @precondition(lambda self: self.story.facts.promises)
    @rule(data=st.data())
    def fulfil(self, data: st.DataObject) -> None:
        promise = data.draw(st.sampled_from(self.story.facts.promises))
        self.tell(fulfilled=(*self.story.facts.fulfilled, Fulfilled(promise.promise_id, self.later())))

    @precondition(lambda self: self.status == "open")
    @rule(brand=st.sampled_from(["vip", "gotone", "ordinary"]))
    def correct(self, brand: str) -> None:
        self.later()
        self.tell(brand=brand)

    @precondition(lambda self: self.status == "open")
    @rule()
    def reply(self) -> None:
        now = self.later()
        self.work_ends()
        self.tell(status="replied", replied_at=now, answered_at=self.story.facts.answered_at or now)

    @precondition(lambda self: self.status == "replied")
    @rule(happy=st.sampled_from(["satisfied", "dissatisfied"]), further=st.booleans())
    def follow_up(self, happy: str, further: bool) -> None:
        self.tell(follow_up=FollowUp(happy, self.later(), further))

    @precondition(lambda self: self.status in ("replied", "archived"))
    @rule()
    def reopen(self) -> None:
        self.begun = self.later()
        self.tell(status="open", replied_at=None, archived_at=None, follow_up=None, reopened_at=self.begun)

    @precondition(lambda self: self.status == "replied")
    @rule()
    def archive(self) -> None:
        self.tell(status="archived", archived_at=self.later())

    @precondition(lambda self: self.status == "open")
    @rule()
    def withdraw(self) -> None:
        now = self.later()
        self.work_ends()
        self.tell(status="withdrawn", withdrawn_at=now)

    @precondition(lambda self: self.status == "open" and not self.story.facts.major)
    @rule()
    def declare_major(self) -> None:
        self.tell(major=Major("legal", "M1001", self.later()))

    @precondition(lambda self: self.story.facts.major)
    @rule(kind=st.sampled_from(["supervisor", "support", "legal"]))
    def give_opinion(self, kind: Any) -> None:
        self.tell(opinions={**self.story.facts.opinions, kind: Opinion("M1001", self.later())})

    @precondition(lambda self: self.story.facts.major)
    @rule()
    def revoke(self) -> None:
        self.later()
        self.tell(major=None, opinions={})

    # -- what people do

    def attempt(self, act: Any, *arguments: Any, by: Actor) -> None:
        """Both lives answer alike, be it by a refusal."""
        self.later()
        answers = []
        for story in (self.story, self.watched):
            try:
                answers.append(names(story.do(act, *arguments, by=by, now=self.now))[-1])
            except TousuError as refused:
                answers.append(type(refused).__name__)
        assert answers[0] == answers[1]

    @rule(by=PEOPLE)
    def accept(self, by: Actor) -> None:
        self.attempt(accept, by=by)

    @rule(by=PEOPLE)
    def escalate(self, by: Actor) -> None:
        self.attempt(escalate, "why", by=by)

    @rule(by=PEOPLE)
    def hand_back(self, by: Actor) -> None:
        self.attempt(hand_back, "how", by=by)

    @rule(by=st.sampled_from([DUTY_MANAGER, BRANCH, CONTACT]))
    def acknowledge(self, by: Actor) -> None:
        self.attempt(acknowledge, by=by)

    @rule(who=st.sampled_from(["E1004", "M1001", "B1001"]))
    def report_unreachable(self, who: str) -> None:
        self.attempt(report_unreachable, who, by=AGENT)

    @rule()
    def arbitrate(self) -> None:
        self.attempt(arbitrate, "body", "1", by=PROVINCE)

    @rule(kind=st.sampled_from(["handling", "promise", "acceptance"]), minutes=MINUTES)
    def extend(self, kind: str, minutes: int) -> None:
        def more(case: Any, _by: Actor, now: datetime, known: Any) -> list[Any]:
            return extend(case, kind, now + timedelta(minutes=minutes), "why", BRANCH, now, known)

        self.attempt(more, by=BRANCH)

    @rule(kind=st.sampled_from(["handling", "promise", "contact", "follow_up"]), minutes=MINUTES)
    def move(self, kind: str, minutes: int) -> None:
        def elsewhere(case: Any, by: Actor, now: datetime, known: Any) -> list[Any]:
            return move_clock(case, kind, now + timedelta(minutes=minutes), "why", by, now, known)

        self.attempt(elsewhere, by=OPERATOR)

    @rule(kind=st.sampled_from(["handling", "contact", "follow_up"]))
    def call_off(self, kind: str) -> None:
        self.attempt(cancel_clock, kind, "why", by=OPERATOR)

    # -- what always holds

    @invariant()
    def a_replay_of_its_record_is_the_case_as_it_was_lived(self) -> None:
        for story in (self.story, self.watched):
            assert outcome(replay_of(story)) == outcome(story.now)

    def teardown(self) -> None:
        """Every clock of the course explains itself so that it can be counted again."""
        for clock in self.story.now.clocks:
            check(explained(self.story, clock.clock_id))

    @invariant()
    def the_level_moves_one_at_a_time(self) -> None:
        moves = [step for step in self.story.now.steps if step.step in ("escalated", "handed_back")]
        level = "agent"
        for step in moves:
            assert step.from_level == level
            assert abs(LEVELS.index(step.to_level or "") - LEVELS.index(level)) == 1
            level = step.to_level or ""
        assert self.story.now.level in (level, "arbitration")

    @invariant()
    def no_clock_ends_twice(self) -> None:
        ends = [
            event.clock_id
            for event, _ in self.story.told
            if type(event).__name__ in ("ClockMet", "ClockBroken", "ClockCancelled", "ClockCalledOff")
        ]
        assert len(ends) == len(set(ends))

    @invariant()
    def no_limit_of_the_manual_is_later_than_rules_and_coordination_say_however_it_was_repaired(self) -> None:
        for clock in self.story.now.clocks:
            if clock.kind in ("handling", "promise"):
                assert clock.due_at <= clock.given_due
                assert not clock.called_off

    @invariant()
    def one_level_at_most_is_awaited_or_at_work(self) -> None:
        running = [clock for clock in self.story.now.running if clock.kind in ("acceptance", "level")]
        assert len(running) <= 1
        assert all(clock.level == self.story.now.level for clock in running)
        if self.story.now.awaiting:
            assert self.story.now.awaiting == self.story.now.level

    @invariant()
    def a_broken_clock_ended_at_its_due_time_and_a_met_one_by_it(self) -> None:
        for clock in self.story.now.clocks:
            if clock.state == "broken":
                assert clock.ended_at == clock.due_at
            if clock.state == "met":
                assert clock.ended_at is not None
                assert clock.started_at <= clock.ended_at <= clock.due_at

    @invariant()
    def nobody_is_told_who_was_told_of_this_rise_before_and_only_while_somebody_is_awaited(self) -> None:
        told: list[str | None] = []
        for step in self.story.now.steps:
            told = [] if step.step == "escalated" else [*told, step.who] if step.step == "chain_told" else told
            assert len(told) == len(set(told))
        if self.story.now.walk:
            assert self.story.now.awaiting

    @invariant()
    def the_levels_stretches_sum_to_the_cases_whole_time(self) -> None:
        stretches = held(self.story.now.moves, self.story.now.worked)
        total = sum(((each.to or self.now) - each.from_ for each in stretches), timedelta())
        assert total == self.worked + (self.now - self.begun if self.begun else timedelta())
        assert all(each.to and each.to <= later.from_ for each, later in pairwise(stretches))
        if self.begun and self.begun < self.now and stretches:
            assert (stretches[-1].level, stretches[-1].to) == (self.story.now.level, None)
            assert stretches[-1].awaited == (self.story.now.awaiting is not None)

    @invariant()
    def a_level_never_has_more_than_its_own_time_between_two_acceptances(self) -> None:
        spans = {level: timedelta(hours=hours) for level, hours in SPANS.items()}
        for level, span in spans.items():
            used = timedelta()
            for clock in self.story.now.clocks:
                if (clock.kind, clock.level) == ("level", level):
                    fresh = clock.limit.span == span
                    end = clock.ended_at or min(self.now, clock.due_at)
                    used = (end - clock.started_at) + (timedelta() if fresh else used)
                    assert used <= span

    @invariant()
    def it_is_handed_back_only_so_often(self) -> None:
        since = self.story.now.since
        back = [step for step in self.story.now.steps if step.step == "handed_back" and step.at >= since]
        assert len(back) <= rules().ladder.round_trips

    @invariant()
    def a_case_at_rest_waits_for_nobody(self) -> None:
        if self.status == "withdrawn":
            assert not self.story.now.running
            assert self.story.now.awaiting is None

    @invariant()
    def one_look_after_an_outage_equals_watching_all_the_time(self) -> None:
        self.watched.fire(self.now)
        late = Story.__new__(Story)
        late.case, late.told = self.story.now, list(self.story.told)
        late.fire(self.now)
        assert late.now == self.watched.now

    @invariant()
    def history_alone_tells_the_state(self) -> None:
        stored = [(restore(plain(event), type(event)), stamp) for event, stamp in self.story.told]
        assert CASES.fold(None, stored) == self.story.now


AnyCourse.TestCase.settings = settings(stateful_step_count=30)
test_any_course = AnyCourse.TestCase
