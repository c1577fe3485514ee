"""A report on the screen: tables for the weekly, monthly and key-case reports."""

from typing import Any

from rich.table import Table

from cli import refund_lines
from cli import report_lines as lines
from cli.calling import console
from cli.periods import Span
from cli.times import shown

COUNTED = (("工单", "ticket_types"), ("投诉", "complaints"), ("渠道", "channels"), ("禁令", "prohibitions"))


def print_report(kind: str, span: Span, told: dict[str, Any]) -> None:
    """A weekly or monthly report."""
    now, before = told["now"], told["before"]
    settled = "已定稿" if now["closed"] else f"统计至 {shown(now['as_of'])}"
    console.print(f"{kind} {span.name} · {now['scope']['branch'] or '全省'} · {settled}\n{now['valid']['zh']}")
    figures = _table("指标", "分子 / 分母", "本期%", "上期%", "变化")
    for line in lines.rates(now, before):
        figures.add_row(line["title"], line["parts"], *(line[name] or "-" for name in ("percent", "before", "change")))
    console.print(figures)
    for title, name in (("主要目录", "leaves"), ("主要原因", "causes")):
        console.print(_counted(title, lines.top(now, before, name)))
    for title, name in COUNTED:
        console.print(_counted(title, lines.counts(now, before, name)))
    for label, value in refund_lines.lines(told["refunds"] or {}):
        console.print(f"退费{label}：{value}")
    console.print(f"超时未办结 {len(told['late'])} · 逾期措施 {len(told['overdue'])} · 进行中措施 {len(told['open'])}")


def print_key_cases(span: Span, groups: dict[str, list[dict[str, Any]]]) -> None:
    """A week's key cases, a table for each account manager (KP5)."""
    if not groups:
        console.print(f"{span.name} 无重点投诉")
    for manager, cases in groups.items():
        table = _table("流水号", "客户", "类别", "状态", "时限", "建议")
        table.title = f"{span.name} 重点投诉 · 客户经理 {manager}"
        for case in cases:
            advice = "\n".join([*case["advice"], *case["suggestions"]])
            place = (case["serial_no"], case["customer"]["msisdn"], case["category_name"], lines.STATUS[case["status"]])
            table.add_row(*place, shown(case["due_at"]), advice)
        console.print(table)


def _counted(title: str, found: list[tuple[str, int, int]]) -> Table:
    table = _table(title, "本期", "上期")
    for words, count, before in found:
        table.add_row(words, str(count), str(before))
    return table


def _table(*headings: str) -> Table:
    """Chinese has no spaces to break at: cells are folded, never cut."""
    table = Table()
    for heading in headings:
        table.add_column(heading, overflow="fold")
    return table
