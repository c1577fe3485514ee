"""`tousu show`: one complaint with its clocks and its steps on the ladder."""

from typing import Annotated

import typer
from rich.table import Table

from cli.calling import Branch, Role, call, console
from cli.times import shown

app = typer.Typer(add_completion=False)
FIELDS = ("serial_no", "status", "category", "category_name", "brand", "branch", "first_contact", "handler", "major")


@app.command()
def show(
    complaint: Annotated[str, typer.Argument(help="Complaint id or serial number.")],
    role: Role = "duty_manager",
    branch: Branch = "SZ",
) -> None:
    """Show a complaint, its clocks and its ladder."""
    found = call(role, branch, "intake", "get", complaint)
    for name in FIELDS:
        console.print(f"{name:14} {found.get(name)}")
    if found["ticket_type"] != "complaint":
        return
    case = call(role, branch, "escalation", "case", found["complaint_id"])
    console.print(f"{'level':14} {case['level']}" + (f", awaiting {case['awaiting']}" if case["awaiting"] else ""))
    console.print(_clocks(case["clocks"]))


def _clocks(clocks: list[dict[str, str]]) -> Table:
    table = Table()
    for heading in ("clock", "started", "due", "state", "ended", "rule"):
        table.add_column(heading)
    for clock in clocks:
        times = [shown(clock.get(name)) for name in ("started_at", "due_at", "ended_at")]
        table.add_row(clock["kind"], times[0], times[1], clock["state"], times[2], clock["rule"])
    return table
