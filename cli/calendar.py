"""`tousu calendar`: a notice of days off and make-up days that came out late."""

import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.table import Table

from cli.calling import call, console
from cli.given import text_of
from cli.times import shown

app = typer.Typer(
    no_args_is_help=True, help="Preview and apply a late notice of days off and make-up days.", add_completion=False
)


@app.command()
def preview(
    file: Annotated[Path | None, typer.Option(exists=True, dir_okay=False, help="A draft of calendar.yml.")] = None,
) -> None:
    """Show which running limits in working days would move, from what to what; nothing is changed."""
    draft = {"calendar": text_of(file)} if file else {}
    _told("Would move", list(_moves("calendar_effect", draft)))


@app.command()
def apply(
    request_id: Annotated[str | None, typer.Option(help="Repeat an earlier run by its id.")] = None,
) -> None:
    """Move them to the calendar in force; met and broken limits stay as they are."""
    given = request_id or str(uuid.uuid4())
    _told(f"Moved (request {given})", list(_moves("apply_calendar", {"request_id": given})))


def _moves(method: str, asked: dict[str, Any]) -> Iterator[dict[str, Any]]:
    after = None
    while True:
        page = call("operator", "", "escalation", method, asked | ({"after": after} if after else {}))
        yield from page["moves"]
        after = page["after"]
        if after is None:
            return


def _told(title: str, moves: list[dict[str, Any]]) -> None:
    table = Table("complaint", "branch", "limit", "due", "then due", title=title, title_justify="left")
    for each in moves:
        table.add_row(each["serial_no"], each["branch"], each["kind"], shown(each["was"]), shown(each["due_at"]))
    console.print(table if moves else "No running limit moves.")
