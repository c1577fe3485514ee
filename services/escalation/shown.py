"""What callers see of a case. Free texts are left out for those who see no personal data (PR4).

Graver data in them is masked for all but the handler (PR6)."""

from collections.abc import Callable
from typing import Any

from services.escalation.clocks import Clock
from services.escalation.events import clock_facts, facts_of, iso
from services.escalation.holding import held
from services.escalation.model import Case
from services.escalation.schemas import OPINIONS
from services.escalation.steps import Step
from services.rights import sees_personal_data
from shared.aggregate import Actor
from shared.stored import Saved

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
        "reopening": case.reopening.cause if case.reopening else None,
        "incident_id": None,
        "version": saved.v,
    }


def held_shown(case: Case) -> list[dict[str, Any]]:
    """Who had the case from when to when (null: has it now); `awaited`: had yet to take it over."""
    holdings = held(case.moves, case.worked) if case.facts.has_ladder else []
    return [
        {"level": each.level, "from": iso(each.from_), "to": iso(each.to), "awaited": each.awaited} for each in holdings
    ]


def due_shown(saved: Saved[Case], state: str) -> dict[str, Any]:
    """One line of the due list: the case, its soonest clock in that state, and how many there are."""
    case = saved.state
    known = facts_of(case)
    clocks = sorted((clock for clock in case.clocks if clock.state == state), key=_soonest)
    return {name: known[name] for name in IN_A_LIST} | clock_facts(clocks[0]) | {"clocks": len(clocks)}


def _soonest(clock: Clock) -> Any:
    return clock.due_at, clock.clock_id


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
