"""`tousu due`: what is due next."""

from typing import Annotated

import typer
from rich.table import Table

from cli.calling import Branch, Role, call, console
from cli.times import shown

app = typer.Typer()


@app.command()
def due(
    level: Annotated[str | None, typer.Option(help="agent, duty_manager, branch, province.")] = None,
    hall: Annotated[str | None, typer.Option(help="One hall only.")] = None,
    before: Annotated[str | None, typer.Option(help="ISO 8601 time with offset.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=200)] = 50,
    role: Role = "duty_manager",
    branch: Branch = "SZ",
) -> None:
    """List running clocks, soonest first (KP1)."""
    wanted = {"level": level, "hall": hall, "before": before, "limit": limit}
    page = call(role, branch, "escalation", "due", {name: value for name, value in wanted.items() if value})
    table = Table()
    for heading in ("due", "clock", "state", "level", "complaint"):
        table.add_column(heading)
    for item in page["items"]:
        table.add_row(shown(item["due_at"]), item["kind"], item["state"], item["level"], item["complaint_id"])
    console.print(table)
