"""A closed period has the same digits for ever: whatever happens after its end, in whatever order."""

from datetime import timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from services.intake import commands as c
from services.intake.figures.counting import Tally
from services.intake.figures.standing import Period
from services.intake.figures.trace import counted, entries
from services.intake.values import Verification
from shared.aggregate import Stamp
from shared.instants import milliseconds
from tests.unit.intake.figures.makers import AGAIN, ARCHIVE, MIDNIGHT, REPLY, at, folded, ladder, lived, scope, tally

LEVELS = st.sampled_from(["agent", "duty_manager", "branch", "province", "arbitration"])
COMMANDS: list[tuple[str, Any]] = [
    ("record_contact", c.RecordContact("phone", "out", "说明")),
    ("reply", REPLY),
    ("archive", ARCHIVE),
    ("archive", c.Archive("说不清", ("账单",), "教训")),
    ("reopen", AGAIN),
    ("withdraw", c.Reason("不要了")),
    ("reclassify", c.Reclassify("03.03.08", "归类")),
    ("correct_customer", c.CorrectCustomer("登记有误", brand="vip")),
    ("follow_up", c.FollowUp("satisfied")),
    ("follow_up", c.FollowUp("dissatisfied")),
    ("mark_major", c.MarkMajor("legal", "起诉")),
    ("clear_major", c.Reason("误报")),
    ("record_opinion", c.RecordOpinion("supervisor", "意见", "M1001")),
    ("record_opinion", c.RecordOpinion("support", "意见", "S1001")),
    ("record_opinion", c.RecordOpinion("legal", "意见", "L1001")),
]
acts = st.one_of(
    st.sampled_from([*COMMANDS, *(each for each in COMMANDS if each[0] in ("reply", "reopen"))]),
    st.builds(
        lambda seq, level, hour: ("ladder", ladder(seq, level, handling=at(hour))),
        *(st.integers(1, 99), LEVELS, st.integers(1, 200)),
    ),
)
beginnings = st.sampled_from(
    [
        {},
        {"brand": "vip", "prohibition": 2},
        {"ticket_type": "consultation"},
        {"verification": Verification("calling_number", False)},
        {"handling": "direct_reply", "reply": REPLY, "channel": "hall", "hall": "SZ-FT"},
    ]
)


@st.composite
def histories(draw: st.DrawFn) -> list[tuple[Any, Stamp]]:
    """A complaint's history, in time, over about two weeks."""
    hours = sorted(draw(st.lists(st.integers(0, 330), max_size=20)))
    start = draw(st.integers(0, hours[0] if hours else 330))
    return lived(*((hour, *draw(acts)) for hour in hours), hour=start, **draw(beginnings))


periods = st.tuples(st.integers(0, 300), st.integers(1, 100)).map(
    lambda drawn: scope(MIDNIGHT + timedelta(hours=drawn[0]), MIDNIGHT + timedelta(hours=drawn[0] + drawn[1]))
)


@given(st.lists(histories(), max_size=4), periods)
def test_KP2_a_closed_periods_figures_are_the_same_after_whatever_came_later(lives: list[Any], of: Any) -> None:
    until_then = [[each for each in life if milliseconds(each[1].at) < of.period.end] for life in lives]
    then = [known for life in until_then if (known := folded(life))]
    now = [known for life in lives if (known := folded(life))]

    def digits(found: Tally) -> Any:
        return found.rates, found.by_brand, found.counts

    assert digits(tally(*then, of=of)) == digits(tally(*now, of=of))


@given(histories(), st.integers(0, 340))
def test_KP2_the_trace_says_what_the_history_says_at_every_time(life: list[Any], hour: int) -> None:
    known, end = folded(life), milliseconds(at(hour))
    then = folded(each for each in life if milliseconds(each[1].at) < end)
    told: dict[str, Any] = {}
    assert known is not None
    for moment, changed in entries(known.trace.text):
        if moment < end:
            told |= changed

    assert {name: value for name, value in told.items() if value is not None} == (counted(then) if then else {})


@given(histories(), periods)
def test_KP2_whatever_a_period_counts_lies_on_one_of_the_complaints_days(life: list[Any], of: Any) -> None:
    known = folded(life)
    assert known is not None
    whole = Tally(of.period)
    whole.add(known.trace.text)
    counts = any(share.denominator for share in whole.rates.values()) or any(whole.counts.values())

    assert not counts or any(of.since <= day <= of.last_day for day in known.trace.days)


@given(histories(), st.integers(1, 300))
def test_KP2_two_halves_of_a_period_hold_each_first_reply_once(life: list[Any], hour: int) -> None:
    known = folded(life)
    assert known is not None
    start, middle, end = (milliseconds(each) for each in (MIDNIGHT, MIDNIGHT + timedelta(hours=hour), at(400)))
    parts = [Tally(Period(*bounds)) for bounds in ((start, middle), (middle, end), (start, end))]
    for part in parts:
        part.add(known.trace.text)
    first, second, whole = (part.rates["first_reply_48h"].denominator for part in parts)

    assert whole <= first + second <= 1


def test_one_history_leaves_one_trace_to_the_letter_in_whichever_process_it_is_folded() -> None:
    """What is gone stands in the order of what is counted, not in a set's, which differs from process to process."""
    archived = [(1, "reply", REPLY), (2, "follow_up", c.FollowUp("satisfied")), (3, "archive", ARCHIVE)]
    before, after = folded(lived(*archived)), folded(lived(*archived, (4, "reopen", AGAIN)))
    assert before
    assert after
    gone = [name for name, value in entries(after.trace.text)[-1][1].items() if value is None]
    assert len(gone) >= 4
    assert gone == [name for name in counted(before) if name in gone]
