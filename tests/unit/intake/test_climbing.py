"""Majors, opinions and the ladder's copy (MJ2, MJ3, IN3)."""

from typing import Any

import pytest

from services.intake import climbing
from services.intake import commands as c
from services.intake import history as h
from services.intake.errors import NotAComplaint, NotMajor, WrongField, WrongState
from services.intake.model import Complaint
from tests.unit.intake.makers import HOUR, MONDAY, after, archived, complaint, major, on, replied

MARK = c.MarkMajor("media_threat", "扬言曝光", by="M1001")
LIMITS = complaint().limits


def test_MJ3_marking_starts_the_clocks_of_a_major_one() -> None:
    known = after(complaint(), *climbing.mark_major(complaint(), MARK, on()))
    assert known.major is not None
    assert (known.major.trigger, known.major.by) == ("media_threat", "M1001")
    assert known.limits["support_opinion"] == MONDAY + 12 * HOUR
    assert known.limits["legal_opinion"] == MONDAY + 24 * HOUR


def test_marking_twice_is_marking_once() -> None:
    assert climbing.mark_major(major(), MARK, on()) == []


@pytest.mark.parametrize("known", [replied(), archived(), after(complaint(), h.ComplaintWithdrawn("不要了"))])
def test_MJ2_a_complaint_whose_reply_is_stored_is_not_marked(known: Complaint) -> None:
    with pytest.raises(WrongState):
        climbing.mark_major(known, MARK, on())


def test_IN3_only_complaints_can_be_major() -> None:
    with pytest.raises(NotAComplaint):
        climbing.mark_major(complaint(ticket_type="consultation"), MARK, on())


def test_MJ3_the_policy_knows_the_triggers() -> None:
    with pytest.raises(WrongField):
        climbing.mark_major(complaint(), c.MarkMajor("boredom", "无"), on())


def test_MJ2_opinions_are_given_on_majors_only() -> None:
    opinion = c.RecordOpinion("supervisor", "先安抚", "M1001")
    with pytest.raises(NotMajor):
        climbing.record_opinion(complaint(), opinion, on())
    known = after(major(), *climbing.record_opinion(major(), opinion, on()))
    assert known.opinions["supervisor"].by == "M1001"


def test_cleared_and_marked_again_needs_its_opinions_anew() -> None:
    known = major("supervisor", "support")
    known = after(known, *climbing.clear_major(known, c.Reason("误报"), on()))
    assert (known.major, known.opinions) == (None, {})
    assert climbing.clear_major(known, c.Reason("误报"), on()) == []


def told(seq: int, level: Any = "branch", limits: Any = None) -> c.LadderTold:
    return c.LadderTold(seq, level, None, LIMITS if limits is None else limits)


def test_the_ladders_level_and_due_times_are_kept() -> None:
    acceptance = {"acceptance": MONDAY + 50 * HOUR}
    known = after(complaint(), *climbing.follow_ladder(complaint(), told(4, "duty_manager", acceptance)))
    assert known.ladder.level == "duty_manager"
    assert known.due_times == LIMITS | acceptance


def test_only_something_newer_is_kept() -> None:
    known = after(complaint(), *climbing.follow_ladder(complaint(), told(4)))
    assert climbing.follow_ladder(known, told(4, "province")) == []
    assert climbing.follow_ladder(known, told(3, "province")) == []


def test_what_changes_nothing_is_kept_only_where_something_older_may_still_come() -> None:
    assert climbing.follow_ladder(complaint(), told(1, "agent")) == []
    assert climbing.follow_ladder(complaint(), told(3, "agent")) != []


def test_in_whatever_order_they_come_the_newest_counts() -> None:
    known = complaint()
    for each in (told(2, "duty_manager"), told(5, "branch"), told(3, "duty_manager"), told(4, "province")):
        known = after(known, *climbing.follow_ladder(known, each))
    assert known.ladder.level == "branch"


def test_a_copy_from_before_a_reopening_does_not_hide_the_new_clock() -> None:
    known = after(replied(), *climbing.follow_ladder(replied(), told(2, "agent")))
    now = MONDAY + 60 * HOUR
    known = after(known, h.ComplaintReopened("asked", "又来电", {"handling": now + 48 * HOUR}), now=now)
    assert known.due_times["handling"] == now + 48 * HOUR
