"""The clocks against a count of every minute: random histories, calendars and policies (Hypothesis).

The model below shares nothing with the rules but the words: it keeps lists of minutes and walks through them.
"""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from services.escalation.follow import fire, follow
from services.escalation.history.ticking import ClockBroken, ClockRecounted
from services.escalation.recounting import recount
from services.escalation.rules import Rules
from shared.calendar import Calendar
from shared.clockrules import ByFact, ClockPolicy, ClockRule, FixedSpan, Hours, WorkingDays
from tests.unit.escalation.makers import Story, facts, rules

MINUTE = timedelta(minutes=1)
LEVELS = ("agent", "duty_manager", "branch", "province")
ACCEPTANCE = {"duty_manager": 120, "branch": 240, "province": 480}  # minutes, as shipped
FIRST_DAY = date(2026, 3, 2)


def works(day: date, off: set[date], made_up: set[date]) -> bool:
    """Of a calendar whose only festivals are those given."""
    return day in made_up or (day.weekday() < 5 and day not in off)


def counted_off(start: datetime, span: FixedSpan, share: Fraction, off: set[date], made_up: set[date]) -> datetime:
    """The minute at which this share of the span, in whole minutes, has been counted off one by one."""
    in_days = isinstance(span, WorkingDays)
    minutes = span.days * 24 * 60 if isinstance(span, WorkingDays) else _minutes(span)
    left, passed = int(minutes * share), 0
    since_midnight = (start + timedelta(hours=8)).hour * 60 + start.minute  # start is UTC, Shanghai is ahead by 8 h
    first = (start + timedelta(hours=8)).date()
    counts = [day > 0 and works(first + timedelta(days=day), off, made_up) for day in range(60)]
    while left:
        left -= counts[(since_midnight + passed) // 1440] if in_days else 1
        passed += 1
    return start + passed * MINUTE


def _minutes(span: Any) -> int:
    return int(span.length // MINUTE)


def due_minute(start: datetime, span: FixedSpan, off: set[date], made_up: set[date]) -> datetime:
    """The minute at which the whole span has been counted off."""
    return counted_off(start, span, Fraction(1), off, made_up)


# -- random calendars, policies and starts

days = st.integers(0, 40).map(lambda number: FIRST_DAY + timedelta(days=number))
calendars = st.tuples(st.sets(days, max_size=12), st.sets(days, max_size=6)).map(
    lambda given_: (given_[0] - given_[1], given_[1])
)
spans = st.one_of(
    st.integers(1, 60).map(lambda hours: Hours(timedelta(hours=hours))),
    st.integers(10, 3000).map(lambda minutes: Hours(timedelta(minutes=minutes))),
    st.integers(1, 7).map(WorkingDays),
)
shares = st.sampled_from([Fraction(1, 2), Fraction(3, 4), Fraction(9, 10)])
starts = st.integers(0, 10 * 24 * 60).map(lambda minutes: datetime(2026, 3, 2, 16, tzinfo=UTC) + minutes * MINUTE)


def calendar_of(off: set[date], made_up: set[date]) -> Calendar:
    """Every festival of the library within the horizon is a given working day, unless it is given as a day off."""
    horizon = [FIRST_DAY + timedelta(days=number) for number in range(80)]
    usual = Calendar()
    festivals = {day: "上班" for day in horizon if day.weekday() < 5 and not usual.is_working(day)}
    library_made_up = {day: "休息" for day in horizon if day.weekday() > 4 and usual.is_working(day)}
    working = festivals | dict.fromkeys(made_up, "调休")
    closed = library_made_up | dict.fromkeys(off, "放假")
    return Calendar(
        days_off={day: why for day, why in closed.items() if day not in made_up},
        working_days={day: why for day, why in working.items() if day not in off},
    )


def policy_of(spans_of_brands: dict[str, FixedSpan], share: Fraction, other: FixedSpan) -> ClockPolicy:
    """The shipped policy with other handling limits and another repair limit."""
    handling = ByFact("brand", spans_of_brands)
    shipped = rules().clocks

    def changed(clock: ClockRule) -> ClockRule:
        if clock.kind == "handling":
            return replace(clock, span=handling, warn=share)
        return replace(clock, span=other, warn=share) if clock.kind == "repair" else clock

    return ClockPolicy(shipped.moments, tuple(map(changed, shipped.clocks)))


def story_of(begun: datetime, brand: str, under: Rules) -> Any:
    first = facts(brand=brand, registered_at=begun, as_of=begun, self_service_fault=True)
    story = Story.__new__(Story)
    story.case, story.told, story.facts = None, [], first
    story.take(follow(None, first, under))
    return story


@settings(max_examples=60, deadline=None)
@given(calendars, st.tuples(spans, spans, spans), shares, spans, starts, st.sampled_from(["vip", "gotone", "ordinary"]))
def test_CL1_CL7_CL11_every_limit_is_due_and_warns_at_the_minute_that_a_slow_count_finds(
    calendar: Any, of_brands: Any, share: Fraction, repair: FixedSpan, begun: datetime, brand: str
) -> None:
    off, made_up = calendar
    by_brand = dict(zip(("vip", "gotone", "ordinary"), of_brands, strict=True))
    under = replace(rules(), clocks=policy_of(by_brand, share, repair), calendar=calendar_of(off, made_up))

    case = story_of(begun, brand, under).now

    for kind, span in (("handling", by_brand[brand]), ("repair", repair)):
        clock = case.clock(f"{kind}-1")
        assert clock.due_at == due_minute(begun, span, off, made_up)
        assert timedelta() <= clock.warn_at - counted_off(begun, span, share, off, made_up) < MINUTE


@settings(max_examples=50, deadline=None)
@given(calendars, spans, spans, starts, st.integers(1, 3000))
def test_CL10_a_recomputed_limit_counts_from_its_start_and_a_broken_one_stays(
    calendar: Any, before: FixedSpan, after: FixedSpan, begun: datetime, minutes: int
) -> None:
    off, made_up = calendar
    by_brand = {"vip": after, "gotone": before, "ordinary": before}
    under = replace(
        rules(), clocks=policy_of(by_brand, Fraction(3, 4), WorkingDays(5)), calendar=calendar_of(off, made_up)
    )
    story, now = story_of(begun, "gotone", under), begun + minutes * MINUTE
    story.facts = replace(story.facts, seq=2, brand="vip", as_of=now)
    story.take(follow(story.case, story.facts, under))

    was, becomes = due_minute(begun, before, off, made_up), due_minute(begun, after, off, made_up)
    clock = story.now.clock("handling-1")
    broken = was < now
    assert clock.due_at == (was if broken else becomes)
    assert (clock.state == "broken") == broken
    assert clock.breaks_at == (was if broken or becomes == was else max(becomes, now))


@settings(max_examples=50, deadline=None)
@given(calendars, calendars, st.integers(1, 7), starts, st.integers(1, 12 * 24 * 60))
def test_CL11_a_late_notice_moves_a_running_limit_to_the_slow_count_and_never_a_broken_or_met_one(
    opened: Any, late: Any, span: int, begun: datetime, minutes: int
) -> None:
    repair = WorkingDays(span)
    for_ever = dict.fromkeys(("vip", "gotone", "ordinary"), Hours(timedelta(hours=900)))
    policy = policy_of(for_ever, Fraction(3, 4), repair)
    under = replace(rules(), clocks=policy, calendar=calendar_of(*opened), calendar_version="opened")
    notice = replace(under, calendar=calendar_of(*late), calendar_version="late")
    story, now = story_of(begun, "vip", under), begun + minutes * MINUTE

    story.take(recount(story.now, now, notice))

    was, becomes = due_minute(begun, repair, *opened), due_minute(begun, repair, *late)
    clock = story.now.clock("repair-1")
    if was <= now:
        assert (clock.state, clock.due_at, clock.ended_at) == ("broken", was, was)
    else:
        assert (clock.state, clock.due_at) == ("running", becomes)
        assert clock.calendar_version == ("opened" if was == becomes else "late")
    again = recount(story.now, now, notice)
    runs_out = ["repair-1"] if becomes <= now < was else []
    assert [each.clock_id for each in again if isinstance(each, ClockBroken)] == runs_out, (
        "moved into the past it breaks"
    )
    assert not [each for each in again if isinstance(each, ClockRecounted)], "applied twice, it moves nothing more"


@settings(max_examples=50, deadline=None)
@given(st.integers(10, 3000), st.integers(1, 6000), st.sampled_from(["duty_manager", "branch", "province"]))
def test_ES4_the_ladder_rises_at_the_minutes_that_a_slow_model_finds(handling: int, looked: int, top: str) -> None:
    span = Hours(handling * MINUTE)
    policy = policy_of(dict.fromkeys(("vip", "gotone", "ordinary"), span), Fraction(3, 4), WorkingDays(7))
    only = tuple(clock for clock in policy.clocks if clock.kind in ("handling", "acceptance", "level"))
    under = replace(rules(), clocks=ClockPolicy(policy.moments, only), ladder=replace(rules().ladder, top=top))
    begun = datetime(2026, 3, 3, 1, tzinfo=UTC)
    story = story_of(begun, "vip", under)

    story.take(fire(story.now, begun + looked * MINUTE, under))

    rises = [(step.to_level, step.at) for step in story.now.steps if step.step == "escalated"]
    assert rises == slow_rises(begun, handling, looked, top)


def slow_rises(begun: datetime, handling: int, looked: int, top: str) -> list[tuple[str, datetime]]:
    """Minute by minute: who has it, who is awaited and how many minutes are left."""
    level, left, found = 0, handling, []
    for minute in range(1, looked + 1):
        left -= 1
        if left == 0 and LEVELS[level] != top:
            level += 1
            left = ACCEPTANCE[LEVELS[level]]
            found.append((LEVELS[level], begun + minute * MINUTE))
    return found
