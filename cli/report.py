"""`tousu report week|month|key-cases`: what a manager looks at each week and month (KP1, KP3, KP5)."""

from collections.abc import Callable
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from cli import periods
from cli.calling import Branch, Role, call, call_if_there, console
from cli.environment import refuse, settings_here
from cli.report_gathering import Asking, gathered
from cli.report_gathering import key_cases as cases_of
from cli.report_papers import key_cases_paper, report_paper
from cli.report_tables import print_key_cases, print_report
from shared.clock import BusinessClock

app = typer.Typer(no_args_is_help=True, help="Reports: week, month, key-cases.", add_completion=False)
Of = Annotated[str | None, typer.Option(help="2026-W48 or 2026-11; the last one that is over unless given.")]
InBranch = Annotated[str | None, typer.Option(help="One branch only (for those who see all).")]
Hall = Annotated[str | None, typer.Option(help="One hall only.")]
Html = Annotated[Path | None, typer.Option("--html", help="Written as a printable page, with plots.")]
Manager = Annotated[str | None, typer.Option(help="Code of the account manager's branch or hall, or province.")]


@app.command()
def week(
    of: Of = None,
    in_branch: InBranch = None,
    hall: Hall = None,
    html: Html = None,
    role: Role = "branch",
    branch: Branch = "SZ",
) -> None:
    """Figures beside the week before, top leaves and causes, what is late, measures (KP1, KP3)."""
    _report("周报", _span(periods.week, of), {"branch": in_branch, "hall": hall}, html, _asking(role, branch))


@app.command()
def month(
    of: Of = None,
    in_branch: InBranch = None,
    hall: Hall = None,
    html: Html = None,
    role: Role = "branch",
    branch: Branch = "SZ",
) -> None:
    """The same of a month."""
    _report("月报", _span(periods.month, of), {"branch": in_branch, "hall": hall}, html, _asking(role, branch))


@app.command("key-cases")
def key_cases(
    of: Of = None,
    account_manager: Manager = None,
    html: Html = None,
    role: Role = "branch",
    branch: Branch = "SZ",
) -> None:
    """A week's key cases for each account manager, with what to do about each (KP5)."""
    span = _span(periods.week, of)
    groups = cases_of(span, account_manager, _asking(role, branch))
    if html:
        _write(html, key_cases_paper(span, groups))
    else:
        print_key_cases(span, groups)


def _report(kind: str, span: periods.Span, place: dict[str, str | None], html: Path | None, asking: Asking) -> None:
    told = gathered(span, {name: value for name, value in place.items() if value}, asking)
    if html:
        _write(html, report_paper(kind, span, told))
    else:
        print_report(kind, span, told)


def _asking(role: str, branch: str) -> Asking:
    return Asking(partial(call, role, branch), partial(call_if_there, role, branch))


def _span(of_name: Callable[[str | None, datetime], periods.Span], name: str | None) -> periods.Span:
    try:
        return of_name(name, _now())
    except ValueError:
        refuse("A week is written 2026-W48, a month 2026-11.")


def _now() -> datetime:
    return BusinessClock(settings_here().clock_file).now()


def _write(file: Path, page: str) -> None:
    file.write_text(page, encoding="utf-8")
    console.print(f"{file} is written.")
