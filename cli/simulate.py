"""`tousu simulate`: what other policies would have made of all that was lived."""

from functools import reduce
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.table import Table

from cli.calling import call, console
from cli.given import text_of
from cli.paging import added, pages

CASES_A_PAGE = 1000
SUMS = ("cases", "read", "clocks", "complaints", "reached", "worse")
GROUPS = {"all": "all", "branch": "branch", "brand": "brand", "level": "level it reached"}
NAMED = 10

app = typer.Typer(add_completion=False)
Draft = Annotated[Path | None, typer.Option(exists=True, dir_okay=False, help="A draft of this file.")]


@app.command()
def simulate(
    clocks: Draft = None,
    ladder: Draft = None,
    calendar: Draft = None,
    from_: Annotated[str | None, typer.Option("--from", help="Registered since: ISO 8601 with offset.")] = None,
    to: Annotated[str | None, typer.Option("--to", help="Registered before.")] = None,
    branch: Annotated[str | None, typer.Option(help="One branch only.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="All sums as JSON.")] = False,
) -> None:
    """Play drafts over every case: which limits would have been met or broken, and who gets worse."""
    drafts = {"clocks": clocks, "ladder": ladder, "calendar": calendar}
    texts = {name: text_of(path) for name, path in drafts.items() if path}
    wanted = {"from": from_, "to": to, "branch": branch, "policies": texts, "limit": CASES_A_PAGE}
    request = {name: value for name, value in wanted.items() if value is not None}

    def ask(after: str | None) -> Any:
        return call("operator", "", "escalation", "simulate", request | ({"after": after} if after else {}))

    found = [{name: page[name] for name in SUMS} for page in pages(ask, "cases", shown=not as_json)]
    sums = reduce(added, found)
    if as_json:
        return console.print_json(data=sums)
    return _told(sums)


def _told(sums: dict[str, Any]) -> None:
    console.print(_limits(sums["clocks"].get("all", {}).get("all", {})))
    console.print(_complaints(sums["complaints"]))
    for each in sums["worse"][:NAMED]:
        console.print(
            f"worse: {each['complaint_id']} {each['branch']} {each['brand']}: would break "
            f"{', '.join(each['would_break'])}, would reach {each['would_reach']} instead of {each['level']}"
        )
    console.print(f"{sums['cases']} cases")


def _limits(kinds: dict[str, Any]) -> Table:
    """Each kind of limit: how many were broken, and would have been."""
    table = Table("limit", title="Limits", title_justify="left")
    for heading in ("met", "met in draft", "broken", "broken in draft", "worse", "better"):
        table.add_column(heading, justify="right")
    for kind, ended in sorted(kinds.items()):
        was, would = ended.get("recorded", {}), ended.get("draft", {})
        numbers = (was.get("met"), would.get("met"), was.get("broken"), would.get("broken"))
        table.add_row(kind, *(str(each or 0) for each in (*numbers, ended.get("worse"), ended.get("better"))))
    return table


def _complaints(groups: dict[str, Any]) -> Table:
    """Who gets worse."""
    table = Table("by", "", title="Complaints with more or fewer broken limits", title_justify="left")
    for heading in ("cases", "worse", "better"):
        table.add_column(heading, justify="right")
    for group, shown in GROUPS.items():
        for value, counted in sorted(groups.get(group, {}).items()):
            table.add_row(shown, value, *(str(counted.get(name, 0)) for name in ("cases", "worse", "better")))
    return table
