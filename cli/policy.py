"""`tousu policy`: what a draft of the policy files would mean, before anything is restarted."""

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from cli.calling import console
from cli.environment import refuse
from cli.times import SHANGHAI
from shared.policies import PolicyFaults, PolicySet
from shared.policies.changes import changes
from shared.settings import PROJECT

IN_FORCE = PROJECT / "policies"

app = typer.Typer(
    no_args_is_help=True, help="Check and compare policy files before they come into force.", add_completion=False
)
Folder = Annotated[Path, typer.Argument(help="The folder of policy files.", exists=True, file_okay=False)]


@app.command()
def check(
    folder: Folder = IN_FORCE,
    strict: Annotated[bool, typer.Option("--strict", help="Fail on warnings too.")] = False,
) -> None:
    """Read every policy file as the services would; every fault with file, line, path and what is expected."""
    policies = _loaded(folder)
    table = Table(title=f"{len(policies)} policy files without fault", title_justify="left")
    for heading in ("policy", "file", "version"):
        table.add_column(heading)
    for each in policies.loaded():
        table.add_row(each.policy.name, each.policy.file, each.version)
    console.print(table)
    warnings = policies.warnings(datetime.now(SHANGHAI).date())
    for warning in warnings:
        console.print(f"warning: {warning}", style="yellow", soft_wrap=True)
    if strict and warnings:
        raise typer.Exit(1)


@app.command()
def diff(
    draft: Folder,
    against: Annotated[Path, typer.Option(help="The folder in force.", exists=True, file_okay=False)] = IN_FORCE,
) -> None:
    """Show each value that the draft would change, add or take away; comments and layout do not count."""
    before, after = _loaded(against), _loaded(draft)
    table = Table(title="Changes", title_justify="left")
    for heading in ("file", "path", "now", "draft"):
        table.add_column(heading, overflow="fold")
    versions = []
    for name in after:
        found = changes(before.content(name), after.content(name))
        for change in found:
            table.add_row(f"{name}.yml", change.path, change.before, change.after)
        if before.version(name) != after.version(name):
            versions.append(f"{name}.yml: version {before.version(name)} → {after.version(name)}")
    if not versions:
        console.print("Nothing changes.")
        return
    console.print(table)
    for line in versions:
        console.print(line)


def _loaded(folder: Path) -> PolicySet:
    from services.policies import load_all

    try:
        return load_all(folder)
    except PolicyFaults as error:
        return refuse(str(error))
