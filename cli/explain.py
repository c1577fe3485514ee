"""`tousu explain`: why a clock is due when it is."""

from typing import Annotated

import typer

from cli.calling import Branch, Role, call, console
from cli.times import shown

app = typer.Typer()


@app.command()
def explain(
    complaint: Annotated[str, typer.Argument(help="Complaint id.")],
    clock: Annotated[str, typer.Argument(help="Clock id, or its kind where there is one.")],
    role: Role = "duty_manager",
    branch: Branch = "SZ",
) -> None:
    """Explain a time limit: the intervals that count, in Chinese and English."""
    found = call(role, branch, "escalation", "explain", complaint, {"clock": clock})
    console.print(found["text_zh"])
    console.print(found["text_en"])
    for each in found["intervals"]:
        counts = "counts" if each["counts"] else "      "
        console.print(f"  {shown(each['from'])}  {shown(each['to'])}  {counts}  {each['why']}")
