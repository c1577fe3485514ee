"""`tousu explain`: why a clock is due when it is."""

from typing import Annotated, Any

import typer
from rich.table import Table

from cli.calling import Branch, Role, call, console
from cli.times import shown

app = typer.Typer(add_completion=False)


@app.command()
def explain(
    complaint: Annotated[str, typer.Argument(help="Complaint id.")],
    clock: Annotated[str, typer.Argument(help="Clock id, or its kind where there is one.")],
    as_json: Annotated[bool, typer.Option("--json", help="The whole answer, to be counted again or kept.")] = False,
    role: Role = "duty_manager",
    branch: Branch = "SZ",
) -> None:
    """Explain a time limit: in Chinese and English, the stretches that count, the days, and every change."""
    found = call(role, branch, "escalation", "explain", complaint, {"clock": clock})
    if as_json:
        return console.print_json(data=found)
    console.print(found["text_zh"])
    console.print(found["text_en"])
    console.print(_intervals(found["intervals"]))
    if found["days"]:
        console.print(_days(found["days"]))
    return console.print(f"policy {found['policy_version']}, calendar {found['calendar_version']}")


def _intervals(intervals: list[dict[str, Any]]) -> Table:
    table = Table("from", "to", "counts", "why")
    for each in intervals:
        table.add_row(shown(each["from"]), shown(each["to"]), "yes" if each["counts"] else "-", each["why"])
    return table


def _days(days: list[dict[str, Any]]) -> Table:
    """The days that decide a limit in working days."""
    table = Table("day", "kind", "counts", "reason")
    for each in days:
        table.add_row(each["day"], each["kind"], "yes" if each["counts"] else "-", each["reason_zh"])
    return table
