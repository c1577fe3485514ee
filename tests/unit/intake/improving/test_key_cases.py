"""The weekly key cases: whose they are, and what to do about each (KP5)."""

from typing import Any

import pytest

from services.intake import commands as c
from services.intake.figures.store import looked_up
from services.intake.improving.key_cases import account_manager_of, advice
from services.intake.values import Place
from tests.unit.intake.figures.makers import REPLY, at, complaint
from tests.unit.intake.makers import rules

MAJOR = (0, "mark_major", c.MarkMajor("legal", "起诉"))


@pytest.mark.parametrize("fields", [{"high_value": True}, {"group": True}, {"disputed_amount_fen": 10**7}])
def test_KP5_high_value_and_group_customers_and_majors_are_key_cases(fields: dict[str, Any]) -> None:
    assert looked_up(complaint(**fields))["key_case"]
    assert looked_up(complaint())["key_case"] is None


def test_KP5_a_major_complaint_is_a_key_case_until_it_is_cleared() -> None:
    assert looked_up(complaint(MAJOR))["key_case"]
    assert looked_up(complaint(MAJOR, (1, "clear_major", c.Reason("误报"))))["key_case"] is None


@pytest.mark.parametrize(
    ("steps", "more", "hour", "begins"),
    [
        ([], {}, 49, "已超处理时限"),
        ([MAJOR], {}, 1, "重大投诉未答复"),
        ([(1, "reply", REPLY), (2, "follow_up", c.FollowUp("dissatisfied"))], {}, 3, "客户不满意"),
        ([], {"place": Place(2, "first", 1)}, 1, "重复投诉"),
        ([(1, "urge", c.Urge("快点"))], {}, 2, "客户已催办"),
        ([(1, "reply", REPLY)], {}, 2, "已答复未回访"),
        ([], {}, 1, "处理中"),
        ([(1, "reply", REPLY), (2, "follow_up", c.FollowUp("satisfied"))], {}, 3, "已妥善解决"),
    ],
)
def test_KP5_each_case_comes_with_what_to_do_about_it(steps: Any, more: Any, hour: float, begins: str) -> None:
    assert advice(complaint(*steps, **more), at(hour))[0].startswith(begins)


@pytest.mark.parametrize(("branch", "manager"), [("SZ", "SZ"), ("ZH", "province"), ("XX", "province")])
def test_KP5_a_case_is_the_next_account_managers_that_there_is(branch: str, manager: str) -> None:
    assert account_manager_of(complaint(branch=branch, high_value=True), rules().organisation) == manager
