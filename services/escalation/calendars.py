"""What another calendar would move, and moving it: page by page over the cases with running limits in working days."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from services.escalation.desk import Desk
from services.escalation.drafts import Drafts
from services.escalation.model import Case
from services.escalation.policies import rules_of
from services.escalation.recounting import moved, moving, recount
from services.escalation.store import Cases
from shared.aggregate import Actor
from shared.providers import InForce
from shared.requests import request_of

Answer = dict[str, Any]


def effect(cases: Cases, policies: InForce, asked: Mapping[str, Any]) -> Answer:
    """Which running limits the draft (or the calendar in force) would move, from what to what; nothing is changed."""
    drafts = Drafts(policies, {"calendar": asked["calendar"]} if "calendar" in asked else {})
    page, after = cases.counting_days(asked["limit"], asked.get("after"))
    calendar = drafts.all["calendar"]
    moves = [
        _move(case, clock.clock_id, clock.kind, clock.due_at, limit.due_at)
        for case in (saved.state for saved in page)
        for clock, limit in moving(case, calendar)
    ]
    return {"moves": moves, "calendar_version": drafts.all.version("calendar"), "after": after}


def apply(cases: Cases, desk: Desk, policies: InForce, asked: Mapping[str, Any], by: Actor) -> Answer:
    """Moves them to the calendar in force. Each complaint takes the request once; repeated, it moves nothing more."""
    version = policies.version("calendar")
    page, after = cases.counting_days(asked["limit"], asked.get("after"))
    moves = []
    for complaint_id in (saved.id for saved in page):
        state = _applied(cases, desk, policies, complaint_id, asked["request_id"], by)
        moves += [_move(state, clock.clock_id, clock.kind, was, clock.due_at) for clock, was in moved(state, version)]
    return {"moves": moves, "calendar_version": version, "after": after}


def _applied(cases: Cases, desk: Desk, policies: InForce, complaint_id: str, request_id: str, by: Actor) -> Case:
    own = {"request_id": f"{request_id}:{complaint_id}"}
    request = request_of(cases.keys, "escalation", by, "apply_calendar", complaint_id, own)

    def decide(case: Case, now: datetime) -> list[Any]:
        rules = rules_of(policies, case.clocks_version)
        return recount(case, now, rules) if any(moving(case, rules.calendar)) else []

    return desk.act(complaint_id, decide, by, request).state


def _move(case: Case, clock_id: str, kind: str, was: datetime, due_at: datetime) -> Answer:
    place = {"complaint_id": case.complaint_id, "serial_no": case.facts.serial_no, "branch": case.facts.branch}
    return place | {"clock_id": clock_id, "kind": kind, "was": was, "due_at": due_at}
