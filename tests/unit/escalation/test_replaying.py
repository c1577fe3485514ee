"""The record beside the state is the history's own, and a replay of it is the case as it was lived (Hypothesis)."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import orjson
from hypothesis import given, settings
from hypothesis import strategies as st

from services.escalation.extending import extend
from services.escalation.facts import Coordination, FollowUp, Major, Opinion, PreRefund, Promise
from services.escalation.history import FactsSeen
from services.escalation.ladder import accept, arbitrate, escalate, hand_back
from services.escalation.moves import CASES
from services.escalation.pre_refunds import follow_pre_refund
from services.escalation.replaying import replayed
from services.escalation.rules import Rules
from shared.calendar import Calendar, day_of
from shared.clockrules import ByFact, ClockPolicy, Hours
from shared.codec import plain, restore
from shared.errors import TousuError
from tests.unit.escalation.makers import (
    AGENT,
    BRANCH,
    DUTY_MANAGER,
    MONDAY,
    PROVINCE,
    Story,
    facts,
    hour,
    rules,
)
from tests.unit.escalation.replays import outcome, replay_of, under

WORDS = ("answer", "reply", "follow_up", "reopen", "archive", "withdraw", "promise", "brand", "major", "opinion")
PEOPLE = {"agent": AGENT, "duty_manager": DUTY_MANAGER, "branch": BRANCH, "province": PROVINCE}
ACTS = {"accept": accept, "escalate": escalate, "hand_back": hand_back}


class Life:
    """A case to which things happen in any order; `late`: how long before now it happened and only now is known."""

    def __init__(self, brand: str, channel: str, fault: bool) -> None:
        about = {"brand": brand, "channel": channel, "self_service_fault": fault}
        self.story = Story(facts(**about, coordination=Coordination("interconnect")))
        self.now = MONDAY

    def take(self, what: str, minutes: int, late: int) -> None:
        self.now += timedelta(minutes=minutes)
        at = max(self.now - timedelta(minutes=late), MONDAY)
        if what == "fire":
            self.story.fire(self.now)
        elif what == "refund":
            told = PreRefund("r1", len(self.story.told), at, self.now if late % 2 else None)
            self.story.take(follow_pre_refund(self.story.now, told, rules()))
        elif what in WORDS:
            getattr(self, what)(at)
        else:
            self.act(what)

    def tell(self, **changes: Any) -> None:
        self.story.follow(as_of=self.now, **changes)

    def answer(self, at: Any) -> None:
        self.tell(answered_at=at)

    def reply(self, at: Any) -> None:
        self.tell(status="replied", replied_at=at, answered_at=self.story.facts.answered_at or at)

    def follow_up(self, at: Any) -> None:
        self.tell(follow_up=FollowUp("dissatisfied", at, bool(at.minute % 2)))

    def reopen(self, at: Any) -> None:
        self.tell(status="open", replied_at=None, archived_at=None, follow_up=None, reopened_at=at)

    def archive(self, at: Any) -> None:
        self.tell(status="archived", archived_at=at)

    def withdraw(self, at: Any) -> None:
        self.tell(status="withdrawn", withdrawn_at=at)

    def promise(self, at: Any) -> None:
        known = self.story.facts.promises
        promised = Promise(f"p{len(known)}", "effect" if at.minute % 2 else "answer", at + timedelta(hours=9), at)
        self.tell(promises=(*known, promised))

    def brand(self, at: Any) -> None:
        self.tell(brand={"vip": "gotone", "gotone": "ordinary", "ordinary": "vip"}[self.story.facts.brand])

    def major(self, at: Any) -> None:
        self.tell(major=None if self.story.facts.major else Major("legal", "M1001", at))

    def opinion(self, at: Any) -> None:
        self.tell(opinions={**self.story.facts.opinions, "supervisor": Opinion("M1001", at)})

    def act(self, what: str) -> None:
        by = PEOPLE.get(self.story.now.level, PROVINCE)
        try:
            if what == "extend":
                due_at = self.now + timedelta(hours=100)
                self.story.take(extend(self.story.now, "handling", due_at, "why", BRANCH, self.now, rules()), BRANCH)
            elif what == "arbitrate":
                self.story.do(arbitrate, "body", "1", by=PROVINCE, now=self.now)
            else:
                self.story.do(ACTS[what], *([] if what == "accept" else ["why"]), by=by, now=self.now)
        except TousuError:
            self.story.fire(self.now)


happenings = st.tuples(
    st.sampled_from((*WORDS, "fire", "refund", "extend", "arbitrate", *ACTS, "accept", "fire")),
    st.integers(0, 1500),
    st.sampled_from((0, 0, 0, 1, 30, 600, 3000)),
)
lives = st.tuples(
    st.sampled_from(["vip", "gotone", "ordinary"]), st.sampled_from(["hotline", "opinion_book"]), st.booleans()
)


@settings(max_examples=300, deadline=None)
@given(lives, st.lists(happenings, max_size=14))
def test_CL_any_course_replayed_under_the_same_rules_is_as_it_was_however_late_things_became_known(
    begun: Any, happened: Any
) -> None:
    life = Life(*begun)
    for what, minutes, late in happened:
        life.take(what, minutes, late)
        assert outcome(replay_of(life.story)) == outcome(life.story.now)
    later = life.now + timedelta(days=20)
    replay = replayed(life.story.now.record, under, later)
    life.story.fire(later)
    assert outcome(replay) == outcome(life.story.now)


@settings(max_examples=60, deadline=None)
@given(lives, st.lists(happenings, max_size=14))
def test_the_record_folded_anew_from_the_stored_history_is_the_record(begun: Any, happened: Any) -> None:
    life = Life(*begun)
    for each in happened:
        life.take(*each)

    stored = [(restore(plain(event), type(event)), stamp) for event, stamp in life.story.told]
    folded = CASES.fold(None, stored)
    assert folded is not None
    assert folded.record == life.story.now.record


def test_PR1_the_record_holds_no_person_and_no_text() -> None:
    life = Life("vip", "hotline", fault=True)
    for what in ("major", "opinion", "promise", "extend", "fire", "accept", "escalate", "reply", "follow_up"):
        life.take(what, 300, 0)
    record = life.story.now.record

    assert record.count("\n") >= 7
    assert all(isinstance(orjson.loads(line), list) for line in record.split("\n"))
    for hidden in ("E1001", "M1001", "B1001", "why", "interconnect"):
        assert hidden not in record


def test_a_case_from_before_records_were_kept_gets_none_by_halves() -> None:
    story = Story()
    old = story.now
    object.__setattr__(old, "record", "")

    after = CASES.fold(old, [(FactsSeen(9, hour(1)), story.told[0][1])])
    assert after is not None
    assert after.record == ""


def test_a_shorter_limit_in_a_draft_breaks_what_was_met_and_raises_it() -> None:
    story = Story(facts(brand="ordinary"))
    story.follow(status="replied", answered_at=hour(30), replied_at=hour(30))
    changed = _with_spans(ordinary=24)

    again = replayed(story.now.record, lambda *_versions: changed, hour(31))

    assert (again.clock("handling-1").state, again.clock("handling-1").due_at) == ("broken", hour(24))
    assert again.level == "branch", "two hours later nobody had taken over (ES4)"
    assert story.now.clock("handling-1").state == "met"


def test_what_people_did_is_done_again_only_where_it_still_fits() -> None:
    story = Story(facts(brand="vip"))
    story.fire(hour(8))
    story.do(accept, by=DUTY_MANAGER, now=hour(9))

    longer = _with_spans(vip=100)
    again = replayed(story.now.record, lambda *_versions: longer, hour(20))

    assert (again.level, again.awaiting) == ("agent", None), "nobody takes over what did not rise"


def test_CL11_each_case_is_replayed_under_the_calendar_it_was_counted_by() -> None:
    day = day_of(hour(24))
    notice = Calendar(days_off={day: "临时放假"})
    story = Story(facts(self_service_fault=True))

    def by_version(clocks_version: str, calendar_version: str) -> Rules:
        calendar = notice if calendar_version == "other" else rules().calendar
        return Rules(rules().clocks, rules().ladder, calendar, clocks_version, calendar_version)

    assert outcome(replayed(story.now.record, by_version))["clocks"] == [vars(each) for each in story.now.clocks]


def _with_spans(**hours: int) -> Rules:
    usual = {"vip": 8, "gotone": 24, "ordinary": 48} | hours
    span = ByFact("brand", {brand: Hours(timedelta(hours=number)) for brand, number in usual.items()})
    policy = rules().clocks
    clocks = (replace(each, span=span) if each.kind == "handling" else each for each in policy.clocks)
    return replace(rules(), clocks=ClockPolicy(policy.moments, tuple(clocks)))
