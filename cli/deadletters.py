"""`tousu dead-letters`: events that could not be handled; see why, and send them again once the cause is gone."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated, Any

import typer
from rich.table import Table

from cli.calling import console
from cli.environment import refuse, settings_here
from cli.times import shown
from services import SERVICES
from shared.clock import machine_now
from shared.errors import TousuError
from shared.logs import masked
from shared.settings import Settings, SettingsError

app = typer.Typer(
    no_args_is_help=True, help="Events that could not be handled: list, show, replay.", add_completion=False
)

ServiceName = Annotated[str, typer.Argument(help=f"One of {', '.join(SERVICES)}.")]
LetterId = Annotated[str, typer.Argument(help="The letter's id, which is its event's id.")]


@app.command(name="list")
def list_letters(
    service: Annotated[str | None, typer.Option(help="One service only.")] = None,
    replayed: Annotated[bool, typer.Option("--replayed", help="Also those that were sent again.")] = False,
    limit: Annotated[int, typer.Option(min=1, max=1000, help="The newest of each service.")] = 50,
) -> None:
    """List dead letters, newest first."""
    table = Table()
    for heading in ("service", "id", "event", "died", "attempts", "cause", "state"):
        table.add_column(heading, overflow="fold")
    for name in [_known(service)] if service else SERVICES:
        with _letters(settings_here(), name) as letters:
            wanted = {} if replayed else {"state": "waiting"}
            for letter in letters.find(wanted, {"sealed": 0}).sort("at", -1).limit(limit):
                table.add_row(name, *_row(letter))
    console.print(table)


def _row(letter: dict[str, Any]) -> list[str]:
    event = f"{letter['source']}.{letter['type']}"
    return [letter["_id"], event, shown(letter["at"]), str(letter["attempts"]), letter["cause"], letter["state"]]


@app.command()
def show(service: ServiceName, letter_id: LetterId) -> None:
    """Show one dead letter with its body, deaths and replays; personal data is masked."""
    with _letters(settings_here(), _known(service)) as letters:
        letter = letters.find_one({"_id": letter_id})
    if letter is None:
        refuse(f"{service} has no dead letter {letter_id}.")
    console.print_json(data=_told(_opened(letter)))


def _told(letter: dict[str, Any]) -> Any:
    """Without personal data; its causes, which the services word themselves, stay readable."""
    deaths = [masked(death) | {"cause": masked(death["cause"])} for death in letter["deaths"]]
    readable = {"cause": masked(letter["cause"]), "deaths": deaths}
    return masked(letter | {"body": _readable(letter["body"])}) | readable


def _keys(settings: Settings) -> Any:
    from shared.providers import key_ring  # imports nameko

    return key_ring(settings)


def _opened(letter: dict[str, Any]) -> dict[str, Any]:
    from shared.bus.deadletters import opened
    from shared.sealing import SealBroken

    try:
        return opened(letter, _keys(settings_here()))
    except SealBroken:
        refuse("None of the suite keys here opens this letter.")


def _readable(body: bytes) -> Any:
    import orjson

    try:
        return orjson.loads(body)
    except orjson.JSONDecodeError:
        return body.decode(errors="replace")


@app.command()
def replay(
    service: ServiceName,
    letter_ids: Annotated[list[str] | None, typer.Argument(help="Letter ids.")] = None,
    every: Annotated[bool, typer.Option("--all", help="All that wait.")] = False,
    why: Annotated[str, typer.Option(help="The reason, kept with the letter.")] = "",
) -> None:
    """Send dead letters again with the same ids; a second replay of a letter changes nothing."""
    from shared.bus.replay import replay as send_again

    if not why.strip():
        refuse("Say why, with --why: it is kept with the letter.")
    if bool(letter_ids) == every:
        refuse("Name letters, or --all, not both.")
    settings = settings_here()
    by, keys = _operator(settings), _keys(settings)
    with _letters(settings, _known(service)) as letters:
        for letter_id in letter_ids or [letter["_id"] for letter in letters.find({"state": "waiting"}, {"_id": 1})]:
            try:
                sent = send_again(settings.amqp_uri, service, letters, keys, letter_id, by, why, machine_now())
            except TousuError as error:
                refuse(f"{letter_id}: {error.message}")
            console.print(f"{letter_id}  {'sent again' if sent else 'was already sent again'}")


def _operator(settings: Settings) -> str:
    """Who does it: the subject of the operator's token."""
    from shared.tokens import Verifier
    from suite.tokens import development_token

    try:
        token = os.environ.get("TOUSU_TOKEN") or development_token(settings, "cli:operator", "operator", None)
        actor = Verifier(settings.token_keys, settings.token_issuer).verify(token)
    except (TousuError, SettingsError) as error:
        refuse(f"Replaying needs an operator's token in TOUSU_TOKEN: {error}")
    if actor.role != "operator":
        refuse(f"Only an operator replays dead letters; this token's role is {actor.role}.")
    return actor.sub


def _known(service: str) -> str:
    return service if service in SERVICES else refuse(f"No service {service}: {', '.join(SERVICES)}.")


@contextmanager
def _letters(settings: Settings, service: str) -> Iterator[Any]:
    from pymongo import MongoClient
    from pymongo.errors import PyMongoError

    try:
        with MongoClient[dict[str, Any]](settings.mongo_url, serverSelectionTimeoutMS=3000) as client:
            yield client[f"{settings.database_prefix}_{service}"]["dead_letters"]
    except PyMongoError as error:
        refuse(f"The database does not answer: is the suite up (make up)? ({type(error).__name__})")
