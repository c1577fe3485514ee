"""Page by page: lists, as long as they are wanted; long work, with a bar that tells how far it is and how fast."""

from collections.abc import Callable, Iterator
from typing import Annotated, Any

import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, ProgressColumn, Task, TextColumn
from rich.text import Text

from cli.calling import console

Page = dict[str, Any]
LARGEST = 200

Limit = Annotated[int, typer.Option(min=1, help="So many.")]
Whole = Annotated[bool, typer.Option("--all", help="All there are, however many.")]


class Rate(ProgressColumn):
    """How many a second."""

    def render(self, task: Task) -> Text:
        return Text(f"{task.speed:,.0f}/s" if task.speed else "")


def pages(ask: Callable[[str | None], Page], what: str, shown: bool = True) -> Iterator[Page]:
    """Every page; `ask(after)` answers one with `read` (looked at), `of` (how many there are) and `after`."""
    columns = (TextColumn(what), BarColumn(), MofNCompleteColumn(), Rate())
    with Progress(*columns, console=console, transient=True, disable=not shown) as progress:
        task, after = progress.add_task(what, total=None), None
        while True:
            page = ask(after)
            progress.update(task, advance=page["read"], total=page["of"])
            yield page
            after = page["after"]
            if after is None:
                return


def listed(ask: Callable[[dict[str, Any]], Page], most: int | None) -> tuple[list[Any], bool]:
    """The first `most` items of a list (None: all), and whether there are more; `ask` takes `limit` and `after`."""
    found: list[Any] = []
    asked: dict[str, Any] = {}
    while True:
        wanted = LARGEST if most is None else min(LARGEST, most - len(found))
        page = ask(asked | {"limit": wanted})
        found += page["items"]
        if page["after"] is None or (most is not None and len(found) >= most):
            return found, page["after"] is not None
        asked = {"after": page["after"]}


def say_if_more(more: bool, count: int, where: str = "") -> None:
    """Below a list that was cut off: nobody shall take it for the whole."""
    if more:
        console.print(f"the first {count}{where}, there are more; --all lists them")


def added(one: Any, other: Any) -> Any:
    """Two nested sums as one: mappings name by name, numbers added, lists joined."""
    if isinstance(one, dict):
        return one | {name: added(one[name], value) if name in one else value for name, value in other.items()}
    return one + other
