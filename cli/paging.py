"""Long work asked page by page: pages added up, with a bar that tells how far it is and how fast."""

from collections.abc import Callable, Iterator
from typing import Any

from rich.progress import BarColumn, MofNCompleteColumn, Progress, ProgressColumn, Task, TextColumn
from rich.text import Text

from cli.calling import console

Page = dict[str, Any]


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


def added(one: Any, other: Any) -> Any:
    """Two nested sums as one: mappings name by name, numbers added, lists joined."""
    if isinstance(one, dict):
        return one | {name: added(one[name], value) if name in one else value for name, value in other.items()}
    return one + other
