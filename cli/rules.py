"""`tousu rules`: every rule with its tests."""

from typing import Annotated

import typer
from rich.table import Table

from cli.calling import console
from cli.environment import refuse

app = typer.Typer(add_completion=False)


@app.command()
def rules(
    numbers: Annotated[list[str] | None, typer.Argument(help="Only these, e.g. RF4 or all of RF.")] = None,
    tests: Annotated[bool, typer.Option("--tests", help="Name the tests too.")] = False,
    only_open: Annotated[bool, typer.Option("--open", help="Only rules that no test proves.")] = False,
) -> None:
    """Print the rulebook and what proves it; ends with 1 while a rule has no test or a test names no rule."""
    from suite.reference.proofs import TESTS
    from suite.reference.rules import AREAS, Rule, unknown
    from suite.reference.rules import rules as listed

    if not TESTS.is_dir():
        refuse("The tests are not here: run this in a checkout of the project.")
    wanted = {number.upper() for number in numbers or AREAS}
    shown = [rule for rule in listed() if {rule.number, rule.area} & wanted]
    if not shown:
        refuse(f"No such rule: {', '.join(sorted(wanted))}. Areas: {', '.join(AREAS)}.")

    def proofs(rule: Rule) -> str:
        return "\n".join(test.name for test in rule.tests) if tests else str(len(rule.tests) or "none")

    table = Table(title="Rules", title_justify="left", show_lines=tests)
    for heading in ("rule", "service", "what it does"):
        table.add_column(heading)
    table.add_column("tests", justify="left" if tests else "right", overflow="fold")
    for rule in shown:
        if not (only_open and rule.tests):
            table.add_row(rule.number, rule.service, rule.does, proofs(rule))
    console.print(table)
    unproved, wrong = [rule.number for rule in shown if not rule.tests], unknown()
    console.print(f"{len(shown)} rules, {len({test for rule in shown for test in rule.tests})} tests, "
                  f"open: {', '.join(unproved) or 'none'}")  # fmt: skip
    for number, found in wrong.items():
        console.print(f"no such rule {number}: {', '.join(test.name for test in found)}", style="red")
    if unproved or wrong:
        raise typer.Exit(1)
