"""Totals of refunds: count, total, doubled, by request and by payment; the same digits for ever (KP2)."""

from collections import Counter
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.refund import approving, history, pre_refunds
from services.refund.books.totals import KINDS, Totals
from services.refund.books.totals_answer import DEFINITIONS, Asked, answer, counted, scope_of
from services.refund.books.trace import as_of
from services.refund.claim import Consent
from services.refund.errors import AnotherBranch, DoesNotFit
from services.refund.lines import key_of
from services.refund.model import Refund
from shared.instants import milliseconds
from tests.unit.refund.makers import AGENT, BRANCH, DUTY_MANAGER, FINANCE, NOW, PAYER, Story, claim, rules

DAY = timedelta(days=1)
WEEK = Asked(NOW - DAY, NOW + 6 * DAY)
LATER = NOW + 60 * DAY
INSISTENCE = Consent("B1001", "金额较小")


def pay(story: Story, at: datetime = NOW, lines: int = 9) -> Story:
    """So many of its lines reach the customer at that time."""
    for line in [each for each in story.refund.lines if each.state != "paid"][:lines]:
        key = key_of("r-1", line)
        paying = history.RefundPaying(line.kind, key, at, at)
        story.then([paying, history.RefundLinePaid(line.kind, f"B-{key}")], PAYER, at)
    if all(line.state == "paid" for line in story.refund.lines):
        story.then([history.RefundPaid()], PAYER, at)
    return story


def rejected(story: Story) -> Story:
    story.then(approving.reject(story.refund, DUTY_MANAGER, "证据不足"), DUTY_MANAGER)
    return story


def told(*refunds: Refund, asked: Asked = WEEK, now: datetime = LATER) -> dict[str, Any]:
    scope = scope_of(asked, FINANCE, now)
    traces = [(refund.trace.days[0], refund.trace.text) for refund in refunds]
    return answer(*counted(traces, scope, asked.limit), asked, scope, now)


def story(**changes: Any) -> Story:
    return Story(claim(**changes)).approved()


def test_KP2_refunds_are_counted_with_total_and_doubled() -> None:
    doubled = pay(story(ground="double_refund")).refund
    single = pay(story()).refund

    shown = told(doubled, single)

    assert (shown["count"], shown["total_fen"], shown["doubled"], shown["doubled_fen"]) == (2, 3 * 1560, 1, 2 * 1560)
    assert shown["paid"]["doubled"] == {"count": 1, "total_fen": 3120, "award_fen": 1560}
    assert shown["paid"]["by_line"] == {"principal": 3120, "award": 1560, "extra": 0, "late_fee": 0}
    assert shown["paid"]["by_ground"] == {
        "company_fault": {"count": 1, "total_fen": 1560},
        "double_refund": {"count": 1, "total_fen": 3120},
    }
    assert shown["requested"]["by_sort"] == {"refund": {"count": 2, "total_fen": 4680}}
    assert shown["requested"]["by_dispute_type"] == {"billing": {"count": 2, "total_fen": 4680}}
    assert shown["closed"]


def test_KP2_requests_and_payments_of_refunds_are_counted_each_in_its_own_period() -> None:
    refund = pay(story(), NOW + 8 * DAY).refund
    next_week = Asked(WEEK.end, WEEK.end + 7 * DAY)

    asked, paid = told(refund), told(refund, asked=next_week)

    assert (asked["requested"]["count"], asked["paid"]["count"]) == (1, 0)
    assert asked["requested"]["by_status"] == {"approved": {"count": 1, "total_fen": 1560}}
    assert (paid["requested"]["count"], paid["paid"]["count"], paid["total_fen"]) == (0, 1, 1560)


def test_KP2_a_refund_that_is_paid_on_both_sides_of_a_week_counts_in_each_with_its_part() -> None:
    refund = pay(pay(story(ground="double_refund"), NOW, lines=1), NOW + 8 * DAY).refund
    first, second = told(refund), told(refund, asked=Asked(WEEK.end, WEEK.end + 7 * DAY))
    assert (first["total_fen"], first["doubled"]) == (1560, 0)
    assert (second["total_fen"], second["doubled"], second["doubled_fen"]) == (1560, 1, 1560)


def test_KP2_a_rejected_refund_is_in_the_breakdown_but_not_in_count_and_total() -> None:
    shown = told(rejected(Story()).refund, Story().refund)["requested"]
    assert (shown["count"], shown["total_fen"]) == (1, 1560)
    assert shown["by_status"]["rejected"] == {"count": 1, "total_fen": 1560}


