"""The weekly key cases of an account manager, with what to do about each (KP5). Pure."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from services.intake.improving.suggestion import Suggestion
from services.intake.model import Complaint
from services.intake.shown import complaint_shown
from services.rights import sees_personal_data
from shared.aggregate import Actor
from shared.organisation import Organisation
from shared.stored import Saved

DUTY, PROVINCE = "account_manager", "province"
SHOWN = (
    *("complaint_id", "serial_no", "customer", "brand", "high_value", "group", "major", "status", "category_name"),
    *("branch", "hall", "handler", "level", "repeat_count", "urged_count", "registered_at", "replied_at"),
)
Holds = Callable[[Complaint, datetime], bool]


def late(case: Complaint, now: datetime) -> bool:
    """Whether the handling limit ran out on an open one."""
    due_at = case.due_times.get("handling")
    return case.status == "open" and due_at is not None and due_at < now


ADVICE: tuple[tuple[Holds, str], ...] = (
    (late, "已超处理时限：请客户经理主动致电致歉，告知原因和新的答复时间"),
    (lambda case, _: bool(case.major) and case.status == "open", "重大投诉未答复：请陪同首问责任人按主管意见答复客户"),
    (lambda case, _: _rated(case, "dissatisfied"), "客户不满意：请上门或专人解释，并征求客户对方案的意见"),
    (lambda case, _: case.place.repeat_count > 0, "重复投诉：请与处理部门核对上次方案是否落实，提出根治措施"),
    (lambda case, _: case.urged_count > 0 and case.status == "open", "客户已催办：请告知客户目前进展"),
    (lambda case, _: case.status == "replied" and case.follow_up is None, "已答复未回访：请在日常走访中征询客户满意度"),
    (lambda case, now: case.status == "open" and not late(case, now), "处理中：请关注时限，答复前与处理人沟通口径"),
    (lambda case, _: case.status in ("replied", "archived") and _rated(case, "satisfied"), "已妥善解决：纳入客户关怀"),
)


def key_case_shown(
    saved: Saved[Complaint], by: Actor, now: datetime, organisation: Organisation, made: Sequence[Saved[Suggestion]]
) -> dict[str, Any]:
    """One case, whose account manager's it is, what to do, and what its handlers suggested."""
    complaint = saved.state
    shown = complaint_shown(saved, by)
    texts = [each.graver.masked(each.state.text) for each in made] if sees_personal_data(by) else []
    return {name: shown[name] for name in SHOWN} | {
        "due_at": complaint.due_times.get("handling"),
        "satisfaction": complaint.follow_up.satisfaction if complaint.follow_up else None,
        "account_manager": account_manager_of(complaint, organisation),
        "advice": advice(complaint, now),
        "suggestions": texts,
    }


def advice(complaint: Complaint, now: datetime) -> list[str]:
    """What the account manager should do, the most pressing first."""
    return [text for holds, text in ADVICE if holds(complaint, now)]


def account_manager_of(complaint: Complaint, organisation: Organisation) -> str:
    """The code of the hall or branch whose account manager hears of it, or `province`: the next one that has any."""
    branch = organisation.branches.get(complaint.branch)
    hall = branch.units.get(complaint.hall or "") if branch else None
    if hall and DUTY in (hall.duties or {}):
        return hall.code
    return branch.code if branch and branch.code and DUTY in branch.duties else PROVINCE


def _rated(case: Complaint, satisfaction: str) -> bool:
    return case.follow_up is not None and case.follow_up.satisfaction == satisfaction
