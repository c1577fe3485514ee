"""`tousu queues`: makes the queues of all services, once, before the first of them starts to publish."""

import importlib

import typer

from cli.calling import console
from cli.environment import refuse, settings_here
from services import SERVICES

app = typer.Typer(add_completion=False)


def reading_services() -> list[type]:
    """The service classes, by whose methods is known what each reads."""
    return [getattr(importlib.import_module(f"services.{name}.service"), f"{name.title()}Service") for name in SERVICES]


@app.command()
def queues() -> None:
    """Declare every service's inbox and bindings; safe to repeat. Ends with 1 where one is there that does not fit."""
    from shared.bus.misfits import DoesNotFit
    from shared.bus.readers import declare_inboxes  # imports nameko

    try:
        for inbox in declare_inboxes(settings_here().amqp_uri, reading_services()):
            console.print(inbox)
    except DoesNotFit as misfit:
        refuse(str(misfit))
