"""What escalation publishes: for each event the case's whole facts and what changed; the customer sealed, no texts."""

from datetime import datetime
from typing import Any

from services.escalation import history as h
from services.escalation.clocks import Clock
from services.escalation.model import Case
from shared.aggregate import Stamp, event_name, private_fields
from shared.codec import plain, split

SCHEMA = 1
ANNOUNCED = (
    *(h.CaseOpened, h.CaseClosed, h.ClockWarned, h.ClockBroken, h.ClockExtended, h.Escalated, h.CaseAccepted),
    *(h.HandedBack, h.MajorDeclared, h.MajorRevoked, h.OpinionRequested, h.OpinionGiven, h.ArbitrationOpened),
    *(h.MediaAlerted, h.DisturbanceAlerted, h.ExplanationAsked, h.IncidentRaised, h.PreRefundFollowed),
    *(h.DisturbanceRecorded, h.MediaRecorded, h.ChainTold, h.ChainExhausted),
    *(h.ClockRecomputed, h.ClockRecounted, h.ClockMoved, h.ClockCalledOff, h.AwaitingEnded),
)
AWAITED = frozenset(event_name(kind) for kind in ANNOUNCED)  # intake and refund read them all
CLOCK_FIELDS = ("clock_id", "kind", "started_at", "warn_at", "due_at", "state", "ended_at", "rule")
NOT_SAID = frozenset({"facts", "clocks", "acceptance", "clock", "intervals"})  # said by the case's own facts


def told(case: Case, event: Any, stamp: Stamp) -> dict[str, Any] | None:
    """The `data` of the event on the bus; None for what nobody is told."""
    if not isinstance(event, ANNOUNCED) or (isinstance(event, h.CaseOpened) and not case.facts.has_clocks):
        return None
    return facts_of(case) | {"seq": stamp.n, "change": _change(case, event)}


def facts_of(case: Case) -> dict[str, Any]:
    """The case as its events carry it, as JSON values; `complaint_seq` is the complaint's event it has seen last."""
    complaint = case.facts
    return {
        "complaint_id": case.complaint_id,
        "complaint_seq": complaint.seq,
        "serial_no": complaint.serial_no,
        "status": complaint.status,
        "level": case.level,
        "awaiting": case.awaiting,
        "major": case.major,
        "incident_id": case.incident_id,
        "branch": complaint.branch,
        "hall": complaint.hall,
        "first_contact": complaint.first_contact,
        "handler": complaint.handler,
        "category": complaint.category,
        "category_name": complaint.category_name,
        "clocks": [clock_facts(clock) for clock in case.clocks],
        "limits": limits_of(case),
        "decided": decided_of(case),
        "customer": {"masked": complaint.customer.masked, "sealed": complaint.customer.sealed},
    }


def clock_facts(clock: Clock) -> dict[str, Any]:
    """A clock as the contract shows it."""
    return {name: iso(getattr(clock, name)) for name in CLOCK_FIELDS}


def limits_of(case: Case) -> dict[str, str]:
    """For each kind the due time of the running clock (of several, the soonest), else of its latest, met or broken.

    A kind whose latest clock was called off is named no more: what came before it was another limit."""
    last: dict[str, datetime] = {}
    for clock in case.clocks:
        last.pop(clock.kind, None)
        if clock.state != "cancelled":
            last[clock.kind] = clock.due_at
    soonest = {clock.kind: clock.due_at for clock in sorted(case.running, key=lambda each: each.due_at, reverse=True)}
    return {kind: due_at.isoformat(timespec="milliseconds") for kind, due_at in (last | soonest).items()}


def decided_of(case: Case) -> dict[str, str | None]:
    """For each kind whose latest clock people extended or moved its due time; null where an operator called it off."""
    latest = {clock.kind: clock for clock in case.clocks}
    decided = {kind: each for kind, each in latest.items() if each.extended or each.moved_from or each.called_off}
    return {kind: None if each.called_off else iso(each.due_at) for kind, each in decided.items()}


def iso(value: Any) -> Any:
    """A moment as events say it, in milliseconds; anything else as it is."""
    return value.isoformat(timespec="milliseconds") if isinstance(value, datetime) else value


def _change(case: Case, event: Any) -> dict[str, Any]:
    """The event's name and its own open fields; of private ones only that they were given."""
    said, _ = split(event)
    change: dict[str, Any] = {"name": event_name(type(event)), "level": case.level}
    change |= {name: plain(value) for name, value in said.items() if name not in NOT_SAID}
    change |= {f"{name}_given": bool(getattr(event, name)) for name in private_fields(type(event))}
    if clock_id := said.get("clock_id") or _started(event):
        clock = case.clock(clock_id)
        named = {"clock_id": clock_id, "kind": clock.kind, "rule": clock.rule, "due_at": iso(clock.due_at)}
        change = named | change
    return change


def _started(event: Any) -> str | None:
    """The clock that the first news of a pre-refund brings, so that people can be told of it (IN7)."""
    return event.clock.clock_id if isinstance(event, h.PreRefundFollowed) and event.clock else None
