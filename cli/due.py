"""`tousu due`: what is due next."""

from typing import Annotated

import typer
from rich.table import Table

from cli.calling import Branch, Role, call, console
from cli.paging import Limit, Whole, listed, say_if_more
from cli.times import shown

app = typer.Typer(add_completion=False)


@app.command()
def due(
    level: Annotated[str | None, typer.Option(help="agent, duty_manager, branch, province.")] = None,
    in_branch: Annotated[str | None, typer.Option(help="One branch only (for those who see all).")] = None,
    hall: Annotated[str | None, typer.Option(help="One hall only.")] = None,
    state: Annotated[str, typer.Option(help="Or late (run out, still open), broken, met.")] = "running",
    before: Annotated[str | None, typer.Option(help="ISO 8601 time with offset.")] = None,
    limit: Limit = 50,
    whole: Whole = False,
    role: Role = "duty_manager",
    branch: Branch = "SZ",
) -> None:
    """List clocks, soonest first: what runs out next, or with --state late what has and is still open (KP1)."""
    wanted = {"level": level, "branch": in_branch, "hall": hall, "before": before, "state": state}
    asked = {name: value for name, value in wanted.items() if value}
    items, more = listed(lambda at: call(role, branch, "escalation", "due", asked | at), None if whole else limit)
    table = Table()
    for heading in ("due", "clock", "state", "level", "place", "handler"):
        table.add_column(heading, overflow="fold")
    table.add_column("complaint", min_width=32)
    for item in items:
        place = item["hall"] or item["branch"]
        people = (item["level"], place, item["handler"] or "-", item["complaint_id"])
        table.add_row(shown(item["due_at"]), item["kind"], item["state"], *people)
    console.print(table)
    say_if_more(more, limit)
