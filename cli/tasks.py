"""`tousu tasks`: what somebody still has to do for a customer."""

from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from cli.calling import Branch, Role, call, console
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
    limit: Annotated[int, typer.Option(min=1, max=200)] = 50,
    role: Role = "duty_manager",
    branch: Branch = "SZ",
) -> None:
    """List tasks, soonest first (RP3, RP7, RP8, CR1)."""
    wanted = {"kind": kind, "for_whom": for_whom, "hall": hall, "before": before, "limit": limit}
    asked: dict[str, Any] = {name: value for name, value in wanted.items() if value} | ({"open": False} if done else {})
    page = call(role, branch, "intake", "tasks", asked)
    Console(width=None if console.is_terminal else WIDE).print(table_of(page["items"]))
    if page["after"]:
        console.print(f"the first {len(page['items'])}; --before or --for shows fewer")


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
