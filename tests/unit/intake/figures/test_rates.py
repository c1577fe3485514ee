"""Each rate of KP2, on complaints whose past is told."""

from typing import Any

import pytest

from services.intake import commands as c
from services.intake.figures.counting import Share
from services.intake.figures.definitions import RATES
from services.intake.values import Place, Verification
from tests.unit.intake.figures.makers import (
    AGAIN,
    ARCHIVE,
    DAY,
    MIDNIGHT,
    REPLY,
    at,
    complaint,
    ladder,
    scope,
    share,
    tally,
)

WEEK_2 = scope(MIDNIGHT + 7 * DAY, MIDNIGHT + 14 * DAY)
MAJOR = c.MarkMajor("legal", "起诉")
OPINIONS = [(0.5, "record_opinion", c.RecordOpinion(kind, "意见", "M1001")) for kind in ("supervisor", "support")]
OUT = c.RecordContact("phone", "out", "说明")
SUNDAY = 6 * 24 + 8


def test_KP2_the_handling_rate_is_of_what_was_registered_and_replied_or_archived_at_the_end() -> None:
    replied = complaint((1, "reply", REPLY))
    archived = complaint((1, "reply", REPLY), (2, "archive", ARCHIVE))
    reopened = complaint((1, "reply", REPLY), (2, "reopen", AGAIN))

    assert share(tally(complaint(), replied, archived, reopened), "handling") == (2, 4)


def test_KP7_refused_and_withdrawn_complaints_and_other_tickets_are_in_no_denominator() -> None:
    withdrawn = complaint((1, "withdraw", c.Reason("不要了")))
    refused = complaint(verification=Verification("calling_number", False))
    consultation = complaint(ticket_type="consultation")

    found = tally(withdrawn, refused, consultation)

    assert [share(found, rate.name) for rate in RATES] == [(0, 0)] * len(RATES)
    assert found.counts["complaints"] == {"withdrawn": 1, "refused": 1}
    assert found.counts["ticket_types"] == {"complaint": 2, "consultation": 1}


def test_KP7_all_valid_complaints_replied_make_one_hundred_percent() -> None:
    found = tally(*(complaint((hour, "reply", REPLY)) for hour in range(1, 4)))

    assert found.rates["handling"].percent == "100.00"


def test_KP2_timeliness_counts_by_due_date_so_that_open_late_ones_do_not_vanish() -> None:
    open_late, late, in_time = complaint(), complaint((49, "reply", REPLY)), complaint((48, "reply", REPLY))

    assert share(tally(open_late, late, in_time), "on_time") == (1, 3)


def test_KP2_what_falls_due_in_the_next_period_is_counted_there_and_nowhere_else() -> None:
    sundays = complaint((SUNDAY + 1, "reply", REPLY), hour=SUNDAY)

    assert share(tally(sundays), "on_time") == (0, 0)
    assert share(tally(sundays, of=WEEK_2), "on_time") == (1, 1)


def test_KP2_the_on_time_rate_is_given_by_brand() -> None:
    vip_late, vip = complaint((9, "reply", REPLY), brand="vip"), complaint((7, "reply", REPLY), brand="vip")
    gotone = complaint((23, "reply", REPLY), brand="gotone")

    found = tally(vip_late, vip, gotone, complaint()).by_brand["on_time"]

    assert found == {"vip": Share(1, 2), "gotone": Share(1, 1), "ordinary": Share(0, 1)}


def test_KP2_each_reopening_has_a_handling_limit_of_its_own() -> None:
    again_late = complaint((1, "reply", REPLY), (2, "reopen", AGAIN), (60, "reply", REPLY))

    assert share(tally(again_late), "on_time") == (1, 2)


def test_KP2_an_extended_limit_counts_as_extended() -> None:
    extended = complaint((1, "ladder", ladder(1, "agent", handling=at(60))), (55, "reply", REPLY))

    assert share(tally(extended), "on_time") == (1, 1)


def test_KP2_the_first_reply_is_the_first_contact_by_a_person_within_48_hours() -> None:
    called, too_late = complaint((48, "record_contact", OUT)), complaint((48.1, "reply", REPLY))
    said = complaint((1, "record_contact", c.RecordContact("phone", "in", "来电")))

    assert share(tally(called, too_late, said), "first_reply_48h") == (1, 3)


def test_KP2_solved_at_first_contact_is_a_direct_reply_that_stays() -> None:
    direct: dict[str, Any] = {"handling": "direct_reply", "reply": REPLY}
    stays, comes_back = complaint(**direct), complaint((2, "reopen", AGAIN), **direct)

    assert share(tally(stays, comes_back, complaint((1, "reply", REPLY))), "first_contact_solved") == (1, 3)
    answered_twice = complaint((2, "reopen", AGAIN), (3, "reply", REPLY), **direct)
    assert share(tally(stays, answered_twice), "first_contact_solved") == (1, 2)


