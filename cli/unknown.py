"""`tousu unknown`: what nobody knows, of money and of messages; have it asked for, or say what became of it."""

import time
from datetime import datetime, timedelta
from typing import Annotated, Any
from uuid import uuid4

import typer
from rich.console import Console
from rich.table import Table

from cli.ages import in_words
from cli.calling import Branch, call, call_if_there, console
from cli.environment import refuse
from cli.paging import listed
from cli.times import shown
from shared.clock import machine_now

app = typer.Typer(add_completion=False, help="What nobody knows: list it, ask for it, settle it.")
WIDE = 1000  # a file or a pipe cuts nothing off
HEADINGS = ("age", "since", "what", "amount", "why", "tried", "waits for", "owner", "told", "next rise", "id")
PATIENCE_SECONDS, PAUSE_SECONDS = 15.0, 0.3

Role = Annotated[str, typer.Option("--as", help="Development only: the role to call as.", metavar="ROLE")]
Ids = Annotated[list[str] | None, typer.Argument(help="Refund ids.")]
Reason = Annotated[str, typer.Option(help="Kept in the refund's history.")]
Item = dict[str, Any]


@app.callback(invoke_without_command=True)
def unknown(
    context: typer.Context,
    in_branch: Annotated[str | None, typer.Option(help="One branch only.")] = None,
    role: Role = "operator",
    branch: Branch = "",
) -> None:
    """List what is unknown, oldest first: since when, why, who has to act."""
    if context.invoked_subcommand:
        return
    wanted = {"branch": in_branch} if in_branch else {}
    asked = wanted | {"limit": 1}
    first = {what: call_if_there(role, branch, service, "unknown", asked) for what, (service, _) in HALVES.items()}
    found = {what: page and _all(role, branch, HALVES[what][0], wanted) for what, page in first.items()}
    items = [HALVES[what][1](each) for what, seen in found.items() for each in seen or ()]
    if items:
        console.print(f"{len(items)} unknown")
        Console(width=None if console.is_terminal else WIDE).print(table_of(items))
    for what, seen in found.items():
        if seen is None:
            console.print(f"{what}: not shown, this token may not call {HALVES[what][0]}.unknown")
        elif not seen:
            console.print(f"{what}: nothing is unknown")
    _say_if_slow(first["refunds"])


def _say_if_slow(page: Item | None) -> None:
    """Nothing about them is unknown, but they should be paid by now."""
    slow = page.get("slow") if page else None
    if slow and slow["count"]:
        age = f"the oldest for {in_words(slow['age_s'])} (since {shown(slow['since'])})"
        console.print(f"{slow['count']} refunds approved or being paid, {age}: is BOSS there?")


def _all(role: str, branch: str, service: str, wanted: dict[str, Any]) -> list[Item]:
    return listed(lambda at: call(role, branch, service, "unknown", wanted | at), None)[0]


def _refund(item: Item) -> Item:
    what = f"{item['key'].partition(':')[2]}, {item['status']}"
    return item | {"id": item["refund_id"], "what": f"refund {what}", "amount": f"{item['amount_fen']} fen"}


def _message(item: Item) -> Item:
    what = f"SMS {item['template']} to {item['to']}, {item['status']}"
    return item | {"id": item["message_id"], "what": what, "amount": "-"}


HALVES = {"refunds": ("refund", _refund), "messages": ("notify", _message)}


def table_of(items: list[Item]) -> Table:
    """One row a doubt, the oldest first."""
    table = Table()
    for heading in HEADINGS:
        table.add_column(heading, no_wrap=True)
    for item in sorted(items, key=lambda each: str(each["since"])):
        table.add_row(*_row(item))
    return table


def _row(item: Item) -> list[str]:
    waits = item["waits_for"] + (f", next {shown(item['next_try'])}" if item["next_try"] else "") + _too_early(item)
    owner = f"{item['owner']['duty']} {item['owner']['phone'] or ''}".strip()
    told = ", ".join(each["to"] for each in item["risen"]) or "-"
    age = (in_words(item["age_s"]), shown(item["since"]), item["what"], item["amount"], item["why"])
    return [*age, str(item["attempts"]), waits, owner, told, shown(item["rises_at"]), item["id"]]


