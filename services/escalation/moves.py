"""How each event moves a case, and what kind of document a case is. Pure."""

from collections.abc import Callable
from datetime import datetime
from functools import singledispatch
from typing import Any

from services.escalation import history as h
from services.escalation.clocks import Clock
from services.escalation.holding import Move, Stretch, ended, moved
from services.escalation.model import Case, Marking, Reopening
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


@singledispatch
def move(event: Any, _case: Case) -> Case:
    """The case as an event other than the first moves it."""
    raise TypeError(f"no case is moved by {type(event).__name__}")


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
    return _changed(case, event.clock_id, lambda clock: _recomputed(clock, event))


@move.register
def _(event: h.ClockExtended, case: Case) -> Case:
    return _changed(case, event.clock_id, lambda clock: replace(_retimed(clock, event), extended=True))


@move.register
def _(event: h.Escalated, case: Case) -> Case:
    risen = replace(_moved(case, event.to_level, event.at, awaited=True), explaining=0)
    return _with_clock(risen, event.acceptance)


@move.register
def _(event: h.CaseAccepted, case: Case) -> Case:
    return _with_clock(_moved(case, event.level, event.at), event.clock)


@move.register
def _(event: h.HandedBack, case: Case) -> Case:
    return _with_clock(_moved(case, event.to_level, event.at), event.clock)


@move.register
def _(event: h.AwaitingEnded, case: Case) -> Case:
    return _moved(case, case.level, event.at)


@move.register
def _(event: h.HandlingEnded, case: Case) -> Case:
    return replace(case, worked=ended(case.worked, event.at))


@move.register
def _(event: h.HandlingResumed, case: Case) -> Case:
    return replace(case, worked=(*case.worked, Stretch(event.at)))


@move.register
def _(event: h.ArbitrationOpened, case: Case) -> Case:
    opened = replace(case, arbitration_body=event.body, arbitration_case_no=event.case_no)
    return _moved(opened, LEVELS[-1], event.at)


@move.register
def _(_event: h.MediaAlerted, case: Case) -> Case:
    return replace(case, alerted=(*case.alerted, "media"))


@move.register
def _(_event: h.DisturbanceAlerted, case: Case) -> Case:
    return replace(case, alerted=(*case.alerted, "disturbance"))


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
def _(event: h.IncidentJoined, case: Case) -> Case:
    return _to_mark(replace(case, incident_id=event.incident_id), event.marks, "group", event.incident_id)


@move.register
def _(_event: h.IncidentLeft, case: Case) -> Case:
    owed = case.marking and case.marking.trigger != "group"
    return replace(case, incident_id=None, marking=case.marking if owed else None)


@move.register
def _(event: h.DisturbanceRecorded, case: Case) -> Case:
    known = replace(case, disturbances=(*case.disturbances, event.record))
    return _to_mark(known, event.marks, "disturbance", f"disturbance-{len(known.disturbances)}")


@move.register
def _(event: h.MediaRecorded, case: Case) -> Case:
    known = replace(case, media_visits=(*case.media_visits, event.record))
    return _to_mark(known, event.marks, "media_present", f"media-{len(known.media_visits)}")


@move.register
def _(event: h.IncidentRaised, case: Case) -> Case:
    return replace(case, alerted=(*case.alerted, event.incident_id))


@move.register
def _(event: h.MarkingTried, case: Case) -> Case:
    assert case.marking is not None, "tried only where wanted"
    return replace(case, marking=replace(case.marking, wake_at=event.wake_at, tries=case.marking.tries + 1))


@move.register
def _(_event: h.MarkingEnded, case: Case) -> Case:
    return replace(case, marking=None)


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


def _to_mark(case: Case, marks: bool, trigger: str, cause: str) -> Case:
    """Intake is to be asked; once is enough."""
    return replace(case, marking=Marking(trigger, cause)) if marks and case.marking is None else case


def _moved(case: Case, level: str, at: datetime, awaited: bool = False) -> Case:
    """The case is at that level, which has yet to take it over (`awaited`) or has it in hand."""
    moves = moved(case.moves, level, at, awaited)
    return replace(case, level=level, awaiting=level if awaited else None, moves=moves)


def _with_clock(case: Case, clock: Clock | None) -> Case:
    return replace(case, clocks=(*case.clocks, clock)) if clock else case


def _changed(case: Case, clock_id: str, change: Callable[[Clock], Clock]) -> Case:
    clocks = (change(clock) if clock.clock_id == clock_id else clock for clock in case.clocks)
    return replace(case, clocks=tuple(clocks))


def _recomputed(clock: Clock, event: h.ClockRecomputed) -> Clock:
    """What an event written before rules and calendars were named in it does not say, stays."""
    rule, calendar_version = event.rule or clock.rule, event.calendar_version or clock.calendar_version
    return replace(_retimed(clock, event), known_at=event.at, rule=rule, calendar_version=calendar_version)


def _retimed(clock: Clock, event: h.ClockRecomputed | h.ClockExtended) -> Clock:
    """New times; it warns again where the new warning lies ahead."""
    warned_at = clock.warned_at if event.warn_at <= event.at else None
    return replace(clock, warn_at=event.warn_at, due_at=event.due_at, intervals=event.intervals, warned_at=warned_at)


# What the complaint's facts and time itself bring must always find room; only people's commands meet a full history.
BROUGHT = (
    *(h.CaseOpened, h.FactsFollowed, h.FactsSeen, h.ClockStarted, h.ClockWarned, h.ClockMet, h.ClockBroken),
    *(h.ClockCancelled, h.ClockRecomputed, h.AwaitingEnded, h.MajorDeclared, h.MajorRevoked, h.OpinionRequested),
    *(h.OpinionGiven, h.MediaAlerted, h.DisturbanceAlerted, h.ExplanationAsked, h.ExplanationEnded),
    *(h.ReopeningWanted, h.ReopeningTried, h.ReopeningDropped, h.CaseClosed, h.CommandAnswered),
    *(h.HandlingEnded, h.HandlingResumed, h.IncidentJoined, h.IncidentLeft, h.IncidentRaised),
    *(h.MarkingTried, h.MarkingEnded, h.PreRefundFollowed),
    *(h.DisturbanceRecorded, h.MediaRecorded),
)
ASKED = (h.ClockExtended, h.Escalated, h.CaseAccepted, h.HandedBack, h.ArbitrationOpened)

CASES = Kind("cases", Case, (*BROUGHT, *ASKED), kept, ending=frozenset(BROUGHT))