def test_KP2_an_upheld_pre_refund_is_doubled_only_from_when_it_was_upheld() -> None:
    wanted = claim(sort="pre_refund", ground="double_refund", insisted=True, consent=INSISTENCE, principal_fen=500)
    early = pay(Story(wanted).approved())
    before = told(early.refund)
    event = pre_refunds.verify(early.refund, True, ("话单",), by=BRANCH, due_at=None, now=NOW + 7 * DAY, rules=rules())
    later = pay(early.then(event, BRANCH, NOW + 7 * DAY) and early, NOW + 7 * DAY)

    assert told(later.refund) == before
    assert before["requested"]["doubled"]["count"] == 0
    assert told(later.refund, asked=Asked(WEEK.start, WEEK.end + 7 * DAY))["requested"]["doubled"]["award_fen"] == 500


def test_KP2_every_definition_is_there_in_chinese_and_english() -> None:
    shown = told()
    assert shown["definitions"] == DEFINITIONS
    assert all(set(words) == {"zh", "en"} and all(words.values()) for words in DEFINITIONS.values())


def test_KP2_a_period_that_still_runs_is_counted_as_of_now() -> None:
    shown = told(story().refund, now=NOW + DAY)
    assert (shown["as_of"], shown["closed"]) == (NOW + DAY, False)


def test_KP2_the_totals_of_another_branch_are_refused() -> None:
    with pytest.raises(AnotherBranch):
        scope_of(Asked(WEEK.start, WEEK.end, branch="GZ"), DUTY_MANAGER, LATER)
    assert scope_of(WEEK, DUTY_MANAGER, LATER).place == {"branch": "SZ"}
    with pytest.raises(DoesNotFit):
        scope_of(Asked(WEEK.end, WEEK.start), FINANCE, LATER)


acts = st.lists(st.tuples(st.sampled_from(["sign", "pay", "reject", "withdraw"]), st.integers(0, 20)), max_size=8)


def lived(wanted: list[tuple[str, int]], start: int) -> Story:
    """A refund that has lived through what of this was possible, each at its day or later."""
    known = Story(claim(ground="double_refund"))
    day = start
    for act, days in wanted:
        day += days
        refund, at = known.refund, NOW + day * DAY
        if act == "sign" and (level := refund.needs):
            by = {"duty_manager": DUTY_MANAGER, "branch": BRANCH}[level]
            known.then(approving.approve(refund, by, "", 0, rules()), by, at)
        elif act == "pay" and refund.status in ("approved", "paying"):
            pay(known, at, lines=1)
        elif act == "reject" and refund.needs == "duty_manager":
            known.then(approving.reject(refund, DUTY_MANAGER, "否"), DUTY_MANAGER, at)
        elif act == "withdraw" and refund.status in ("requested", "approving"):
            known.then(approving.withdraw(refund, AGENT, "撤"), AGENT, at)
    return known


@given(acts, acts, st.integers(0, 10))
def test_KP2_a_past_period_of_refunds_has_the_same_digits_whatever_happens_later(
    wanted: list[tuple[str, int]], later: list[tuple[str, int]], days: int
) -> None:
    """Hypothesis: whatever is added to a history after the period's end changes nothing in it."""
    asked = Asked(NOW - DAY, NOW + days * DAY)
    whole = lived([*wanted, *later], 0)
    cut = Story(claim(ground="double_refund"))
    cut.history.clear()
    for event, stamp in whole.history:
        if stamp.at < asked.end or stamp.n == 1:
            cut.then([event], stamp.by, stamp.at)

    assert told(whole.refund, asked=asked) == told(cut.refund, asked=asked)


@given(acts, st.lists(st.integers(1, 30), min_size=1, max_size=5, unique=True))
def test_KP2_the_payments_of_all_periods_add_up_to_what_was_paid(
    wanted: list[tuple[str, int]], cuts: list[int]
) -> None:
    """Hypothesis: cut at any moments, each fen is in exactly one period."""
    refund = lived(wanted, 0).refund
    moments = [milliseconds(NOW + cut * DAY) for cut in (-1, *sorted(cuts), 400)]
    sums: Counter[str] = Counter()
    for start, end in pairwise(moments):
        part = Totals(start, end)
        part.add(refund.trace.text)
        sums.update(part.paid.lines)
    paid = Counter(dict.fromkeys(KINDS, 0))
    paid.update({line.kind: line.amount_fen for line in refund.lines if line.state == "paid"})
    assert sums == paid


def test_a_trace_is_read_as_it_stood_just_before_a_moment() -> None:
    refund = pay(story(), NOW + DAY).refund
    before, after, later = as_of(refund.trace.text, *(milliseconds(NOW + days * DAY) for days in (0, 1, 2)))
    assert before == {}
    assert (after["status"], later["status"]) == ("approved", "paid")
    assert "paid_principal" not in after
    assert (later["requested"], later["paid_principal"]) == (milliseconds(NOW), 1560)
    assert refund.trace.days == (20780, 20781)
