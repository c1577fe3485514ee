"""`tousu`: the command line. Each command is a module with a typer `app`, imported only when it is asked for."""

import importlib
import sys
import warnings
from typing import Any

COMMANDS = {  # name → module
    "serve": "cli.serve",
    "queues": "cli.queues",
    "keys": "cli.keys",
    "erase": "cli.erase",
    "token": "cli.token",
    "clock": "cli.clock",
    "dead-letters": "cli.deadletters",
    "register": "cli.register",
    "show": "cli.show",
    "due": "cli.due",
    "clocks": "cli.clocks",
    "tasks": "cli.tasks",
    "explain": "cli.explain",
    "simulate": "cli.simulate",
    "calendar": "cli.calendar",
    "approve": "cli.approve",
    "unknown": "cli.unknown",
    "reconcile": "cli.reconcile",
    "month-package": "cli.month_package",
    "recharge-statistic": "cli.recharges",
    "report": "cli.report",
    "audit": "cli.audit",
    "rules": "cli.rules",
    "faults": "cli.faults",
    "policy": "cli.policy",
    "chaos": "cli.chaos",
}


def main() -> None:
    """The program. A service's process is patched for eventlet before anything else is imported."""
    warnings.filterwarnings("ignore", r"\s*Eventlet is deprecated")  # told on each import: in bug-fix mode upstream
    if sys.argv[1:2] == ["serve"]:
        importlib.import_module("cli.patched")
    command_line()()


def command_line() -> Any:
    """The typer application."""
    import typer
    from typer.core import TyperGroup

    class LazyGroup(TyperGroup):
        """`tousu token` need not wait for what only `tousu serve` imports."""

        def list_commands(self, ctx: Any) -> list[str]:  # noqa: ARG002  fixed by typer
            return list(COMMANDS)

        def get_command(self, ctx: Any, cmd_name: str) -> Any:  # noqa: ARG002  fixed by typer
            if cmd_name not in COMMANDS:
                return None
            command = typer.main.get_command(importlib.import_module(COMMANDS[cmd_name]).app)
            command.name = cmd_name
            return command

    app = typer.Typer(cls=LazyGroup, no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)

    @app.callback()
    def tousu() -> None:
        """Tousu: complaint handling for a telecom operator."""

    return app


if __name__ == "__main__":
    main()
