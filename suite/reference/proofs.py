"""What tests prove: a test's name carries the number of its rule (RF4) or of its fault (F7)."""

import ast
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from shared.settings import PROJECT

TESTS = PROJECT / "tests"

Numbers = Callable[[str], tuple[str, ...]]


@dataclass(frozen=True)
class Test:
    """A test function: its file below tests/, and its name."""

    file: str
    name: str


Proofs = Mapping[str, tuple[Test, ...]]


def proven(numbers: Numbers, folder: Path) -> Proofs:
    """By number, the tests below the folder whose names carry it; `numbers` finds them in a name."""
    carried = [(number, test) for test in tests_below(folder) for number in numbers(test.name)]
    return {known: tuple(test for number, test in carried if number == known) for known, _ in sorted(carried, key=str)}


@cache
def tests_below(folder: Path) -> list[Test]:
    """Every test function below the folder, by file and place."""
    return [
        Test(file.relative_to(folder).as_posix(), name)
        for file in sorted(folder.rglob("test_*.py"))
        for name in _functions(file)
    ]


def _functions(file: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
            yield node.name


def places(tests: Iterable[Test]) -> str:
    """Where the tests are, for a table: each file as a link, with how many of them it has."""
    files = Counter(test.file for test in tests)
    links = (f"[{Path(file).stem.removeprefix('test_')}](../tests/{file}) {number}" for file, number in files.items())
    return ", ".join(links) or "**none**"
