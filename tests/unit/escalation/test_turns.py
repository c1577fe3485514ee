"""Every reply, follow-up and reopening is lived in its place, whichever news of them arrived (ES6, F14)."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from services.escalation.facts import Facts, FollowUp, Turn
from services.escalation.model import Case
from tests.unit.escalation.makers import Story, facts, hour, names

HANDLINGS = st.lists(
    st.lists(
        st.tuples(st.sampled_from(["dissatisfied", "neutral", "satisfied", "unknown"]), st.booleans()), max_size=3
    ),
    min_size=1,
    max_size=4,
)


def snapshots(handlings: list[Any], gaps: list[float]) -> list[Facts]:
    """What intake tells of each turn: replied to, asked so often, reopened, and so on; the last reply stands."""
    told, at, pause = [facts()], 0.0, iter(gaps)
    for number, ratings in enumerate(handlings):
        if number:
            at += next(pause)
            told.append(after(told[-1], Turn("reopened", hour(at)), "open"))
        at += next(pause)
        told.append(after(told[-1], Turn("replied", hour(at)), "replied"))
        for satisfaction, further in ratings:
            at += next(pause)
            told.append(after(told[-1], Turn("followed_up", hour(at), satisfaction, further), "replied"))
    return told


def after(known: Facts, turn: Turn, status: Any) -> Facts:
    said = FollowUp(turn.satisfaction, turn.at, turn.will_complain_further) if turn.satisfaction else known.follow_up
    replied_at = turn.at if turn.what == "replied" else known.replied_at
    reopened = {"reopened_at": turn.at, "replied_at": None, "follow_up": None} if turn.what == "reopened" else {}
    told: dict[str, Any] = {"turns": (*known.turns, turn), "follow_up": said, "replied_at": replied_at, **reopened}
    return replace(known, seq=known.seq + 1, as_of=turn.at, status=status, **told)


def without_turns(told: Facts) -> Facts:
    """As versions of intake told it that knew only the latest of each sort."""
    return replace(told, turns=())


def lived(told: list[Facts]) -> Case:
    first, *others = told
    story = Story(first)
    for each in others:
        story.follow(**vars(each))
    return story.now


def ended(case: Case) -> dict[str, Any]:
    clocks = [(each.kind, each.started_at, each.due_at, each.state, each.ended_at) for each in case.clocks]
    return {
        "level": (case.level, case.awaiting, case.walk),
        "moves": case.moves,
        "worked": case.worked,
        "reopening": case.reopening,
        "explaining": case.explaining,
        "clocks": sorted(clocks),
    }


@settings(max_examples=300, deadline=None)
@given(HANDLINGS, st.lists(st.floats(0.25, 60).map(lambda each: round(each, 2)), min_size=20, max_size=20), st.data())
def test_F14_ES6_whichever_news_was_missed_the_last_one_leads_to_the_same_case(
    handlings: list[Any], gaps: list[float], data: st.DataObject
) -> None:
    *others, last = snapshots(handlings, gaps)
    seen = [each for each in others if data.draw(st.booleans())]

    assert ended(lived([*seen, last])) == ended(lived([*others, last]))


@settings(max_examples=100, deadline=None)
@given(HANDLINGS, st.lists(st.floats(0.25, 60).map(lambda each: round(each, 2)), min_size=20, max_size=20), st.data())
def test_F27_events_that_tell_only_the_latest_turn_are_read_as_well_before_and_between_the_others(
    handlings: list[Any], gaps: list[float], data: st.DataObject
) -> None:
    """None is missed here: what an older version never told cannot be made up for."""
    told = snapshots(handlings, gaps)
    mixed = [without_turns(each) if data.draw(st.booleans()) else each for each in told]

    assert ended(lived(mixed)) == ended(lived(told))


def test_F14_a_rise_that_was_reopened_long_ago_asks_for_no_reopening() -> None:
    dissatisfied = (Turn("followed_up", hour(3), "dissatisfied"), Turn("followed_up", hour(4), "dissatisfied"))
    turns = (Turn("replied", hour(2)), *dissatisfied, Turn("reopened", hour(4.1)))

    story = Story()
    told = story.follow(turns=turns, reopened_at=hour(4.1))

    assert story.now.level == "duty_manager"
    assert story.now.reopening is None
    assert "ReopeningWanted" not in names(told)
    assert story.now.worked[-1].from_ == datetime.fromisoformat("2026-11-23T05:06:00+00:00")
