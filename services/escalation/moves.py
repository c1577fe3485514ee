"""How each event moves a case, and what kind of document a case is. Pure."""

from collections.abc import Callable
from typing import Any

from services.escalation import asides
from services.escalation import history as h
from services.escalation.clocks import Clock
from services.escalation.holding import Move, Stretch, ended
from services.escalation.model import Case, Reopening
from services.escalation.moving import at_level, move, recomputed, retimed
from services.escalation.record import recorded
from services.escalation.steps import step_of
from services.rights import LEVELS
from shared.aggregate import Kind, Stamp
from shared.changing import changed as replace  # simulations and every event run through here


def apply(case: Case | None, event: Any, stamp: Stamp) -> Case:
    """The case after the event."""
    if isinstance(event, h.CaseOpened):
        after = _opened(event)
    else:
        assert case is not None, "a case begins with CaseOpened"
        after = move(event, case)
    step = step_of(event, after.clocks, stamp.by.sub)
    return replace(after, steps=(*after.steps, step)) if step else after


def kept(case: Case | None, event: Any, stamp: Stamp) -> Case:
    """The case after an event of its history, with the record that simulations replay."""
    after = apply(case, event, stamp)
    record = recorded(case, event)
    return after if record == after.record else replace(after, record=record)


def _opened(event: h.CaseOpened) -> Case:
    moves, worked = (Move(LEVELS[0], event.at),), (Stretch(event.at),)
    return Case(event.facts.complaint_id, event.facts, clocks=event.clocks, moves=moves, worked=worked)


@move.register
def _(event: h.FactsFollowed, case: Case) -> Case:
    reopened = case.reopening and event.facts.reopened_at and event.facts.reopened_at >= case.reopening.since
    return replace(case, facts=event.facts, reopening=None if reopened else case.reopening)


@move.register
def _(event: h.FactsSeen, case: Case) -> Case:
    return replace(case, facts=replace(case.facts, seq=event.seq, as_of=event.as_of))


@move.register
def _(event: h.PreRefundFollowed, case: Case) -> Case:
    others = (each for each in case.pre_refunds if each.refund_id != event.pre_refund.refund_id)
    return _with_clock(replace(case, pre_refunds=(*others, event.pre_refund)), event.clock)


@move.register
def _(event: h.ClockStarted, case: Case) -> Case:
    return _with_clock(case, event.clock)


@move.register
def _(event: h.ClockWarned, case: Case) -> Case:
    return _changed(case, event.clock_id, lambda clock: replace(clock, warned_at=event.at))


@move.register
def _(event: h.ClockMet, case: Case) -> Case:
    return _changed(case, event.clock_id, lambda clock: replace(clock, state="met", ended_at=event.at))


@move.register
def _(event: h.ClockBroken, case: Case) -> Case:
    return _changed(case, event.clock_id, lambda clock: replace(clock, state="broken", ended_at=event.at))


@move.register
def _(event: h.ClockCancelled, case: Case) -> Case:
    return _changed(case, event.clock_id, lambda clock: replace(clock, state="cancelled", ended_at=event.at))


@move.register
def _(event: h.ClockRecomputed, case: Case) -> Case:
    return _changed(case, event.clock_id, lambda clock: recomputed(clock, event))


@move.register
def _(event: h.ClockRecounted, case: Case) -> Case:
    counted = {"known_at": event.at, "calendar_version": event.calendar_version}
    return _changed(case, event.clock_id, lambda clock: replace(retimed(clock, event), **counted))


@move.register
def _(event: h.ClockExtended, case: Case) -> Case:
    return _changed(case, event.clock_id, lambda clock: replace(retimed(clock, event), extended=True))


@move.register
def _(event: h.ClockMoved, case: Case) -> Case:
    def change(clock: Clock) -> Clock:
        return replace(retimed(clock, event), known_at=event.at, moved_from=clock.given_due)

    return _changed(case, event.clock_id, change)