def test_KP2_satisfaction_is_what_customers_said_last_and_its_reach_who_was_asked() -> None:
    def rated(*said: Any) -> Any:
        answers = [(2.0 + n, "follow_up", c.FollowUp(each)) for n, each in enumerate(said)]
        return complaint((1, "reply", REPLY), *answers)

    found = tally(rated("satisfied"), rated("dissatisfied", "satisfied"), rated("neutral"), rated("unknown"), rated())

    assert share(found, "satisfaction") == (2, 3)
    assert share(found, "satisfaction_reach") == (3, 5)


def test_RP3_what_the_handler_noted_himself_is_no_answer_of_the_customer() -> None:
    assert share(tally(complaint((1, "reply", REPLY))), "satisfaction") == (0, 0)


def test_KP2_the_repeat_rate_counts_what_repeats_an_archived_one() -> None:
    repeat = complaint(place=Place(2, "first", 1))

    assert share(tally(repeat, complaint(), complaint()), "repeat") == (1, 3)


def test_KP8_the_escalation_rate_counts_what_reached_the_province_and_rises_below_are_a_second_figure() -> None:
    rising: list[Any] = [(n, "ladder", ladder(n, level)) for n, level in enumerate(("duty_manager", "branch"), 1)]
    below = complaint(*rising)
    reached = complaint(*rising, (3, "ladder", ladder(3, "province")), (4, "ladder", ladder(4, "branch")))

    found = tally(below, reached, complaint(), complaint())

    assert share(found, "escalation") == (1, 4)
    assert share(found, "rises_below_province") == (1, 4)


def test_KP8_a_rise_after_the_month_of_its_registration_counts_in_the_period_it_happens() -> None:
    late = complaint((7 * 24, "ladder", ladder(1, "province")))

    assert share(tally(late), "escalation") == (0, 1)
    assert share(tally(late, of=WEEK_2), "escalation") == (1, 1)


def test_KP8_handing_back_is_no_rise() -> None:
    course: list[Any] = [(n, "ladder", ladder(n, level)) for n, level in enumerate(("branch", "duty_manager"), 1)]
    back_next_week = complaint(course[0], (7 * 24, "ladder", ladder(2, "duty_manager")))

    assert share(tally(back_next_week, of=WEEK_2), "rises_below_province") == (0, 0)


def test_KP2_the_major_on_time_rate_counts_replies_and_opinions_by_their_limits() -> None:
    kept = complaint((0, "mark_major", MAJOR), *OPINIONS, (40, "reply", REPLY))
    broken = complaint((0, "mark_major", MAJOR), (2, *OPINIONS[0][1:]), (2, *OPINIONS[1][1:]), (49, "reply", REPLY))
    cleared = complaint((0, "mark_major", MAJOR), (0.5, "clear_major", c.Reason("误报")))

    found = tally(kept, broken, cleared)

    assert share(found, "major_on_time") == (1, 2)
    assert share(found, "major_opinion_on_time") == (1, 2)


def test_IN15_prohibitions_are_counted_by_number() -> None:
    found = tally(complaint(prohibition=3), complaint(prohibition=3), complaint(prohibition=1), complaint())

    assert found.counts["prohibitions"] == {"3": 2, "1": 1}


def test_KP2_complaints_are_counted_by_channel_leaf_and_cause() -> None:
    archived = complaint((1, "reply", REPLY), (2, "archive", ARCHIVE), channel="web")
    unnamed = complaint((1, "reply", REPLY), (2, "archive", c.Archive("说不清", ("账单",), "教训")))

    found = tally(archived, unnamed, complaint(category="01.01.01"))

    assert found.counts["channels"] == {"web": 1, "hotline": 2}
    assert found.counts["leaves"] == {"04.01.01": 2, "01.01.01": 1}
    assert found.counts["causes"] == {"billing_system": 1, "unclassified": 1}


@pytest.mark.parametrize(
    ("numerator", "denominator", "percent"),
    [(0, 0, None), (1, 3, "33.33"), (2, 3, "66.67"), (1, 8, "12.50"), (7, 7, "100.00")],
)
def test_percentages_are_made_of_whole_numbers(numerator: int, denominator: int, percent: str | None) -> None:
    assert Share(numerator, denominator).percent == percent


def test_KP2_every_figure_carries_its_rule_and_its_definition_in_both_languages() -> None:
    assert all(rate.rule and "的" in rate.zh and "complaint" in rate.en.lower() for rate in RATES)
    assert len({rate.name for rate in RATES}) == len(RATES)


def test_KP1_what_fell_due_in_the_period_and_is_open_at_its_end_is_named_by_brand() -> None:
    found = tally(complaint(), complaint((49, "reply", REPLY)), complaint(brand="vip"))

    assert found.counts["open_late"] == {"ordinary": 1, "vip": 1}
