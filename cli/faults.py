"""`tousu faults`: what the suite is put through, and the tests that do it."""

from typing import Annotated

import typer
from rich.table import Table

from cli.calling import console
from cli.environment import refuse

app = typer.Typer(add_completion=False)


@app.command()
def faults(
    numbers: Annotated[list[str] | None, typer.Argument(help="Only these, with their tests by name, e.g. F7.")] = None,
) -> None:
    """Print the faults and what proves that they do no harm; ends with 1 while one has no test or a test names none."""
    from suite.reference.faults import faults as listed
    from suite.reference.faults import unknown
    from suite.reference.proofs import TESTS

    if not TESTS.is_dir():
        refuse("The tests are not here: run this in a checkout of the project.")
    wanted = {number.upper() for number in numbers or ()}
    shown = [fault for fault in listed() if not wanted or fault.number in wanted]
    if not shown:
        refuse(f"No such fault: {', '.join(sorted(wanted))}.")
    table = Table("", "what goes wrong", "what is promised all the same", "tests", show_lines=True)
    for fault in shown:
        table.add_row(fault.number, fault.fault, fault.expected, str(len(fault.tests) or "none"))
    console.print(table)
    for test in {test: None for fault in shown for test in fault.tests if wanted}:
        console.print(f"{test.file}: {test.name}", soft_wrap=True)
    unproved, wrong = [fault.number for fault in shown if not fault.tests], unknown()
    console.print(f"{len(shown)} faults, {len({test for fault in shown for test in fault.tests})} tests, "
                  f"open: {', '.join(unproved) or 'none'}")  # fmt: skip
    for number, found in wrong.items():
        console.print(f"no such fault {number}: {', '.join(test.name for test in found)}", style="red")
    if unproved or wrong:
        raise typer.Exit(1)
