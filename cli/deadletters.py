"""`tousu dead-letters`: events that could not be handled; see why, and send them again once the cause is gone."""

from functools import partial
from pathlib import Path
from typing import Annotated, Any
from uuid import uuid4

import typer
from rich.table import Table

from cli.calling import call, console
from cli.environment import refuse
from cli.given import request_in
from cli.paging import Limit, Whole, listed, say_if_more
from cli.times import shown
from services import SERVICES
from shared.clock import machine_now

app = typer.Typer(
    no_args_is_help=True,
    help="Events that could not be handled: list, show, replay, edit, release. Needs an operator's token.",
    add_completion=False,
)

ServiceName = Annotated[str, typer.Argument(help=f"One of {', '.join(SERVICES)}.")]
LetterId = Annotated[str, typer.Argument(help="The letter's id, which is its event's id.")]
Reason = Annotated[str, typer.Option("--reason", "--why", help="The reason, kept in the letter's history.")]
Before = Annotated[str | None, typer.Option(help="ISO 8601 time with offset: only what died before.")]


@app.command(name="list")
def list_letters(
    service: Annotated[str | None, typer.Option(help="One service only.")] = None,
    replayed: Annotated[bool, typer.Option("--replayed", help="Also those that were sent again.")] = False,
    limit: Limit = 50,
    whole: Whole = False,
) -> None:
    """List dead letters, of each service the latest first."""
    table = Table()
    for heading in ("service", "id", "event", "died", "attempts", "cause", "state"):
        table.add_column(heading, overflow="fold")
    cut: dict[str, bool] = {}
    for name in [_known(service)] if service else SERVICES:
        letters, cut[name] = listed(partial(_page, name, {"all": replayed}), None if whole else limit)
        for letter in letters:
            table.add_row(name, *_row(letter))
    console.print(table)
    for name, more in cut.items():
        say_if_more(more, limit, f" of {name}")


def _row(letter: dict[str, Any]) -> list[str]:
    event = f"{letter['source']}.{letter['type']}"
    state = f"edited by {letter['edited_by']}" if letter["edited_by"] else letter["state"]
    return [letter["letter_id"], event, shown(letter["died_at"]), str(letter["attempts"]), letter["cause"], state]


@app.command()
def show(service: ServiceName, letter_id: LetterId) -> None:
    """Show one dead letter with its body, and who did what with it; personal data is masked."""
    console.print_json(data=_ask(_known(service), "dead_letter", letter_id))


@app.command()
def replay(
    service: ServiceName,
    letter_ids: Annotated[list[str] | None, typer.Argument(help="Letter ids.")] = None,
    every: Annotated[bool, typer.Option("--all", help="All that wait.")] = False,
    before: Before = None,
    reason: Reason = "",
) -> None:
    """Send dead letters again with the same ids; a second replay of a letter changes nothing.

    --all means what waits when the command begins, or died before --before; what dies meanwhile is left."""
    if not reason.strip():
        refuse("Say why, with --reason: it is kept with the letter.")
    if bool(letter_ids) == every:
        refuse("Name letters, or --all, not both.")
    if before and not every:
        refuse("--before goes with --all.")
    _known(service)
    for letter_id in letter_ids or _waiting(service, before or machine_now().isoformat()):
        told = _ask(service, "replay_letter", letter_id, _command(reason))
        console.print(f"{letter_id}  {'sent again' if told['sent'] else _unsent(told)}")


def _unsent(told: dict[str, Any]) -> str:
    words = {"replayed": "was already sent again", "waiting": "was not sent: it waits"}
    return words.get(told["state"], "somebody else is sending it again")


@app.command()
def edit(
    service: ServiceName,
    letter_id: LetterId,
    changes: Annotated[
        Path | None, typer.Option(help="JSON file: only what differs; null takes a field away (RFC 7396).")
    ] = None,
    body: Annotated[Path | None, typer.Option(help="JSON file: the whole event anew.")] = None,
    reason: Reason = "",
) -> None:
    """Propose an edited version of the same event; a second person releases it."""
    if (changes is None) == (body is None):
        refuse("Give either --changes or --body.")
    file = changes or body
    edited = {"changes" if changes else "body": request_in(file)} if file else {}
    told = _ask(_known(service), "edit_letter", letter_id, _command(reason) | edited)
    console.print(f"{letter_id}  waits for a second person, edited by {told['edited_by']}")


@app.command()
def release(
    service: ServiceName,
    letter_id: LetterId,
    drop: Annotated[bool, typer.Option("--drop", help="Drop the edited version instead.")] = False,
    reason: Reason = "",
) -> None:
    """Send an edited version, as a second person; or drop it."""
    command = _command(reason) | ({"accept": False} if drop else {})
    told = _ask(_known(service), "release_letter", letter_id, command)
    console.print(f"{letter_id}  {'dropped' if drop else 'sent again' if told['sent'] else _unsent(told)}")


def _command(reason: str) -> dict[str, Any]:
    if not reason.strip():
        refuse("Say why, with --reason: it is kept with the letter.")
    return {"request_id": uuid4().hex, "reason": reason}


def _waiting(service: str, before: str) -> list[str]:
    """The ids of all that wait and died before; those with an edited version are left to a second person."""
    letters, _ = listed(partial(_page, service, {"before": before}), None)
    for letter in letters:
        if letter["edited_by"]:
            console.print(f"{letter['letter_id']}  left: edited by {letter['edited_by']}, waits for a second person")
    return [letter["letter_id"] for letter in letters if not letter["edited_by"]]


def _page(service: str, wanted: dict[str, Any], place: dict[str, Any]) -> dict[str, Any]:
    return _ask(service, "dead_letters", wanted | place)


def _ask(service: str, method: str, *arguments: Any) -> dict[str, Any]:
    answer: dict[str, Any] = call("operator", "", service, method, *arguments)
    return answer


def _known(service: str) -> str:
    return service if service in SERVICES else refuse(f"No service {service}: {', '.join(SERVICES)}.")
