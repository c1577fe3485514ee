"""Why a clock is due when it is due: made from history and the policy and calendar versions of that time. Pure.

The answer is complete in itself: who has it needs neither the policies nor the database to count it again.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from services.escalation.stages import Stage, stages
from services.escalation.stagetext import stages_en, stages_zh
from shared.aggregate import Stamp
from shared.calendar import Calendar
from shared.clockrules import ClockPolicy, FixedSpan, Given, Hours, WorkingDays
from shared.limitdays import decisive_days
from shared.limittext import text_en, text_zh
from shared.timelimit import MILLISECOND, Limit

HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)

Versions = tuple[Callable[[str], ClockPolicy], Callable[[str], Calendar]]


def explain(told: Iterable[tuple[Any, Stamp]], clock_id: str, versions: Versions, texts: bool = True) -> dict[str, Any]:
    """The contract's answer: `intervals` lie end to end from start to due; those that count sum to the limit.

    `versions`: clocks and calendar of a version. `texts`: whether the caller may read reasons (PR4)."""
    lived = stages(told, clock_id)
    lived = lived if texts else tuple(replace(stage, reason="") for stage in lived)
    clock, clocks, calendar = lived[-1].clock, *_policies(lived[-1], versions)
    rule = clocks.clock(clock.kind, clock.rule)
    return {
        "clock_id": clock.clock_id,
        "kind": clock.kind,
        "rule": clock.rule,
        "name_zh": rule.zh,
        "name_en": rule.en,
        "moment": clock.moment,
        "level": clock.level,
        "state": clock.state,
        "started_at": clock.started_at,
        "warn_at": clock.warn_at,
        "warn_share": str(rule.warn),
        "due_at": clock.due_at,
        "ended_at": clock.ended_at,
        **_decided(_deciding(lived), versions),
        "intervals": [each.to_wire() for each in clock.intervals],
        "changes": [_change(stage, versions) for stage in lived],
        "text_zh": text_zh(_worded(lived), clocks, calendar) + stages_zh(lived),
        "text_en": " ".join(filter(None, (text_en(_worded(lived), clocks, calendar), stages_en(lived)))),
        "policy_version": clock.policy_version,
        "calendar_version": clock.calendar_version,
    }


def span_shown(span: FixedSpan, limit: Limit) -> dict[str, Any]:
    """A span as people and programs read it: {hours}, {minutes}, {working_days} or {until}.

    `used_ms`: what of it was used before the limit began, so that only the rest is left (ES5)."""
    if isinstance(span, Given):
        return {"until": limit.due_at}
    used = (span.length - limit.span) // MILLISECOND
    return _whole(span) | ({"used_ms": used} if used else {})


def _whole(span: Hours | WorkingDays) -> dict[str, int]:
    if isinstance(span, WorkingDays):
        return {"working_days": span.days}
    in_hours = span.length % HOUR == timedelta()
    return {"hours": span.length // HOUR} if in_hours else {"minutes": span.length // MINUTE}


def _policies(stage: Stage, versions: Versions) -> tuple[ClockPolicy, Calendar]:
    clocks, calendars = versions
    return clocks(stage.clock.policy_version), calendars(stage.clock.calendar_version)


def _decided(stage: Stage, versions: Versions) -> dict[str, Any]:
    """What the times of a stage follow from, beside its start: the span, and the days where it is in working days."""
    if stage.why == "moved":
        return _until(stage.clock.due_at)
    clocks, calendar = _policies(stage, versions)
    days = [day.to_wire() for day in decisive_days(stage.clock.intervals, calendar)]
    return {"span": span_shown(stage.span(clocks), stage.clock.limit), "days": days}


def _worded(lived: Sequence[Stage]) -> Limit:
    """The limit for the texts: what an operator set was not promised."""
    limit = lived[-1].clock.limit
    if _deciding(lived).why != "moved":
        return limit
    words = {"given": "moved"}
    return replace(limit, intervals=tuple(replace(each, why=words.get(each.why, each.why)) for each in limit.intervals))


def _deciding(lived: Sequence[Stage]) -> Stage:
    """The stage that set the span; extensions only add to it."""
    return [stage for stage in lived if stage.why != "extended"][-1]


def _until(due_at: datetime) -> dict[str, Any]:
    """Decided by somebody, not by a rule."""
    return {"span": {"until": due_at}, "days": []}


def _change(stage: Stage, versions: Versions) -> dict[str, Any]:
    """A stage; an extension is decided by its due time alone."""
    due_at = stage.clock.due_at
    decided = _until(due_at) if stage.why == "extended" else _decided(stage, versions)
    said = {"why": stage.why, "at": stage.at, "by": stage.by, "was": stage.was, "due_at": due_at, **decided}
    said["calendar_version"] = stage.clock.calendar_version
    return said | ({"reason": stage.reason} if stage.reason else {})
