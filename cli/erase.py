"""`tousu erase`: the personal data of a finished complaint, or of a number, made unreadable in all services."""

import secrets
from typing import Annotated, Any

import typer

from cli.calling import call, console
from cli.environment import refuse
from cli.paging import listed
from services import SERVICES
from shared.phone import NotAMobileNumber, parse

app = typer.Typer(add_completion=False)


@app.command()
def erase(
    target: Annotated[str, typer.Argument(help="Complaint id or serial number; or a mobile number: all it has.")],
    reason: Annotated[str, typer.Option(help="Why, kept in the record of reads.")],
    ground: Annotated[str, typer.Option(help="What makes it lawful, e.g. holder_asked.")],
    reference: Annotated[str, typer.Option(help="The reference of the letter or order.")],
) -> None:
    """Delete the keys of all that is kept of a complaint or number. Cannot be undone; refused while anything runs.

    All services are asked first whether anything speaks against it. Interrupted, it is simply run again."""
    why = {"reason": reason, "ground": ground, "reference": reference}
    targets = _targets(target)
    for each in targets:
        if kept := [one for service in SERVICES for one in _ask(service, each | why | {"check": True})["kept"]]:
            refuse("\n".join(["Nothing was erased:", *(f"  {one['id']}: {one['why']}" for one in kept)]))
    for each in targets:
        for service in SERVICES:
            told = _ask(service, each | why)
            if told["kept"]:
                refuse(f"{service} keeps {len(told['kept'])}: it moved meanwhile; run the command again later.")
            console.print(f"{service:12} {told['erased']} erased")


def _targets(target: str) -> list[dict[str, str]]:
    """The complaints that are meant, and the number itself."""
    try:
        msisdn = parse(target)
    except NotAMobileNumber:
        return [{"complaint_id": call("operator", "", "intake", "get", target)["complaint_id"]}]
    found, _ = listed(lambda at: call("operator", "", "intake", "search", {"msisdn": msisdn} | at), None)
    return [*({"complaint_id": each["complaint_id"]} for each in found), {"msisdn": msisdn}]


def _ask(service: str, request: dict[str, Any]) -> dict[str, Any]:
    answer: dict[str, Any] = call("operator", "", service, "erase", {"request_id": secrets.token_hex(16), **request})
    return answer
