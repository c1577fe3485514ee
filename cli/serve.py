"""`tousu serve intake`: one process of a service, any number of each."""

import enum
import importlib
from pathlib import Path

import typer

from cli.environment import refuse, settings_here
from services import SERVICES
from shared import logs
from shared.policies import PolicyFaults
from shared.settings import Settings

app = typer.Typer(add_completion=False)
BEAT_SECONDS = 5
Service = enum.StrEnum("Service", list(SERVICES))  # type: ignore[misc]  # the names are data


@app.command()
def serve(service: Service) -> None:
    """Run one process of a service until SIGTERM: it then finishes what runs and ends within a bound."""
    from shared.bus.drain import serve as run  # imports nameko
    from shared.bus.misfits import DoesNotFit

    settings = settings_here()
    logs.configure(service.value, settings.log_level)
    if settings.alive_file is not None:
        beat(settings.alive_file)
    module = importlib.import_module(f"services.{service.value}.service")
    try:
        run(getattr(module, f"{service.value.title()}Service"), configuration(settings))
    except (PolicyFaults, DoesNotFit) as faults:
        refuse(str(faults))


def beat(file: Path) -> None:
    """Touch a file from a green thread: it grows old when the process hangs, and a container's health check sees it."""
    import eventlet

    def turn() -> None:
        while True:
            file.touch()
            eventlet.sleep(BEAT_SECONDS)

    eventlet.spawn(turn)


def configuration(settings: Settings) -> dict[str, object]:
    """Nameko's configuration, the same as config.yml gives to `nameko run`."""
    return {"AMQP_URI": settings.amqp_uri, "max_workers": settings.max_workers, "settings": settings}
