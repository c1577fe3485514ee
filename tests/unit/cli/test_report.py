"""`tousu report`: weeks and months, partial answers added up, a page with plots; on complaints of a rehearsed suite."""

import re
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
import typer
from nameko.exceptions import RemoteError
from typer.testing import CliRunner

from cli import calling, periods, report
from cli.adding import whole
from cli.refund_lines import lines
from cli.report_gathering import Asking, every_item, gathered
from cli.report_lines import rates, top
from cli.report_papers import report_paper
from services.escalation.listing import listed
from services.escalation.shown import due_shown
from suite.rehearsal import requests as r
from suite.rehearsal.acting import live, registered
from suite.rehearsal.people import AGENT, BRANCH, DUTY_MANAGER
from suite.rehearsal.stage import Stage, hour

NEXT_MONDAY = datetime(2026, 11, 30, 4, tzinfo=UTC)
W48 = periods.week("2026-W48", NEXT_MONDAY)
HALL = {"hall": "SZ-FT"}

REFUNDS = {
    "count": 2,
    "total_fen": 123456,
    "doubled": {"count": 1, "total_fen": 60000, "award_fen": 30000},
    "by_line": {"principal": 93456, "award": 30000, "extra": 0, "late_fee": 0},
    "by_ground": {"double_refund": {"count": 1, "total_fen": 60000}},
}
TOTALS = {"count": 2, "total_fen": 123456, "paid": REFUNDS, "requested": REFUNDS, "after": None}


@pytest.fixture(scope="module")
def stage() -> Stage:
    """A week: one complaint replied and archived, one late, one of a high-value customer; a measure."""
    stage = Stage()
    customers: list[dict[str, Any]] = [{"brand": "ordinary"}, {"brand": "vip"}, {"brand": "gotone", "high_value": True}]
    first, *_ = (
        registered(stage, r.BARE | HALL | {"customer": customer | {"msisdn": f"1390000000{number}"}})
        for number, customer in enumerate(customers)
    )
    live(stage, first, (1, AGENT, "intake.reply", r.REPLY), (2, AGENT, "intake.archive", r.ARCHIVE))
    measure = {"kind": "process", "owner": "M1001", "due_at": "2026-12-10T18:00:00+08:00", "what": "自动核对减免"}
    stage.call("intake.add_measure", {"request_id": "m1", **measure}, by=DUTY_MANAGER)
    stage.pass_time(hour(7 * 24))
    return stage


@pytest.fixture
def asking(stage: Stage) -> Asking:
    """Asks the rehearsed services; the due list, which is a query, is answered here from the same cases."""

    def must(service: str, method: str, asked: dict[str, Any]) -> Any:
        if method == "due":
            cases = stage.cases.known.values()
            return {
                "items": [due_shown(saved, "late") for saved in cases if listed(saved.state, "late")],
                "after": None,
            }
        return stage.call(f"{service}.{method}", asked, by=BRANCH)

    return Asking(must, lambda *_: TOTALS)


@pytest.fixture
def told(asking: Asking) -> dict[str, Any]:
    return gathered(W48, {}, asking)


def test_KP1_a_report_is_of_the_last_week_or_month_that_is_over() -> None:
    assert periods.week(None, NEXT_MONDAY) == periods.Span("2026-W48", date(2026, 11, 23), date(2026, 11, 30)) == W48
    assert periods.month(None, NEXT_MONDAY) == periods.Span("2026-10", date(2026, 10, 1), date(2026, 11, 1))
    assert W48.asked == {"from": "2026-11-22T16:00:00+00:00", "to": "2026-11-29T16:00:00+00:00"}


@pytest.mark.parametrize(
    ("name", "before"), [("2026-W01", "2025-W52"), ("2027-W01", "2026-W53"), ("2026-W48", "2026-W47")]
)
def test_KP1_the_week_before_is_found_over_new_year(name: str, before: str) -> None:
    assert periods.week(name, NEXT_MONDAY).before.name == before


def test_KP1_the_month_before_january_is_december() -> None:
    assert periods.month("2026-01", NEXT_MONDAY).before.name == "2025-12"


def test_KP2_partial_answers_are_added_up_to_the_whole(stage: Stage) -> None:
    def ask(asked: dict[str, Any]) -> Any:
        return stage.call("intake.figures", asked, by=BRANCH)

    complete = whole(ask, W48.asked)
    assert complete["after"] is None
    assert whole(lambda asked: ask(asked | {"limit": 1}), W48.asked) == complete


