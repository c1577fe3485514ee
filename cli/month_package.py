"""`tousu month-package`: what a hall hands to its branch each month (RF17)."""

from pathlib import Path
from typing import Annotated, Any

import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from cli.calling import Branch, Role, call, call_if_there, console
from shared import paper

app = typer.Typer(add_completion=False)
PAGE = 50
FORMS, SHEETS = "forms", "reception"
Answer = dict[str, Any]


@app.command("month-package")
def month_package(
    hall: Annotated[str, typer.Option(help="The hall's code.")],
    month: Annotated[str, typer.Option(help="The month, e.g. 2026-11.")],
    out: Annotated[Path, typer.Option(help="The folder to write; made if it is not there.")],
    role: Role = "branch",
    branch: Branch = "SZ",
) -> None:
    """Write approval forms, reception sheets and the month's daily sheets into a folder, with an index."""
    asked = {"hall": hall, "month": month, "limit": PAGE}
    with Progress(
        TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), console=console, transient=True
    ) as bar:
        package = _forms(lambda more: call(role, branch, "refund", "month_package", asked | more), out, bar)
        complaints = sorted({item["complaint_id"] for item in package["items"] if item["complaint_id"]})
        fetched = _receipts(complaints, lambda id: call_if_there(role, branch, "intake", "receipt", id), out, bar)
    lacking = [each for each in complaints if each not in fetched]
    _write(out / "index.html", paper.render("refund/month_index.html", **package, lacking=lacking, fetched=fetched))
    told = f"{len(package['items'])} forms, {len(fetched)} reception sheets, {len(package['days'])} daily sheets"
    console.print(f"{out / 'index.html'}: {told}")
    for title, names in (("Days without both signatures", package["unsigned"]), ("Without reception sheet", lacking)):
        if names:
            console.print(f"{title}: {', '.join(names)}", style="yellow")


def _forms(ask: Any, out: Path, bar: Progress) -> Answer:
    """The package with the items of all pages; each page's forms are written as it comes."""
    package: Answer = {}
    items: list[Answer] = []
    after = None
    task = bar.add_task("approval forms", total=None)
    while True:
        page = ask({"after": after} if after else {})
        package = package or page
        bar.update(task, total=sum(day["refunds"] for day in page["days"]))
        for item in page["items"]:
            _write(out / FORMS / f"{item['refund_id']}.html", item["html"])
            items.append({name: value for name, value in item.items() if name != "html"})
            bar.advance(task)
        if (after := page["after"]) is None:
            return package | {"items": items}


def _receipts(complaints: list[str], ask: Any, out: Path, bar: Progress) -> set[str]:
    """The complaints whose reception sheet could be had: the hall's own copy, written (IN12)."""
    fetched = set()
    for complaint in bar.track(complaints, description="reception sheets"):
        if receipt := ask(complaint):
            _write(out / SHEETS / f"{complaint}.html", receipt["hall_copy"])
            fetched.add(complaint)
    return fetched


def _write(file: Path, page: str) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(page, encoding="utf-8")
