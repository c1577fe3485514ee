"""`tousu token`: a caller's token for development."""

import enum
from datetime import timedelta
from typing import Annotated

import typer

from cli.environment import refuse, settings_here
from cli.spans import parse_span
from services.rights import BOUND_TO_A_BRANCH, ROLES
from shared.settings import SettingsError
from suite.tokens import HOUR, development_token

app = typer.Typer(add_completion=False)
Role = enum.StrEnum("Role", list(ROLES))  # type: ignore[misc]  # the names are data


@app.command()
def token(
    sub: Annotated[str, typer.Option(help="Staff number, such as E1001.")],
    role: Annotated[Role, typer.Option(help="The caller's role.")],
    branch: Annotated[str | None, typer.Option(help="The caller's branch; roles that see all need none.")] = None,
    ttl: Annotated[timedelta | None, typer.Option(parser=parse_span, help="How long it is good for (1h).")] = None,
) -> None:
    """Print a development token; the last line is the token. Refused in production."""
    if role.value in BOUND_TO_A_BRANCH and not branch:
        refuse(f"The role {role.value} is bound to a branch: give --branch.")
    try:
        signed = development_token(settings_here(), sub, role.value, branch, ttl or HOUR)
    except SettingsError as error:
        refuse(str(error))
    typer.echo(signed)
