"""One page of a simulation: where the store, the policies and the replay meet."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from services.escalation.drafts import Drafts
from services.escalation.simulating import Recorded, simulated
from services.escalation.store import Cases
from shared.providers import InForce


def simulation(cases: Cases, policies: InForce, asked: Mapping[str, Any], now: datetime) -> dict[str, Any]:
    """Partial sums over the next `limit` cases as of `now`, and the `after` of the next page (None: that was all)."""
    drafts = Drafts(policies, asked["policies"])
    page = cases.recorded(asked.get("after"), asked["limit"])
    wanted = [_whole(cases, each) for each in page if _wanted(each, asked)]
    after = page[-1].complaint_id if len(page) == asked["limit"] else None
    progress = {"read": len(page), "of": cases.total()}
    return simulated(wanted, drafts.rules, now) | progress | {"drafts": drafts.versions, "after": after}


def _wanted(case: Recorded, asked: Mapping[str, Any]) -> bool:
    in_branch = asked.get("branch") in (None, case.branch)
    begun = "from_" not in asked or asked["from_"] <= case.registered_at
    return in_branch and begun and ("to" not in asked or case.registered_at < asked["to"])


def _whole(cases: Cases, case: Recorded) -> Recorded:
    """A case from before records were kept gets its record out of its history."""
    if case.record:
        return case
    state = cases.recompute(case.complaint_id)
    return replace(case, record=state.record if state else "")
