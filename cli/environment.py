"""The settings of a command: this process's environment, in development filled up with the running suite's."""

import os
from pathlib import Path
from typing import NoReturn

import typer
from dotenv import dotenv_values
from rich.console import Console

from shared.settings import PROJECT, Settings, SettingsError


def settings_here() -> Settings:
    """The settings; ends the command with every fault named where there are any."""
    try:
        return Settings.load(environ_here())
    except SettingsError as error:
        production = os.environ.get("TOUSU_ENV") == "production"
        alone = not production and not (_folder() / "suite.env").exists()
        refuse(f"{error}\nNo suite is up here: `make up` starts one." if alone else str(error))


def environ_here() -> dict[str, str]:
    """The environment; in development, what it lacks comes from the suite.env of `make up`."""
    given = dict(os.environ)
    if given.get("TOUSU_ENV") == "production":
        return given
    running = dotenv_values(_folder() / "suite.env")
    return {name: value for name, value in running.items() if value is not None} | given


def refuse(message: str) -> NoReturn:
    """End the command with exit code 1 and a message on stderr."""
    Console(stderr=True, soft_wrap=True).print(message, style="red", markup=False, highlight=False)
    raise typer.Exit(1)


def _folder() -> Path:
    return Path(os.environ.get("TOUSU_RUN_DIR") or PROJECT / ".run")
