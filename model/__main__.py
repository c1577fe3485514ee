"""`python -m model` (make model): every model, and each without one mechanism; ends with 1 if it is not as it must be.

`-v` prints the shortest way to each broken promise.
"""

import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

from rich.console import Console
from rich.table import Table

from model.models import MODELS, WITHOUT
from model.spin import Found, compiler, endless, explore, spin

SIDE_BY_SIDE = 2
HOLDS, REFUTED = "holds, and every course ends", "broken, as it must be"

Row = tuple[str, str, Found, bool]


def main() -> int:
    console, shown = Console(width=140), "-v" in sys.argv
    table = Table("model", "promise, or what is missing", "states", "depth", "seconds", "result")
    spin(), compiler()  # fetched once, not by two at a time
    right = True
    for name, said, found, as_expected in explored():
        missing = said != MODELS[name]
        result = (REFUTED if missing else HOLDS) if as_expected else f"WRONG: {found.broken or 'it still holds'}"
        table.add_row(name, f"  without: {said}" if missing else said, f"{found.states:,}", str(found.depth),
                      f"{found.seconds:.1f}", result)  # fmt: skip
        right = right and as_expected
        if missing and shown:
            console.print(f"{name}, {said}:\n  " + "\n  ".join(found.way), highlight=False)
    console.print(table)
    return 0 if right else 1


def explored() -> Iterator[Row]:
    """Each model and each of its lacks, in order, two at a time."""
    with ThreadPoolExecutor(SIDE_BY_SIDE) as pool:
        yield from pool.map(
            lambda asked: _row(*asked), [(name, lack) for name in MODELS for lack in ("", *WITHOUT[name])]
        )


def _row(name: str, lack: str) -> Row:
    if lack:
        found = explore(name, lack)
        return name, WITHOUT[name][lack], found, bool(found.broken)
    found, ends = explore(name), endless(name)
    return name, MODELS[name], found, not found.broken and not ends.broken


if __name__ == "__main__":
    sys.exit(main())