def test_KP1_the_report_compares_with_the_period_before_and_lists_what_is_late(told: dict[str, Any]) -> None:
    by_title = {line["title"]: line for line in rates(told["now"], told["before"])}

    assert by_title["投诉处理率"]["parts"] == "1 / 3"
    assert (by_title["投诉处理率"]["percent"], by_title["投诉处理率"]["before"]) == ("33.33", None)
    assert by_title["　处理及时率（VIP）"]["percent"] == "0.00"
    assert len(told["late"]) == 2
    assert [measure["what"] for measure in told["open"]] == ["自动核对减免"]


def test_KP3_the_report_names_top_leaves_and_causes(told: dict[str, Any]) -> None:
    assert top(told["now"], told["before"], "leaves") == [("通信费用-话单质疑", 3, 0)]
    assert top(told["now"], told["before"], "causes") == [("计费系统差错", 1, 0)]


def test_KP2_refunds_are_shown_where_refund_tells_them() -> None:
    assert lines(TOTALS)[:4] == [
        ("按支付合计", "2 笔 1,234.56元"),
        ("按支付双倍返还", "1 笔 600.00元（返还部分 300.00元）"),
        ("按支付分项", "本金 934.56元，双倍返还 300.00元，赔付 0.00元，违约金 0.00元"),
        ("按支付依据", "双倍返还承诺 1 笔 600.00元"),
    ]
    assert [label for label, _ in lines(TOTALS)[4:]] == ["按申请合计", "按申请双倍返还", "按申请分项", "按申请依据"]
    assert lines({}) == []


def test_KP1_the_page_is_printable_chinese_with_plots_and_fetches_nothing(told: dict[str, Any]) -> None:
    page = report_paper("周报", W48, told)

    assert page.count("<svg") == 3
    assert "<script" not in page
    assert not [link for link in re.findall(r'(?:src|href)="(http[^"]*)"', page) if "w3.org" not in link]
    said = ["客户投诉周报（2026-W48）", "2026年11月23日 至 2026年11月29日", "33.33%", "分母为有效投诉"]
    assert [words for words in (*said, "自动核对减免", "1,234.56元") if words not in page] == []


def test_KP1_KP5_the_commands_write_pages_and_tables(
    stage: Stage, asking: Asking, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(report, "_asking", lambda *_: asking)
    monkeypatch.setattr(report, "_now", lambda: NEXT_MONDAY)

    def run(*arguments: str) -> str:
        printed = CliRunner().invoke(report.app, list(arguments))
        assert printed.exit_code == 0, printed.output
        return printed.output

    assert "33.33" in run("week", "--of", "2026-W48")
    assert "33.33" in run("month", "--of", "2026-11")
    run("week", "--html", str(tmp_path / "week.html"))
    assert "客户投诉周报（2026-W48）" in (tmp_path / "week.html").read_text(encoding="utf-8")
    assert "客户经理 SZ" in run("key-cases")
    run("key-cases", "--html", str(tmp_path / "cases.html"))
    assert "已超处理时限" in (tmp_path / "cases.html").read_text(encoding="utf-8")
    assert CliRunner().invoke(report.app, ["week", "--of", "48"]).exit_code == 1


def test_every_page_of_a_list_is_asked_for() -> None:
    pages = {None: {"items": [1], "after": "a"}, "a": {"items": [2], "after": None}}

    assert every_item(lambda more: pages[more.get("after")]) == [1, 2]


@pytest.mark.parametrize(
    ("name", "details"),
    [("InvalidRequest", {"method": "totals"}), ("Forbidden", {"role": "branch", "method": "refund.totals"})],
)
def test_KP2_a_report_goes_without_what_its_caller_cannot_have(
    monkeypatch: pytest.MonkeyPatch, name: str, details: dict[str, str]
) -> None:
    def refused(*_: Any) -> Any:
        raise RemoteError(name, {"message": "no", "details": details})

    monkeypatch.setattr(calling, "_answer", refused)

    assert calling.call_if_there("branch", "SZ", "refund", "totals", {}) is None
    with pytest.raises(typer.Exit):
        calling.call("branch", "SZ", "refund", "totals", {})
