"""`tousu clock`: a development suite's business time."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated
from zoneinfo import ZoneInfo

import typer

from cli.environment import refuse, settings_here
from cli.spans import parse_span
from services import SERVICES
from shared.clock import BusinessClock, ClockFile, monotonic
from suite.tokens import development_token

if TYPE_CHECKING:
    from shared.settings import Settings

app = typer.Typer(no_args_is_help=True, help="A development suite's business time.", add_completion=False)
SHANGHAI = ZoneInfo("Asia/Shanghai")
SEEN_SECONDS = 10.0


@app.command()
def show() -> None:
    """Show business time."""
    typer.echo(_shown(BusinessClock(_file(settings_here())).now()))


@app.command()
def advance(by: Annotated[timedelta, typer.Argument(parser=parse_span, help="How far, such as 3h or 2d.")]) -> None:
    """Move business time forwards; returns when every running service sees it."""
    settings = settings_here()
    file = _file(settings)
    try:
        ClockFile(file).advance(by)
    except ValueError as error:
        refuse(f"{error}.".capitalize())
    moved = BusinessClock(file).now()
    if (settings.run_dir / "endpoints.json").exists():
        _await_services(settings, moved)
    typer.echo(_shown(moved))


def _file(settings: "Settings") -> Path:
    if settings.clock_file is None:
        refuse("Business time cannot be moved in production.")
    return settings.clock_file


def _await_services(settings: "Settings", moved: datetime) -> None:
    """Each service's `pulse` tells its business time."""
    from nameko.standalone.rpc import ClusterRpcProxy

    token = development_token(settings, "clock", "operator", None)
    config = {"AMQP_URI": settings.amqp_uri, "serializer": "json"}
    limit = monotonic() + SEEN_SECONDS
    with ClusterRpcProxy(config, context_data={"auth_token": token}, timeout=SEEN_SECONDS) as cluster:
        for service in SERVICES:
            while datetime.fromisoformat(cluster[service].pulse()["at"]) < moved:
                if monotonic() > limit:
                    refuse(f"{service} did not see the new time within {SEEN_SECONDS:.0f} seconds.")


def _shown(moment: datetime) -> str:
    return moment.astimezone(SHANGHAI).isoformat(timespec="seconds")
