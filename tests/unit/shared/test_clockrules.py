"""Which clocks a moment starts, by the facts: conditions, spans by fact, and what must not pass silently."""

from datetime import UTC, datetime, timedelta
from fractions import Fraction

import pytest

from shared.calendar import Calendar
from shared.clockrules import (
    ByFact,
    ClockPolicy,
    ClockRule,
    Condition,
    FixedSpan,
    Hours,
    MissingFact,
    UnknownMoment,
    WorkingDays,
)
from shared.timelimit import started_by

MONDAY_NINE = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)


def rule_of(name: str, span: FixedSpan | ByFact, *conditions: Condition) -> ClockRule:
    met_by = frozenset({"done"})
    return ClockRule(name, "a", ("begun",), conditions, span, "CL1", met_by, Fraction(3, 4), "钟", "clock")


def policy_of(span: FixedSpan | ByFact, *conditions: Condition) -> ClockPolicy:
    return ClockPolicy(frozenset({"begun"}), (rule_of("a", span, *conditions),))


def test_of_two_entries_of_one_kind_the_first_that_matches_counts(calendar: Calendar) -> None:
    special = rule_of("special", Hours(timedelta(hours=72)), Condition("inbound", ("reminder",)))
    usual = rule_of("usual", Hours(timedelta(hours=4)))
    policy = ClockPolicy(frozenset({"begun"}), (special, usual))
    spans = [
        [limit.span for limit in started_by("begun", facts, MONDAY_NINE, policy, calendar)]
        for facts in ({"inbound": "reminder"}, {})
    ]

    assert spans == [[timedelta(hours=72)], [timedelta(hours=4)]]


@pytest.mark.parametrize(
    ("condition", "holds"),
    [
        (Condition("channel", ("web",)), True),
        (Condition("channel", ("hall", "web")), True),
        (Condition("channel", ("hall",)), False),
        (Condition("channel", None, present=True), True),
        (Condition("hall", None, present=True), False),
        (Condition("hall", None, present=False), True),
        (Condition("hall", ("SZ-FT",)), False),
    ],
)
def test_a_condition_asks_one_fact(calendar: Calendar, condition: Condition, holds: bool) -> None:
    policy = policy_of(Hours(timedelta(hours=1)), condition)

    assert bool(started_by("begun", {"channel": "web", "hall": None}, MONDAY_NINE, policy, calendar)) == holds


def test_a_moment_that_the_policy_does_not_list_is_an_error(calendar: Calendar) -> None:
    with pytest.raises(UnknownMoment, match="begun"):
        started_by("began", {}, MONDAY_NINE, policy_of(WorkingDays(1)), calendar)


def test_a_span_that_no_fact_decides_is_an_error_not_a_missing_clock(calendar: Calendar) -> None:
    policy = policy_of(ByFact("brand", {"vip": WorkingDays(1)}))

    with pytest.raises(MissingFact, match="brand"):
        started_by("begun", {"brand": "silver"}, MONDAY_NINE, policy, calendar)
