"""Events that come shuffled, late or again leave the readers' states as the right order leaves them (F14).

Not promised (docs/why.md): a clock's number, and clocks of a major that was revoked before anything of it was heard."""

from functools import cache
from typing import Any

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from suite.rehearsal.complaints import whole_way
from suite.rehearsal.doors import Handler, handlers
from suite.rehearsal.memory import Told
from suite.rehearsal.stage import Stage

FOLLOWERS = ("escalation", "refund")  # they keep a state of their own, made from intake's events
GENERATE = (Phase.explicit, Phase.reuse, Phase.generate)  # an order shrunk for minutes says no more than the first one


@cache
def lived() -> tuple[Stage, tuple[Told, ...], str]:
    """A complaint that was taken, promised, corrected, replied, raised and reopened by the ladder, and archived."""
    stage = Stage()
    complaint = whole_way(stage)
    told = tuple(each for each in stage.told if each.service == "intake" and each.event["complaint_id"] == complaint)
    return stage, told, complaint


def readers() -> list[Handler]:
    return [each for each in handlers() if each.service in FOLLOWERS and each.source == "intake"]


def handed(told: list[Told]) -> Stage:
    """Readers who were given these events, in this order; time has long passed when they come."""
    stage = Stage()
    stage.clock.at = lived()[0].clock.at
    for each in told:
        for reader in readers():
            if reader.takes(each.service, each.type):
                stage.hand(each, reader)
    return stage


def ended(told: list[Told]) -> dict[str, Any]:
    """What the readers have made of them."""
    stage, complaint = handed(told), lived()[2]
    case = stage.cases.get(complaint).state
    return {
        "status": case.facts.status,
        "level": (case.level, case.awaiting, case.walk),
        "had by": case.moves,
        "at work": case.worked,
        "wanted": (case.reopening, case.explaining),
        "seq": case.facts.seq,
        "closed": case.closed,
        "running": sorted((clock.kind, clock.rule, clock.started_at, clock.due_at) for clock in case.running),
        "broken": sorted((clock.kind, clock.started_at) for clock in case.clocks if clock.state == "broken"),
        "promises": sorted(clock.clock_id for clock in case.clocks if clock.kind == "promise"),
        "copy": stage.refunds.complaints.find(complaint),
    }


@cache
def in_order() -> dict[str, Any]:
    return ended(list(lived()[1]))


def test_F14_in_the_right_order_it_rose_once_and_was_reopened_for_it() -> None:
    """What the other orders have to come to: neither the lowest level, nor anything left to be asked for."""
    right = in_order()

    assert right["level"] == ("duty_manager", None, None)
    assert right["wanted"] == (None, 0)
    assert len(right["at work"]) == 2


@settings(max_examples=25, deadline=None, phases=GENERATE, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_F14_shuffled_lost_then_late_and_repeated_events_end_as_in_order(data: st.DataObject) -> None:
    """Each event comes at least once, in any order, some of them again: nothing is left that should not be."""
    numbers = range(len(lived()[1]))
    again = data.draw(st.lists(st.sampled_from(numbers), max_size=5))
    order = data.draw(st.permutations([*numbers, *again]))

    assert ended([lived()[1][each] for each in order]) == in_order()


@settings(max_examples=15, deadline=None, phases=GENERATE, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_F14_what_is_lost_for_good_is_made_up_for_by_the_last_one(data: st.DataObject) -> None:
    """Each event carries the whole facts: whichever others are missing, the last one tells how it stands."""
    *others, last = range(len(lived()[1]))
    kept = data.draw(st.lists(st.sampled_from(others), unique=True))

    assert ended([lived()[1][each] for each in (*kept, last)]) == in_order()


@settings(max_examples=10, deadline=None, phases=GENERATE, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_F14_nothing_rises_after_the_complaint_was_closed(data: st.DataObject) -> None:
    """The end first, then all the rest in any order, and time passes for weeks: no level is woken."""
    told = list(lived()[1])
    order = [told[-1], *(told[each] for each in data.draw(st.permutations(range(len(told) - 1))))]
    stage, complaint = handed(order), lived()[2]
    risen = [each.type for each in stage.told if each.type == "escalated"]

    stage.clock.at = stage.clock.at.replace(year=2027)
    stage.services["escalation"].strike()

    assert [each.type for each in stage.told if each.type == "escalated"] == risen
    assert stage.cases.get(complaint).state.running == ()
