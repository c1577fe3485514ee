"""`tousu reconcile`: a week's refunds against BOSS (RF13)."""

from datetime import datetime
from typing import Annotated, Any

import typer
from rich.box import SIMPLE
from rich.progress import BarColumn, Progress, TextColumn
from rich.table import Table

from cli.calling import Branch, Role, call, console
from cli.times import shown

app = typer.Typer(add_completion=False)
SUMS = (
    *("disputed_fen", "principal_fen", "award_fen", "extra_fen", "late_fee_fen", "paid_fen", "boss_fen"),
    *("lines", "entries"),
)
AGAINST = {"争议金额": "disputed_fen", "已退": "paid_fen", "BOSS": "boss_fen", "笔数": "lines", "BOSS笔数": "entries"}
LINES = {"本金": "principal_fen", "双倍返还": "award_fen", "赔付": "extra_fen", "违约金": "late_fee_fen"}
WHAT = {
    "not_in_boss": "本方已退，BOSS无",
    "not_paid_here": "BOSS有，本方未退",
    "other_amount": "金额不符",
    "other_number": "号码不符",
    "unknown_here": "BOSS有，本方不识",
    "twice": "BOSS重复",
}
Answer = dict[str, Any]


@app.command()
def reconcile(
    week: Annotated[str, typer.Option(help="ISO week, e.g. 2026-W48.")],
    hall: Annotated[str | None, typer.Option(help="One hall only.")] = None,
    role: Role = "finance",
    branch: Branch = "",
) -> None:
    """Compare a week with BOSS hall by hall and line by line; ends with 1 where there are differences."""
    asked = {"week": week} | ({"hall": hall} if hall else {})
    halls, differences = whole(lambda more: call(role, branch, "refund", "reconcile", asked | more))
    for columns in (AGAINST, LINES):
        console.print(_halls(halls, columns))
    if not differences:
        console.print("无差异")
        return
    console.print(_differences(differences))
    console.print(f"差异 {len(differences)} 笔", style="red")
    raise typer.Exit(1)


def whole(ask: Any) -> tuple[list[Answer], list[Answer]]:
    """The sums by hall and all differences, with a bar that moves through the week."""
    halls: dict[tuple[Any, Any], Answer] = {}
    differences: list[Answer] = []
    with Progress(TextColumn("{task.description}"), BarColumn(), console=console, transient=True) as progress:
        task = progress.add_task("reconcile", total=1.0)
        after = None
        while True:
            part = ask({"after": after} if after else {})
            differences += part["differences"]
            for each in part["halls"]:
                place = each["branch"], each["hall"]
                known = halls.get(place, dict.fromkeys(SUMS, 0))
                halls[place] = each | {name: known[name] + each[name] for name in SUMS}
            if (after := part["after"]) is None:
                return [halls[place] for place in sorted(halls, key=lambda place: tuple(map(str, place)))], differences
            progress.update(task, completed=_done(part))


def _done(part: Answer) -> float:
    """How much of the week is behind."""
    start, end, after = (datetime.fromisoformat(part[name]) for name in ("from", "to", "after"))
    return (after - start) / (end - start)


def _halls(halls: list[Answer], columns: dict[str, str]) -> Table:
    table = Table("服务厅", show_footer=True, box=SIMPLE)
    table.columns[0].footer = "合计"
    for heading, name in columns.items():
        footer = _figure(name, sum(each[name] for each in halls))
        table.add_column(heading, justify="right", footer=footer, no_wrap=True)
    for each in halls:
        place = f"{each['branch'] or '-'} {each['hall'] or '-'}"
        table.add_row(place, *(_figure(name, each[name]) for name in columns.values()))
    return table


def _differences(differences: list[Answer]) -> Table:
    table = Table("差异", "时间", "服务厅", "退费编号", "项目", "BOSS流水", box=SIMPLE)
    for heading in ("本方", "BOSS"):
        table.add_column(heading, justify="right", no_wrap=True)
    for column in table.columns:
        column.overflow = "fold"
    for each in differences:
        fen = (_yuan(each[name]) for name in ("here_fen", "boss_fen"))
        words = (each["hall"], each["refund_id"] or each["key"], each["line"], each["boss_reference"])
        table.add_row(WHAT[each["what"]], shown(each["at"]), *(word or "-" for word in words), *fen)
    return table


def _figure(name: str, value: int) -> str:
    return _yuan(value) if name.endswith("_fen") else f"{value:,}"


def _yuan(fen: int | None) -> str:
    return "-" if fen is None else f"{fen // 100:,}.{fen % 100:02}"
