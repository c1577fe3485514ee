"""One rehearsal in which every event that a service can publish is published, and every sort of answer is given."""

from functools import cache

from suite.rehearsal import complaints, improving, letters, proofs, refunds, sms
from suite.rehearsal.people import AGENT, DUTY_MANAGER, PROVINCE
from suite.rehearsal.requests import CLAIM, FOUND, REASON, WEEK
from suite.rehearsal.stage import Stage


@cache
def everything() -> Stage:
    """The stage after it. Shared: look, do not touch."""
    stage = Stage()
    rehearse(stage)
    _look_round(stage)
    return stage


def rehearse(stage: Stage) -> None:
    """All that happens, in order."""
    complaints.whole_way(stage)
    disputed = complaints.major(stage)
    complaints.ladder(stage)
    complaints.group(stage)
    complaints.others(stage)
    refunds.all_ways(stage, disputed)
    sms.all_ways(stage)
    refunds.later(stage, disputed)
    improving.all_ways(stage, disputed)
    proofs.late_notice(stage)
    letters.all_ways(stage)


def _look_round(stage: Stage) -> None:
    """At every document as it has become, at every clock's explanation, at a whole claim and one that lacks much."""
    looks = {"intake.get": stage.complaints, "escalation.case": stage.cases, "refund.get": stage.refunds}
    for method, store in looks.items():
        for document_id in store.known:
            stage.call(method, document_id, by=AGENT)
    complaint = next(iter(stage.complaints.known))
    stage.call("intake.read_personal", complaint, {"request_id": "look", **REASON}, by=DUTY_MANAGER)
    ground = {"kind": "police_or_court", "reference": "公函", "body": "公安局"}
    stage.call("intake.export", complaint, {"request_id": "export", "ground": ground}, by=PROVINCE)
    asked = {"request_id": "regulator", "body": "通信管理局", "reference": "申诉", "fields": ["content", "reply"]}
    stage.call("intake.regulator_export", complaint, asked, by=PROVINCE)
    stage.call("intake.reads", complaint, by=PROVINCE)
    for message_id in stage.messages.known:  # what answers an opt-out belongs to no branch
        stage.call("notify.get", message_id, by=PROVINCE)
    stage.call("intake.tasks", {}, by=AGENT)
    proofs.look_round(stage)
    for limit in (1, 1000):
        stage.call("intake.figures", WEEK | {"limit": limit}, by=AGENT)
    for method, asked in improving.LOOKS.items():
        stage.call(method, asked, by=DUTY_MANAGER)
    whole = CLAIM | FOUND | {"request_id": "quote"}
    lacking = {name: value for name, value in whole.items() if name != "fault_ticket"} | {"dispute_type": "system"}
    for claim in (whole, lacking):
        stage.call("refund.quote", claim, by=AGENT)
