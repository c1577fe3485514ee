"""What callers see of a case. Free texts are left out for those who see no personal data (PR4).

Graver data in them is masked for all but the handler (PR6)."""

from collections.abc import Callable, Sequence
from typing import Any

from services.escalation.events import clock_facts, facts_of, iso
from services.escalation.holding import held
from services.escalation.incident import Incident
from services.escalation.listing import listed
from services.escalation.model import Case
from services.escalation.records import records_shown
from services.escalation.schemas import OPINIONS
from services.escalation.steps import Step
from services.rights import sees_personal_data
from shared.aggregate import Actor
from shared.stored import Saved

OF_AN_INCIDENT = (
    *("incident_id", "state", "branch", "category", "category_name", "area", "since", "raised_at"),
    *("closed_at", "closed_by"),
)
OF_A_MEMBER = ("complaint_id", "serial_no", "status", "level", "major", "first_contact", "handler", "registered_at")
IN_A_LIST = ("complaint_id", "serial_no", "level", "awaiting", "major", "branch", "hall", "first_contact", "handler")


def case_shown(saved: Saved[Case], by: Actor) -> dict[str, Any]:
    """The contract's `case`."""
    case = saved.state
    texts = sees_personal_data(by)
    hide = str if by.sub == case.facts.handler else saved.graver.masked
    shown = facts_of(case)
    del shown["customer"]
    return shown | {
        "opinions": _opinions(case),
        "steps": [_step(step, texts, hide) for step in case.steps],
        "major_trigger": case.facts.major.trigger if case.facts.major else None,
        "arbitration": _arbitration(case, texts),
        "held": held_shown(case),
        "disturbances": records_shown(case.disturbances, texts, hide),
        "media_visits": records_shown(case.media_visits, texts, hide),
        "chain": _chain(case),
        "reopening": case.reopening.cause if case.reopening else None,
        "version": saved.v,
        "erased": saved.erased_at is not None,
    }


def _chain(case: Case) -> dict[str, Any] | None:
    """Who is told of the rise by name and has not acted yet (ES11); null where nobody is waited for."""
    return {name: iso(value) for name, value in vars(case.walk).items()} if case.walk else None


def held_shown(case: Case) -> list[dict[str, Any]]:
    """Who had the case from when to when (null: has it now); `awaited`: had yet to take it over."""
    holdings = held(case.moves, case.worked) if case.facts.has_ladder else []
    return [
        {"level": each.level, "from": iso(each.from_), "to": iso(each.to), "awaited": each.awaited} for each in holdings
    ]


def incident_shown(saved: Saved[Incident], members: Sequence[Saved[Case]], count: int, by: Actor) -> dict[str, Any]:
    """A group incident (MJ4): `count` complaints belong to it now, the oldest of them are `members`."""
    shown = incident_line(saved) | {"count": count, "members": [_member(each.state) for each in members]}
    return shown | ({"reason": saved.state.reason or None} if sees_personal_data(by) else {})


def incident_line(saved: Saved[Incident]) -> dict[str, Any]:
    """One line of the list of incidents; `raised_with` complaints it was raised."""
    told = {name: iso(getattr(saved.state, name)) for name in OF_AN_INCIDENT}
    return told | {"raised_with": saved.state.count, "version": saved.v}


def _member(case: Case) -> dict[str, Any]:
    known = facts_of(case) | {"registered_at": iso(case.facts.registered_at)}
    return {name: known[name] for name in OF_A_MEMBER}


def both(cases: dict[str, Any], incidents: dict[str, Any]) -> dict[str, Any]:
    """One pulse of two stores; incidents never wait for business time."""
    oldest = {"outbox_age_s": max(cases["outbox_age_s"], incidents["outbox_age_s"])}
    return cases | {name: cases[name] + incidents[name] for name in ("outbox", "due", "waking")} | oldest


def due_shown(saved: Saved[Case], state: str) -> dict[str, Any]:
    """One line of the due list: the case, its soonest clock in that state, and how many there are."""
    case = saved.state
    known = facts_of(case)
    clocks = listed(case, state)
    return {name: known[name] for name in IN_A_LIST} | clock_facts(clocks[0]) | {"clocks": len(clocks)}


def firing_shown(saved: Saved[Case], fires: list[dict[str, Any]]) -> dict[str, Any]:
    """One line of what fires: the case, and each of its warnings and breaks, soonest first."""
    known = facts_of(saved.state)
    return {name: known[name] for name in IN_A_LIST} | {"next_at": saved.state.next_instant, "fires": fires}


def _opinions(case: Case) -> dict[str, Any]:
    given = {kind: {"by": opinion.by, "at": iso(opinion.at)} for kind, opinion in case.facts.opinions.items()}
    return dict.fromkeys(OPINIONS) | given


def _step(step: Step, texts: bool, hide: Callable[[str], Any]) -> dict[str, Any]:
    said = {name: iso(value) for name, value in vars(step).items() if value not in (None, "")}
    text = said.pop("text", None)
    return said | ({"text": hide(text)} if text and texts else {})


def _arbitration(case: Case, texts: bool) -> dict[str, Any] | None:
    if case.level != "arbitration":
        return None
    return {"body": case.arbitration_body, "case_no": case.arbitration_case_no} if texts else {}
