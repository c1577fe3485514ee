"""`tousu recharge-statistic`: recharge and password complaints, counted apart (IN25)."""

import csv
import sys
from collections import Counter
from typing import Annotated, Any

import typer
from rich.table import Table

from cli.calling import Branch, Role, call, console
from cli.times import shown

app = typer.Typer(add_completion=False)
COLUMNS = (
    *("serial_no", "registered_at", "branch", "hall", "category", "status", "state", "kind", "fault", "at"),
    *("place_of_sale", "card_serial", "amount_fen"),
)
PAGE = 200
FORMULAS = ("=", "+", "-", "@", "\t", "\r")


@app.command()
def recharge_statistic(
    start: Annotated[str, typer.Option("--from", help="ISO 8601 time with offset, inclusive.")],
    end: Annotated[str, typer.Option("--to", help="ISO 8601 time with offset, exclusive.")],
    hall: Annotated[str | None, typer.Option(help="One hall only.")] = None,
    as_csv: Annotated[bool, typer.Option("--csv", help="All rows as CSV on standard output.")] = False,
    role: Role = "duty_manager",
    branch: Branch = "SZ",
) -> None:
    """Count failed recharges by kind, fault and place of sale, or export their rows."""
    asked = {"from": start, "to": end, "limit": PAGE} | ({"hall": hall} if hall else {})
    items, totals = every_page(lambda more: call(role, branch, "intake", "recharge_statistic", asked | more))
    if as_csv:
        written(items)
    else:
        counted(totals)


def every_page(ask: Any) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    """All rows, and the pages' totals added up."""
    items: list[dict[str, Any]] = []
    totals: dict[str, Any] = {}
    after = None
    while True:
        page = ask({"after": after} if after else {})
        items += page["items"]
        totals = added(totals, page["totals"])
        after = page["after"]
        if after is None:
            return items, totals


def added(one: dict[str, Any], other: dict[str, Any]) -> dict[str, Any]:
    """Two pages' totals as one."""
    return {
        name: dict(Counter(one.get(name, {})) + Counter(value)) if isinstance(value, dict) else one.get(name, 0) + value
        for name, value in other.items()
    }


def written(items: list[dict[str, Any]]) -> None:
    """CSV; times of Shanghai. What a spreadsheet would take for a formula is quoted."""
    lines = csv.writer(sys.stdout)
    lines.writerow(COLUMNS)
    for item in items:
        times = {name: shown(item[name]) for name in ("registered_at", "at")}
        lines.writerow([harmless((item | times)[name]) for name in COLUMNS])


def harmless(value: Any) -> Any:
    """A cell that no spreadsheet carries out."""
    return f"'{value}" if isinstance(value, str) and len(value) > 1 and value.startswith(FORMULAS) else value


def counted(totals: dict[str, Any]) -> None:
    """A table of what was counted."""
    console.print(", ".join(f"{name} {totals[name]}" for name in ("count", "given", "wanted", "amount_fen")))
    for name in ("by_kind", "by_fault", "by_place_of_sale"):
        table = Table(name.removeprefix("by_"), "count")
        for word, number in sorted(totals[name].items(), key=lambda each: (-each[1], each[0])):
            table.add_row(word, str(number))
        console.print(table)
