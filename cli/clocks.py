"""`tousu clocks`: every clock, what fires next if nobody acts, and an operator's repairs of single ones."""

import re
from datetime import datetime
from typing import Annotated, Any
from uuid import uuid4

import typer
from rich.table import Table

from cli.calling import Branch, Role, call, console
from cli.environment import refuse
from cli.paging import Limit, Whole, listed, say_if_more
from cli.times import shown

app = typer.Typer(
    no_args_is_help=True, help="List clocks, see what fires next, cancel or move one.", add_completion=False
)

Complaint = Annotated[str, typer.Argument(help="Complaint id or serial number.")]
Clock = Annotated[str, typer.Argument(help="Clock id, or its kind where there is one.")]
Reason = Annotated[str, typer.Option(help="The reason, kept in the case's history.")]


@app.command(name="list")
def list_clocks(
    complaint: Annotated[str | None, typer.Argument(help="One complaint's clocks, whatever their state.")] = None,
    in_branch: Annotated[str | None, typer.Option(help="One branch only.")] = None,
    state: Annotated[str, typer.Option(help="Or late (run out, still open), broken, met, cancelled.")] = "running",
    limit: Limit = 50,
    whole: Whole = False,
    role: Role = "operator",
    branch: Branch = "",
) -> None:
    """List clocks of one complaint, or of so many complaints in a state, the soonest first."""
    more = False
    if complaint:
        cases = [call(role, branch, "escalation", "case", _id_of(complaint, role, branch))]
    else:
        asked = {"state": state} | ({"branch": in_branch} if in_branch else {})
        found, more = listed(lambda at: call(role, branch, "escalation", "due", asked | at), None if whole else limit)
        cases = [call(role, branch, "escalation", "case", each["complaint_id"]) for each in found]
    table = Table()
    for heading in ("due", "warns", "clock", "state", "level", "branch", "complaint"):
        table.add_column(heading, overflow="fold")
    for case, clock in _soonest_first(cases, None if complaint else "broken" if state == "late" else state):
        times = (shown(clock["due_at"]), shown(clock["warn_at"]))
        place = (case["level"], case["branch"], case["serial_no"])
        table.add_row(*times, clock["clock_id"], clock["state"], *place)
    console.print(table)
    say_if_more(more, limit, " complaints")


def _soonest_first(cases: list[dict[str, Any]], state: str | None) -> list[tuple[dict[str, Any], dict[str, Any]]]:
    found = [(case, clock) for case in cases for clock in case["clocks"] if state in (None, clock["state"])]
    return sorted(found, key=lambda each: str(each[1]["due_at"]))


@app.command(name="next")
def fires_next(
    within: Annotated[str, typer.Option(help="So far ahead: 24h, 3d.")] = "24h",
    in_branch: Annotated[str | None, typer.Option(help="One branch only.")] = None,
    role: Role = "operator",
    branch: Branch = "",
) -> None:
    """What warns and breaks if nobody acts, soonest first, and what follows: the level it rises to, who is told."""
    asked: dict[str, Any] = {"hours": _hours(within)} | ({"branch": in_branch} if in_branch else {})
    cases, _ = listed(lambda at: call(role, branch, "escalation", "firing", asked | at), None)
    fires = [(case, each) for case in cases for each in case["fires"]]
    table = Table()
    for heading in ("when", "complaint", "branch", "level", "clock", "fires", "then"):
        table.add_column(heading, overflow="fold")
    for case, each in sorted(fires, key=lambda pair: datetime.fromisoformat(pair[1]["at"])):
        named = f"{each['clock_id']} (new)" if each["new"] else each["clock_id"]
        place = (case["serial_no"], case["branch"], each["level"])
        table.add_row(shown(each["at"]), *place, named, each["fires"], _then(each))
    console.print(table)


def _then(each: dict[str, Any]) -> str:
    """What follows, as people read it."""
    then = each["then"]
    if then["raises_to"]:
        return f"rises to {then['raises_to']}" + (f", {then['tells']} is told" if then["tells"] else "")
    return "handler, first contact and level are told" if each["fires"] == "breaks" else "those in charge are told"


@app.command()
def cancel(
    complaint: Complaint, clock: Clock, reason: Reason = "", role: Role = "operator", branch: Branch = ""
) -> None:
    """Call a running clock off. What the manual sets for customers cannot be called off (CL3)."""
    _repaired("cancel_clock", complaint, clock, {"reason": _said(reason)}, role, branch)


@app.command()
def move(
    complaint: Complaint,
    clock: Clock,
    to: Annotated[str, typer.Option(help="ISO 8601 time with offset, ahead.")],
    reason: Reason = "",
    role: Role = "operator",
    branch: Branch = "",
) -> None:
    """Give a running clock another due time. What the manual sets for customers moves only earlier (CL3)."""
    _repaired("move_clock", complaint, clock, {"due_at": to, "reason": _said(reason)}, role, branch)


def _repaired(method: str, complaint: str, clock: str, told: dict[str, Any], role: str, branch: str) -> None:
    command = {"request_id": uuid4().hex, "clock": clock, **told}
    case = call(role, branch, "escalation", method, _id_of(complaint, role, branch), command)
    for each in case["clocks"]:
        if clock in (each["clock_id"], each["kind"]):
            console.print(f"{case['serial_no']}  {each['clock_id']}  {each['state']}, due {shown(each['due_at'])}")


def _id_of(complaint: str, role: str, branch: str) -> str:
    return str(call(role, branch, "intake", "get", complaint)["complaint_id"])


def _said(reason: str) -> str:
    return reason if reason.strip() else refuse("Say why, with --reason: it is kept in the case's history.")


def _hours(within: str) -> int:
    if not (read := re.fullmatch(r"(\d{1,3})([hd])", within)):
        refuse(f"{within} is no time: give 24h or 3d.")
    return int(read[1]) * (24 if read[2] == "d" else 1)