@move.register
def _(event: h.ClockCalledOff, case: Case) -> Case:
    ended = {"state": "cancelled", "ended_at": event.at, "called_off": True}
    return _changed(case, event.clock_id, lambda clock: replace(clock, **ended))


@move.register
def _(event: h.Escalated, case: Case) -> Case:
    risen = replace(at_level(case, event.to_level, event.at, awaited=True), explaining=0)
    return _with_clock(risen, event.acceptance)


@move.register
def _(event: h.CaseAccepted, case: Case) -> Case:
    return _with_clock(at_level(case, event.level, event.at), event.clock)


@move.register
def _(event: h.HandedBack, case: Case) -> Case:
    return _with_clock(at_level(case, event.to_level, event.at), event.clock)


@move.register
def _(event: h.AwaitingEnded, case: Case) -> Case:
    return at_level(case, case.level, event.at)


@move.register
def _(event: h.HandlingEnded, case: Case) -> Case:
    return replace(case, worked=ended(case.worked, event.at))


@move.register
def _(event: h.HandlingResumed, case: Case) -> Case:
    return replace(case, worked=(*case.worked, Stretch(event.at)))


@move.register
def _(event: h.ArbitrationOpened, case: Case) -> Case:
    opened = replace(case, arbitration_body=event.body, arbitration_case_no=event.case_no)
    return at_level(opened, LEVELS[-1], event.at)


@move.register
def _(_event: h.ExplanationAsked, case: Case) -> Case:
    return replace(case, explaining=case.explaining + 1)


@move.register
def _(_event: h.ExplanationEnded, case: Case) -> Case:
    return replace(case, explaining=0)


@move.register
def _(event: h.ReopeningWanted, case: Case) -> Case:
    return replace(case, explaining=0, reopening=Reopening(event.cause, event.at))


@move.register
def _(event: h.ReopeningTried, case: Case) -> Case:
    assert case.reopening is not None, "tried only where wanted"
    return replace(case, reopening=replace(case.reopening, wake_at=event.wake_at, tries=case.reopening.tries + 1))


@move.register
def _(_event: h.ReopeningDropped, case: Case) -> Case:
    return replace(case, reopening=None)


@move.register
def _(_event: h.CaseClosed, case: Case) -> Case:
    return replace(case, closed=True)


@move.register(h.MajorDeclared)
@move.register(h.MajorRevoked)
@move.register(h.OpinionRequested)
@move.register(h.OpinionGiven)
@move.register(h.CommandAnswered)
def _(_event: Any, case: Case) -> Case:
    """Facts and clocks say it already; the event is its announcement and its step."""
    return case


def _with_clock(case: Case, clock: Clock | None) -> Case:
    return replace(case, clocks=(*case.clocks, clock)) if clock else case


def _changed(case: Case, clock_id: str, change: Callable[[Clock], Clock]) -> Case:
    clocks = (change(clock) if clock.clock_id == clock_id else clock for clock in case.clocks)
    return replace(case, clocks=tuple(clocks))


# What the complaint's facts and time itself bring must always find room; only people's commands meet a full history.
BROUGHT = (
    *(h.CaseOpened, h.FactsFollowed, h.FactsSeen, h.ClockStarted, h.ClockWarned, h.ClockMet, h.ClockBroken),
    *(h.ClockCancelled, h.ClockRecomputed, h.AwaitingEnded, h.MajorDeclared, h.MajorRevoked, h.OpinionRequested),
    *(h.OpinionGiven, h.ExplanationAsked, h.ExplanationEnded),
    *(h.ReopeningWanted, h.ReopeningTried, h.ReopeningDropped, h.CaseClosed, h.CommandAnswered),
    *(h.HandlingEnded, h.HandlingResumed, h.PreRefundFollowed),
    *asides.EVENTS,
)
ASKED = (
    *(h.ClockExtended, h.ClockRecounted, h.ClockMoved, h.ClockCalledOff),
    *(h.Escalated, h.CaseAccepted, h.HandedBack, h.ArbitrationOpened),
)

CASES = Kind("cases", Case, (*BROUGHT, *ASKED), kept, ending=frozenset(BROUGHT))
