"""`tousu audit`: whether anything that was recorded has been changed since."""

from pathlib import Path
from typing import Annotated, Any
from uuid import uuid4

import orjson
import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from cli.calling import Branch, Role, call, console
from cli.databases import databases, stores
from cli.environment import refuse, settings_here
from cli.given import checkpoints_in
from services.intake.serial import understood
from shared.audit.bundle import bundle as make_bundle
from shared.audit.verifying import Audit, Findings
from shared.clock import machine_now
from shared.documents import Documents

app = typer.Typer(
    no_args_is_help=True, help="Prove that nothing that was recorded has been changed.", add_completion=False
)
MOST_SHOWN = 50


@app.command()
def verify(
    states: Annotated[
        bool, typer.Option(help="Compare each state with its history too; needs the master keys.")
    ] = True,
    anchors: Annotated[
        Path | None, typer.Option(help="A file that `tousu audit anchors` wrote: finds checkpoints that were cut off.")
    ] = None,
) -> None:
    """Check every history, checkpoint and state; ends with 1 where something does not fit."""
    settings = settings_here()
    found: list[tuple[str, Findings]] = []
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True) as progress:
        for service, store in stores(settings):
            audit = Audit(databases(settings)[service], store, settings.token_keys, states)
            task = progress.add_task(f"{service} {audit.findings.collection}", total=audit.total())
            for looked_at in audit.run(machine_now()):
                progress.advance(task, looked_at)
            found.append((service, audit.findings))
    faults = _told(found) + (_behind(anchors, found) if anchors else 0)
    if faults:
        refuse(f"{faults} faults: what was recorded has been changed.")
    console.print("Nothing was changed.")


@app.command()
def anchors() -> None:
    """Print each collection's latest checkpoint as JSON: keep it where nobody who writes the database can write."""
    settings = settings_here()
    kept = {}
    for service, store in stores(settings):
        audit = Audit(databases(settings)[service], store, settings.token_keys, with_states=False)
        if last := audit.last():
            kept[f"{service}.{audit.findings.collection}"] = {"number": last.number, "hash": last.hash}
    typer.echo(orjson.dumps(kept, option=orjson.OPT_INDENT_2).decode())


@app.command()
def bundle(
    complaint: Annotated[str, typer.Argument(help="Complaint id or serial number.")],
    out: Annotated[Path, typer.Option(help="The zip file to write.")] = Path("evidence.zip"),
    ground: Annotated[
        str | None, typer.Option(help="Open it too, on this lawful ground, e.g. police_or_court.")
    ] = None,
    reference: Annotated[str, typer.Option(help="The ground's reference.")] = "",
    body: Annotated[str, typer.Option(help="The police, court or authority that asks.")] = "",
    role: Role = "legal",
    branch: Branch = "",
) -> None:
    """Write one complaint's histories from all services, with their signatures and a program that checks them alone.

    Names, numbers and texts stay sealed, unless a lawful ground opens them: the export is recorded first (PR5), and the
    master keys must be here."""
    settings = settings_here()
    found = list(stores(settings))
    complaint_id = _id_of(complaint, found)
    if ground:
        _record_export(complaint_id, {"kind": ground, "reference": reference, "body": body}, role, branch)
    out.write_bytes(make_bundle(found, complaint_id, settings.token_keys, opened=bool(ground)))
    console.print(f"{out}: check it with `python check.py {out.name}`, the program is in it.")


def _record_export(complaint_id: str, ground: dict[str, str], role: str, branch: str) -> None:
    """Intake judges the ground and leaves the entry before anything is opened."""
    named = {name: said for name, said in ground.items() if said}
    call(role, branch, "intake", "export", complaint_id, {"request_id": f"bundle-{uuid4().hex}", "ground": named})


def _id_of(complaint: str, found: list[tuple[str, Documents[Any]]]) -> str:
    for service, store in found:
        either = {"$or": [{"_id": complaint}, {"serial_no": understood(complaint) or complaint}]}
        if service == "intake" and (document := store.collection.find_one(either, {"_id": 1})):
            return str(document["_id"])
    return refuse(f"There is no complaint {complaint}.")


def _told(found: list[tuple[str, Findings]]) -> int:
    table = Table()
    table.add_column("documents of", no_wrap=True)
    for heading in ("number", "entries", "checkpoints", "unsigned", "faults"):
        table.add_column(heading, justify="right", no_wrap=True)
    for service, each in found:
        counts = (each.documents, each.entries, each.checkpoints, each.uncovered, len(each.faults))
        table.add_row(f"{service}.{each.collection}", *(f"{count:,}" for count in counts))
    console.print(table)
    faults = [(service, fault) for service, each in found for fault in each.faults]
    for service, fault in faults[:MOST_SHOWN]:
        console.print(f"{service}.{fault.collection} {fault.id}: {fault.what}", style="red")
    if len(faults) > MOST_SHOWN:
        console.print(f"… and {len(faults) - MOST_SHOWN} more", style="red")
    return len(faults)


def _behind(file: Path, found: list[tuple[str, Findings]]) -> int:
    """How many collections no longer have the checkpoint that was kept elsewhere."""
    kept, gone = checkpoints_in(file), 0
    for service, each in found:
        anchor = kept.get(f"{service}.{each.collection}")
        if anchor and each.hashes.get(anchor["number"]) != anchor["hash"]:
            console.print(f"{service}.{each.collection}: checkpoint {anchor['number']} is gone or another", style="red")
            gone += 1
    return gone
