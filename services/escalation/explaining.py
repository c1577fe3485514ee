"""Why a clock is due when it is due: its stretches of time, in both languages, under its own policy version. Pure."""

from typing import Any

from services.escalation.clocks import Clock
from shared.calendar import Calendar
from shared.clockrules import ClockPolicy
from shared.limittext import text_en, text_zh


def explain(clock: Clock, policy: ClockPolicy, calendar: Calendar) -> dict[str, Any]:
    """The contract's answer: `intervals` lie end to end from start to due; those that count sum to the limit."""
    return {
        "clock_id": clock.clock_id,
        "kind": clock.kind,
        "rule": clock.rule,
        "state": clock.state,
        "started_at": clock.started_at,
        "due_at": clock.due_at,
        "intervals": [each.to_wire() for each in clock.intervals],
        "text_zh": text_zh(clock.limit, policy, calendar),
        "text_en": text_en(clock.limit, policy, calendar),
        "policy_version": clock.policy_version,
        "calendar_version": clock.calendar_version,
    }
