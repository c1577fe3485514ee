"""`tousu chaos`: break a suite of its own on purpose, and judge from outside what became of it."""

import enum
import os
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from cli.calling import console
from cli.environment import refuse
from shared.settings import PROJECT

app = typer.Typer(add_completion=False)
RED, COULD_NOT = 1, 2
ALL = "kill,stop,cut,broker,mongo,boss,smsc,scale"


class Boss(enum.StrEnum):
    """What BOSS can do, and what policies/refunds.yml says that it can."""

    both = "both"
    honours = "honours"
    asked = "asked"
    neither = "neither"


class Control(enum.StrEnum):
    """The mechanism that is taken away."""

    none = ""
    outbox = "outbox"
    idempotence = "idempotence"
    fence = "fence"


@app.command()
def chaos(
    seed: Annotated[int, typer.Option(help="Of all chance: the same seed, the same customers and faults.")] = 7,
    kills: Annotated[int, typer.Option(min=0, help="Processes killed, half of them at a crash point.")] = 100,
    length: Annotated[float, typer.Option(min=0, help="Seconds of load; 0: as long as the kills need.")] = 0,
    faults: Annotated[str, typer.Option(help="Which sorts of faults, by comma; kill is one of them.")] = ALL,
    replicas: Annotated[int, typer.Option(min=1, max=8, help="Processes of each service.")] = 2,
    journeys: Annotated[int, typer.Option(min=0, help="Customers; 0: as many as the length has room for.")] = 0,
    boss: Annotated[
        Boss, typer.Option(help="What BOSS can do: honours keys, can be asked, both, or neither.")
    ] = Boss.both,
    control: Annotated[
        Control, typer.Option(help="Negative control: without this mechanism the run has to be red.")
    ] = Control.none,
    outage: Annotated[
        float | None, typer.Option(min=1, help="Seconds that broker and MongoDB stay away each time, not a few.")
    ] = None,
) -> None:
    """Start a suite of its own, drive it by RPC, break it, wait for quiet, judge it by the journals outside.

    Ends with 0 if nothing was lost, doubled or early, with 1 if something was, with 2 if the run could not be made.
    Everything lies in .run/chaos (or TOUSU_RUN_DIR/chaos): journals, logs, policies, report.json."""
    if not (PROJECT / "chaos").is_dir():
        refuse("This installation has no room `chaos`: run it in a checkout of the project.")
    from chaos.options import Options
    from suite.ending import end_in_order
    from suite.errors import SuiteError

    end_in_order()
    options = Options(seed, kills, length, replicas, journeys, _sorts(faults), boss.value, control.value, outage)
    try:
        found = _judged(options)
    except SuiteError as error:
        console.print(str(error), style="red", markup=False)
        raise typer.Exit(COULD_NOT) from error
    console.print(found.shown())
    raise typer.Exit(0 if found.green else RED)


def _sorts(named: str) -> Any:
    """The sorts of faults of a list by comma; an unknown one ends the command."""
    from chaos.plan import SORTS

    if unknown := set(filter(None, named.split(","))) - set(SORTS):
        refuse(f"No such sort of fault: {', '.join(sorted(unknown))}. There are: {ALL}.")
    return [sort for sort in SORTS if sort in named.split(",")]


def _judged(options: Any) -> Any:
    """The run, played under a bar, and judged. Raises SuiteError."""
    from chaos.run import play
    from chaos.verdict import judge

    columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True) as progress:
        task = progress.add_task("", total=1.0)
        return judge(
            play(options, folder(), lambda what, share: progress.update(task, description=what, completed=share))
        )


def folder() -> Path:
    """Where a run of chaos keeps its files: beside those of `make up`, which stay."""
    return Path(os.environ.get("TOUSU_RUN_DIR") or PROJECT / ".run").resolve() / "chaos"
