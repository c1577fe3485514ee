"""`tousu approve`: signs the next approval step of a refund."""

from typing import Annotated
from uuid import uuid4

import typer

from cli.calling import Branch, Role, call, console

app = typer.Typer(add_completion=False)


@app.command()
def approve(
    refund: Annotated[str, typer.Argument(help="Refund id.")],
    comment: Annotated[str | None, typer.Option(help="Kept in the refund's history.")] = None,
    role: Role = "duty_manager",
    branch: Branch = "SZ",
) -> None:
    """Approve a refund at your level (RF12)."""
    command = {"request_id": uuid4().hex} | ({"comment": comment} if comment else {})
    found = call(role, branch, "refund", "approve", refund, command)
    waits = f"; next signs {found['needs']['level']}" if found.get("needs") else ""
    console.print(f"{found['refund_id']}  {found['status']}  {found['total_fen']} fen{waits}")
