"""`tousu tasks`: what somebody still has to do for a customer."""

from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from cli.calling import Branch, Role, call, console
from cli.paging import Limit, Whole, listed, say_if_more
from cli.times import shown

app = typer.Typer(add_completion=False)
WIDE = 1000  # a file or a pipe cuts nothing off
HEADINGS = ("due", "task", "for", "why", "serial 流水号", "leaf", "id")


@app.command()
def tasks(
    kind: Annotated[str | None, typer.Option(help="call_back, follow_up, call, explain, written_reply, care…")] = None,
    for_whom: Annotated[str | None, typer.Option("--for", help="Staff number or duty.")] = None,
    hall: Annotated[str | None, typer.Option(help="One hall only.")] = None,
    before: Annotated[str | None, typer.Option(help="Due before: ISO 8601 time with offset.")] = None,
    done: Annotated[bool, typer.Option("--done", help="Those that are done.")] = False,
    limit: Limit = 50,
    whole: Whole = False,
    role: Role = "duty_manager",
    branch: Branch = "SZ",
) -> None:
    """List tasks, soonest first (RP3, RP7, RP8, CR1)."""
    wanted = {"kind": kind, "for_whom": for_whom, "hall": hall, "before": before}
    asked: dict[str, Any] = {name: value for name, value in wanted.items() if value} | ({"open": False} if done else {})
    items, more = listed(lambda at: call(role, branch, "intake", "tasks", asked | at), None if whole else limit)
    Console(width=None if console.is_terminal else WIDE).print(table_of(items))
    say_if_more(more, limit)


def table_of(items: list[dict[str, Any]]) -> Table:
    """One row a task."""
    table = Table()
    for heading in HEADINGS:
        table.add_column(heading, no_wrap=True)
    for item in items:
        why = f"{item['why']}: {item['about']}" if item["about"] else item["why"]
        about = (item["serial_no"], item["category_name"], item["task_id"])
        table.add_row(shown(item["due_at"]), item["kind"], item["for_whom"], why, *about)
    return table
