"""`tousu keys`: new master keys, and every document's own key wrapped anew under them."""

import base64
import os
from pathlib import Path

import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from cli.calling import console
from cli.databases import stores
from cli.environment import refuse, settings_here
from shared.clock import machine_now

app = typer.Typer(
    no_args_is_help=True, help="Master keys: make a new one, wrap the documents' keys anew.", add_completion=False
)
PAGE = 500
KEY_BYTES = 32


@app.command()
def new() -> None:
    """Put a new master key on the first line of the file that MASTER_KEYS_FILE names; the old ones stay below it.

    Services read the file anew as soon as they meet the new key; they need no stop."""
    file = settings_here().master_keys_file
    if file is None:
        refuse(
            "The master keys are in no file (MASTER_KEYS_FILE): put the new one in front of them where you keep them."
        )
    key_id = f"{machine_now():%Y%m%dT%H%M%S}"
    line = f"{key_id}:{base64.b64encode(os.urandom(KEY_BYTES)).decode()}\n"
    _replace(file, line + file.read_text())
    console.print(f"{key_id} is the current master key. Next: tousu keys rotate")


def _replace(file: Path, text: str) -> None:
    """At once or not at all: a service may read it in this moment."""
    fresh = file.with_name(f".{file.name}.new")
    fresh.touch(mode=file.stat().st_mode & 0o777)
    fresh.write_text(text)
    fresh.replace(file)


@app.command()
def rotate() -> None:
    """Wrap every document's key anew under the current master key. Interrupted, it goes on where it was."""
    settings = settings_here()
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    changed = 0
    with Progress(*columns, console=console, transient=True) as progress:
        for service, store in stores(settings):
            task = progress.add_task(f"{service} {store.kind.name}", total=store.under_old_keys())
            after: str | None = ""
            while after is not None:
                count, after = store.rewrap(after, PAGE)
                progress.advance(task, count)
                changed += count
    left = sum(store.under_old_keys() for _, store in stores(settings))
    console.print(f"{changed:,} documents are under {next(iter(settings.master_keys))} now, {left:,} are not yet.")
    if left:
        refuse("Documents were written under an older key meanwhile: run it again.")
