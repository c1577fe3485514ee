"""`tousu queues`: makes the queues of all services, once, before the first of them starts to publish."""

import importlib

import typer

from cli.calling import console
from cli.environment import settings_here
from services import SERVICES

app = typer.Typer(add_completion=False)


@app.command()
def queues() -> None:
    """Declare every service's inbox and bindings; safe to repeat."""
    from shared.bus.readers import declare_inboxes  # imports nameko

    classes = [
        getattr(importlib.import_module(f"services.{name}.service"), f"{name.title()}Service") for name in SERVICES
    ]
    for inbox in declare_inboxes(settings_here().amqp_uri, classes):
        console.print(inbox)
