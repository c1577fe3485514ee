"""IN15 across the services: what intake knows of the accused, escalation and refund keep to."""

from typing import Any

import pytest

from services.escalation.errors import AccusedNeverActs
from services.intake.errors import AccusedNeverHandles
from services.refund.errors import AccusedNeverDecides
from shared.aggregate import Actor
from suite.rehearsal import requests as r
from suite.rehearsal.acting import ask, live, registered
from suite.rehearsal.people import AGENT, DUTY_MANAGER, OTHER_AGENT
from suite.rehearsal.stage import Stage, hour

OTHER_MANAGER = Actor("M1002", "duty_manager", "SZ")
FLAG = {"prohibition": 5, "accused": {"staff": DUTY_MANAGER.sub}, "reason": "侵占话费"}


@pytest.fixture
def stage() -> Stage:
    return Stage()


@pytest.fixture
def flagged(stage: Stage) -> str:
    """A complaint whose duty manager was accused later, at agent's level with a claim that waits."""
    complaint = registered(stage, r.PLAIN)
    live(stage, complaint, (0.1, AGENT, "intake.flag_prohibition", FLAG))
    return complaint


def call(stage: Stage, by: Actor, method: str, target: str, **command: Any) -> Any:
    return stage.call(method, target, {"request_id": f"{by.sub}-{method}"} | command, by=by, at=hour(1))


def test_IN15_the_accused_manager_neither_takes_the_case_over_nor_gives_an_opinion(stage: Stage, flagged: str) -> None:
    live(stage, flagged, (0.2, AGENT, "escalation.escalate", r.REASON))
    with pytest.raises(AccusedNeverActs) as refused:
        call(stage, DUTY_MANAGER, "escalation.accept", flagged)
    assert refused.value.details["rule"] == "IN15"
    with pytest.raises(AccusedNeverActs):
        call(stage, DUTY_MANAGER, "escalation.declare_major", flagged, **r.MAJOR)
    assert call(stage, OTHER_MANAGER, "escalation.accept", flagged)["awaiting"] is None


def test_IN15_the_accused_never_signs_a_refund_of_that_complaint(stage: Stage, flagged: str) -> None:
    claim = r.COMPANY_FAULT | {"complaint_id": flagged, "principal_fen": 600, "extra_fen": 0}
    refund = str(ask(stage, "refund.request", claim, AGENT, 0.3)["refund_id"])
    for method, more in (("refund.approve", {}), ("refund.reject", r.REASON)):
        with pytest.raises(AccusedNeverDecides) as refused:
            call(stage, DUTY_MANAGER, method, refund, **more)
        assert refused.value.details["rule"] == "IN15"
    assert call(stage, OTHER_MANAGER, "refund.approve", refund)["status"] == "approved"


def test_IN15_the_accused_claims_no_refund_of_that_complaint(stage: Stage) -> None:
    complaint = registered(stage, r.PLAIN, by=OTHER_AGENT)
    accused = FLAG | {"accused": {"staff": AGENT.sub}}
    live(stage, complaint, (0.1, OTHER_AGENT, "intake.flag_prohibition", accused))
    with pytest.raises(AccusedNeverDecides):
        ask(stage, "refund.request", r.COMPANY_FAULT | {"complaint_id": complaint}, AGENT, 0.2)


def test_IN15_the_door_refuses_the_accused_and_takes_the_next(stage: Stage, flagged: str) -> None:
    with pytest.raises(AccusedNeverHandles):
        call(stage, DUTY_MANAGER, "intake.reply", flagged, **r.REPLY)
    with pytest.raises(AccusedNeverHandles):
        call(stage, AGENT, "intake.assign", flagged, handler=DUTY_MANAGER.sub)
    assert call(stage, AGENT, "intake.reply", flagged, **r.REPLY)["status"] == "replied"


def test_IN15_the_branch_hears_of_a_later_flag(stage: Stage, flagged: str) -> None:
    told = [saved.state for saved in stage.messages.known.values() if saved.state.complaint_id == flagged]
    assert [(each.template, each.role) for each in told if each.template == "prohibition_alert"] == [
        ("prohibition_alert", "branch")
    ]
