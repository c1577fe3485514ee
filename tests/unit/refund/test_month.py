"""A hall's month for the branch: an approval form for each refund, and which days are signed (RF17)."""

from datetime import timedelta
from pathlib import Path
from typing import Any, get_args

import pytest
from jinja2 import Environment, FileSystemLoader

from services.refund import approving
from services.refund import claim as words
from services.refund.answers import refund_answer
from services.refund.books.month import approval_form, days_shown
from services.refund.books.sheet import Office
from services.refund.books.sheet_shown import row_of
from services.refund.books.spans import month_of
from services.refund.lines import LineKind, LineState
from services.refund.model import Outcome, Refund, Status
from services.refund.requesting import Circumstances
from services.refund.rules import Level
from services.rights import ROLES
from shared.aggregate import Actor
from shared.chain import beginning
from shared.stored import Saved
from suite.rehearsal.memory import KEYS
from tests.unit.refund.makers import BRANCH, DUTY_MANAGER, FINANCE, NOW, NUMBER, Story, claim, rules
from tests.unit.refund.test_sheets import WHICH, Desk
from tests.unit.refund.test_totals import pay

PAPERS = Path(__file__).parents[3] / "services" / "refund" / "papers"
NOVEMBER = month_of("2026-11")


def form(refund: Refund, to: Actor = FINANCE) -> str:
    saved = Saved(refund.refund_id, 1, refund, beginning(refund.refund_id), KEYS.new_document_key("r-1"))
    return approval_form(refund_answer(saved, to), "深圳分公司", "福田营业厅")


def test_RF17_the_approval_form_says_who_what_why_how_much_and_who_signed() -> None:
    story = Story(claim(ground="double_refund", sub_cause="after_cancelling", hall="SZ-FT"))
    story.then(approving.approve(story.refund, DUTY_MANAGER, "情况属实", 0, rules()), DUTY_MANAGER)
    story.sign(BRANCH)
    paper = form(pay(story).refund)

    for said in (
        *(
            "资费争议电子流审批单",
            "139****0205",
            "缺省WAP",
            "2026-10",
            "计费问题·取消后仍收费",
            "双倍返还承诺",
            "计费误差",
        ),
        *(
            "话单",
            "15.60元",
            "31.20元",
            "M1001",
            "情况属实",
            "B1001",
            "同意",
            "E1001",
            "已退费",
            "B-r-1:award",
            "2026-12",
        ),
        *("c-1", "深圳分公司", "福田营业厅"),
    ):
        assert said in paper, said
    assert NUMBER not in paper


def test_RF17_the_form_of_a_claim_that_still_waits_names_the_step_and_one_that_was_rejected_the_reason() -> None:
    story = Story()
    assert "待审批" in form(story.refund)
    story.then(approving.reject(story.refund, DUTY_MANAGER, "证据不足"), DUTY_MANAGER)
    assert "证据不足" in form(story.refund)


@pytest.mark.parametrize(
    "wanted",
    [
        claim(complaint_id=None, found_by=words.FoundBy("计费稽核", "JH-1")),
        claim(ground="unverifiable", unverifiable=words.Unverifiable("cannot_verify", ("话单",))),
        claim(sort="correction", ground=None, dispute_type=None, principal_fen=0, correction="已改回"),
        claim(sort="late_fee", ground=None, dispute_type=None, principal_fen=0, late_fee_fen=150, brand="ordinary"),
        claim(dispute_type="subscription", confirmation=words.Confirmation("sms", "上行", NOW)),
    ],
    ids=["found by the company", "unverifiable", "correction", "late fee", "subscription"],
)
def test_RF17_every_sort_of_refund_has_its_form(wanted: words.Claim) -> None:
    told = {
        "refund": ["自查发现：计费稽核 JH-1", "确实无法查证：话单", "短信 上行"],
        "correction": ["已改回", "不涉及金额"],
        "late_fee": ["违约金减免", "1.50元"],
    }
    circumstances = None if wanted.complaint_id else Circumstances()
    paper = form(Story(wanted, circumstances).refund)
    assert any(said in paper for said in told[wanted.sort])


def test_RF17_the_months_days_tell_their_signatures_and_name_the_unsigned_ones() -> None:
    desk = Desk()
    desk.sign("manager", DUTY_MANAGER)
    signed = desk.sign("reviewer", FINANCE)
    row = row_of(Story().refund)
    rows = [*((NOW, each) for each in desk.rows), (NOW + timedelta(days=1), row)]

    shown = days_shown(NOVEMBER, rows, {WHICH.day.isoformat(): signed}, NOVEMBER.end)

    assert shown["unsigned"] == ["2026-11-24"]
    first, second = shown["days"]
    assert (first["day"], first["refunds"], first["total_fen"], first["fits"]) == ("2026-11-23", 2, 4680, True)
    assert [each["by"] for each in first["signatures"]] == ["M1001", "F1001"]
    assert (second["missing"], second["signatures"]) == (["manager", "reviewer"], [])
    assert shown["closed"]


def test_RF17_a_signed_day_whose_refunds_have_changed_counts_as_unsigned() -> None:
    desk = Desk()
    desk.sign("manager", DUTY_MANAGER)
    signed = desk.sign("reviewer", FINANCE)
    shown = days_shown(NOVEMBER, [(NOW, desk.rows[0])], {"2026-11-23": signed}, NOVEMBER.end)
    assert shown["unsigned"] == ["2026-11-23"]
    gone = days_shown(NOVEMBER, [], {"2026-11-23": signed}, NOVEMBER.end)
    assert [each["refund_id"] for each in gone["days"][0]["changed"]] == ["r-1", "r-2"]
    assert gone["unsigned"] == ["2026-11-23"]


@pytest.mark.parametrize(("name", "days"), [("2026-11", 30), ("2026-12", 31), ("2028-02", 29)])
def test_RF17_a_month_is_one_of_shanghai(name: str, days: int) -> None:
    month = month_of(name)
    assert month.end - month.start == timedelta(days=days)
    assert month.start.isoformat().endswith("T16:00:00+00:00")


@pytest.mark.parametrize(
    ("name", "vocabulary"),
    [
        *(("sort", words.Sort), ("ground", words.Ground), ("dispute_type", words.DisputeType)),
        *(("sub_cause", words.SubCause), ("confirmation", words.ConfirmationKind), ("status", Status)),
        *(("why_unverifiable", words.WhyUnverifiable), ("kind", LineKind), ("line_state", LineState)),
        *(("level", Level), ("office", Office), ("outcome", Outcome)),
    ],
)
def test_RF17_every_word_of_a_closed_list_has_its_chinese_on_paper(name: str, vocabulary: Any) -> None:
    told = Environment(loader=FileSystemLoader(PAPERS), autoescape=True).get_template("words.html").module
    assert set(getattr(told, name)) == set(get_args(vocabulary))
    assert {"agent", "duty_manager", "branch", "province", "finance"} <= set(told.role) <= set(ROLES)  # type: ignore[attr-defined]
