"""`tousu serve intake`: one process of a service, any number of each."""

import enum
import importlib

import typer

from cli.environment import settings_here
from services import SERVICES
from shared import logs
from shared.settings import Settings

app = typer.Typer()
Service = enum.StrEnum("Service", list(SERVICES))  # type: ignore[misc]  # the names are data


@app.command()
def serve(service: Service) -> None:
    """Run one process of a service until SIGTERM: it then finishes what runs and ends within a bound."""
    from shared.bus.drain import serve as run  # imports nameko

    settings = settings_here()
    logs.configure(service.value)
    module = importlib.import_module(f"services.{service.value}.service")
    run(getattr(module, f"{service.value.title()}Service"), configuration(settings))


def configuration(settings: Settings) -> dict[str, object]:
    """Nameko's configuration, the same as config.yml gives to `nameko run`."""
    return {"AMQP_URI": settings.amqp_uri, "max_workers": settings.max_workers, "settings": settings}
