"""`tousu register`: registers a complaint from a YAML or JSON file."""

from pathlib import Path
from typing import Annotated
from uuid import uuid4

import typer

from cli.calling import Branch, Role, call, console
from cli.given import request_in
from cli.times import shown

app = typer.Typer(add_completion=False)


@app.command()
def register(
    file: Annotated[Path, typer.Argument(help="The request (YAML or JSON), as the contract's register takes it.")],
    role: Role = "agent",
    branch: Branch = "SZ",
) -> None:
    """Register a complaint; prints its serial number and time limits."""
    complaint = call(role, branch, "intake", "register", {"request_id": uuid4().hex} | request_in(file))
    console.print(f"流水号 {complaint['serial_no']}  {complaint['status']}  id {complaint['complaint_id']}")
    for kind, due_at in complaint["limits"].items():
        console.print(f"  {kind:16} {shown(due_at)}")