def _too_early(item: Item) -> str:
    """Until when nobody can say that it was not paid: a sending may still arrive."""
    since = item.get("not_paid_from")
    if since is None or datetime.fromisoformat(since) <= machine_now():
        return ""
    return f", not paid from {shown((datetime.fromisoformat(since) + timedelta(seconds=59)).isoformat())}"


@app.command()
def ask(
    ids: Ids = None,
    all_of_them: Annotated[bool, typer.Option("--all", help="Every refund that BOSS can be asked for.")] = False,
    reason: Reason = "asked by hand",
    role: Role = "operator",
    branch: Branch = "",
) -> None:
    """Have BOSS asked now. Sends no money; whom BOSS cannot tell, a person has to find out."""
    if bool(ids) == all_of_them:
        refuse("Give refund ids, or --all.")
    known = _all(role, branch, "refund", {})
    for refund_id in ids or dict.fromkeys(item["refund_id"] for item in known):
        doubts = [item for item in known if item["refund_id"] == refund_id]
        if not doubts:
            console.print(f"{refund_id}  nothing about it is unknown")
        for item in doubts:
            if item["settled_by"] == "person":
                console.print(f"{refund_id}  cannot be asked for: {_who(item)}")
            else:
                call(role, branch, "refund", "ask", refund_id, {"request_id": uuid4().hex, "reason": reason})
                console.print(f"{refund_id}  {_outcome(role, branch, refund_id)}")


def _who(item: Item) -> str:
    """Which person settles it, and how."""
    owner = item["owner"]
    return (
        f"{owner['duty']} ({owner['phone'] or 'no phone'}) looks up {item['key']} in BOSS, then finance says "
        f"tousu unknown settle {item['refund_id']} --paid (or --not-paid) --key {item['key']} --evidence …"
    )


def _outcome(role: str, branch: str, refund_id: str) -> str:
    """What became of it, once BOSS was asked."""
    until = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < until:
        refund = call(role, branch, "refund", "get", refund_id)
        if not refund["doubt"]:
            return str(refund["status"])
        if not refund["doubt"]["wanted"]:
            return f"still {refund['status']}: BOSS has no such entry, or gave no answer"
        time.sleep(PAUSE_SECONDS)
    return "is being asked for; look again later"


@app.command()
def settle(
    item_id: Annotated[str, typer.Argument(metavar="ID", help="A refund's or a message's id.")],
    evidence: Annotated[list[str], typer.Option(help="By what it was found out; may be given several times.")],
    paid: Annotated[bool | None, typer.Option("--paid/--not-paid", help="Of a refund.")] = None,
    by_hand: Annotated[
        bool, typer.Option("--by-hand", help="Of a failed refund: you enter it in BOSS now; then say --paid.")
    ] = False,
    key: Annotated[str | None, typer.Option(help="Of a refund with several unknown lines: the one looked up.")] = None,
    delivered: Annotated[bool | None, typer.Option("--delivered/--not-delivered", help="Of a message.")] = None,
    role: Annotated[str | None, typer.Option("--as", help="Development only: the role to call as.")] = None,
    branch: Branch = "",
) -> None:
    """Say what became of it: finance of a refund's line, the operator of a message."""
    if [by_hand, paid is not None, delivered is not None].count(True) != 1:
        refuse("Say --paid, --not-paid or --by-hand of a refund, --delivered or --not-delivered of a message.")
    if key and delivered is not None:
        refuse("--key names a refund's line; a message has none.")
    command: dict[str, Any] = {"request_id": uuid4().hex, "evidence": evidence}
    if delivered is None:
        command |= {"outcome": "by_hand" if by_hand else "paid" if paid else "not_paid"} | ({"key": key} if key else {})
        found = call(role or "finance", branch, "refund", "settle", item_id, command)
    else:
        command["outcome"] = "delivered" if delivered else "not_delivered"
        found = call(role or "operator", branch, "notify", "settle", item_id, command)
    console.print(f"{item_id}  {found['status']}")
