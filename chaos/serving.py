"""`python -m chaos.serving refund`: one process of a service that can be broken on purpose, else as `tousu serve`.

CRASH_AT=<point>[:<nth>]: it kills itself there. FAIL_AT=<point>[:<nth>]: from there on a server seems to be away.
SLOW_AT=<point>:<seconds>: whoever passes there waits so long.
WINDOWS_FILE: where it keeps which critical windows it is inside. CHECKPOINT_SECONDS: between checkpoints of the audit.
CONTROL=<mechanism>: it serves without it. FORKS=<socket>: it forks such processes (chaos.forking). Production refuses.
"""

import cli.patched  # noqa: F401, I001  before anything else

import os
import sys
from collections.abc import Mapping
from importlib import import_module
from pathlib import Path
from typing import Any

from chaos.controls import NoSuchControl, take_away
from chaos.crashing import NoSuchPoint, Passing, crash, fail
from chaos.edges import watch
from chaos.forking import fork_for_ever
from chaos.seams import Seams
from chaos.slowing import Slowness, slow
from chaos.windows import Windows
from cli.serve import app


def main() -> None:
    """The program: its one argument is the service."""
    service = sys.argv[1]
    if os.environ.get("TOUSU_ENV") == "production":
        sys.exit("Nothing is broken on purpose in production.")
    if path := os.environ.pop("FORKS", None):
        fork_for_ever(service, Path(path), lambda: serve(service))
    else:
        serve(service)


def serve(service: str) -> None:
    """Until it is told to stop, or dies as its variables ask."""
    try:
        break_into(service, os.environ)
    except (NoSuchPoint, NoSuchControl) as unknown:
        sys.exit(str(unknown))
    app([service])


def break_into(service: str, environ: Mapping[str, str]) -> None:
    """Puts everything that the variables ask for around the product's methods.

    Raises NoSuchPoint, NoSuchControl."""
    if control := environ.get("CONTROL"):
        take_away(control, service)
    seams = Seams()
    if file := environ.get("WINDOWS_FILE"):
        watch(seams, Windows(Path(file)), service)
    if text := environ.get("CRASH_AT"):
        crash(seams, Passing.read(text, service))
    if text := environ.get("FAIL_AT"):
        fail(seams, Passing.read(text, service))
    if text := environ.get("SLOW_AT"):
        slow(seams, Slowness.read(text, service))
    seams.put()
    if seconds := environ.get("CHECKPOINT_SECONDS"):
        providers: Any = import_module("shared.providers")
        providers.EVERY = float(seconds)


if __name__ == "__main__":
    main()
