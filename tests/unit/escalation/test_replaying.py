"""The record beside the state is the history's own, and a replay of it is the case as it was lived (Hypothesis)."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import orjson
from hypothesis import example, given, settings
from hypothesis import strategies as st

from services.escalation.history import FactsSeen
from services.escalation.ladder import accept
from services.escalation.moves import CASES
from services.escalation.recounting import recount
from services.escalation.replaying import replayed
from services.escalation.rules import Rules
from shared.calendar import Calendar, day_of
from shared.clockrules import ByFact, ClockPolicy, Hours, WorkingDays
from shared.codec import plain, restore
from tests.unit.escalation.lives import Life, happenings, lives
from tests.unit.escalation.makers import DUTY_MANAGER, Story, facts, hour, rules
from tests.unit.escalation.replays import outcome, replay_of, under

AN_ACT_AS_SOON_AS_A_CLOCK_IS_KNOWN = [("withdraw", 0, 0), ("reopen", 0, 0), ("brand", 1080, 0), ("answer", 0, 0)]
A_REOPENING_REFUSED_WHILE_TIME_IS_YET_TO_STRIKE = [("reply", 60, 0), ("follow_up", 61, 0), ("drop", 600, 0)]


@settings(max_examples=300, deadline=None)
@given(lives, st.lists(happenings, max_size=14))
@example(("vip", "opinion_book", False), AN_ACT_AS_SOON_AS_A_CLOCK_IS_KNOWN)
@example(("vip", "opinion_book", False), A_REOPENING_REFUSED_WHILE_TIME_IS_YET_TO_STRIKE)
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


def test_CL11_clocks_that_one_notice_moves_into_the_past_are_replayed_as_moved_at_once() -> None:
    policy = rules().clocks
    in_days = {"contact", "remark"}
    clocks = (replace(each, span=WorkingDays(3)) if each.kind in in_days else each for each in policy.clocks)
    lived = replace(rules(), clocks=ClockPolicy(policy.moments, tuple(clocks)))
    off = replace(lived, calendar=Calendar(days_off={day_of(hour(48)): "临时放假"}), calendar_version="off")
    story = Story(facts(channel="opinion_book"), off)

    story.take(recount(story.now, hour(90), lived))

    steps = [step.clock_id for step in story.now.steps if step.step == "clock_recounted"]
    assert steps == ["contact-1", "remark-1"]
    again = replayed(story.now.record, lambda _clocks, calendar: off if calendar == "off" else lived)
    assert outcome(again) == outcome(story.now)


def _with_spans(**hours: int) -> Rules:
    usual = {"vip": 8, "gotone": 24, "ordinary": 48} | hours
    span = ByFact("brand", {brand: Hours(timedelta(hours=number)) for brand, number in usual.items()})
    policy = rules().clocks
    clocks = (replace(each, span=span) if each.kind == "handling" else each for each in policy.clocks)
    return replace(rules(), clocks=ClockPolicy(policy.moments, tuple(clocks)))
