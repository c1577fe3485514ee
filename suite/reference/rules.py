"""The rulebook beside its proofs: docs/rules.yml, and the tests whose names carry a rule's number."""

import ast
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml

from shared.settings import PROJECT
from suite.reference.markdown import MADE, page, table

LIST = PROJECT / "docs" / "rules.yml"
TESTS = PROJECT / "tests"
NUMBER = re.compile(r"(?<![A-Za-z0-9])([A-Z]{2})([0-9]+)(?![A-Za-z0-9])")
AREAS = {
    "IN": "Intake",
    "CL": "Clocks",
    "ES": "Escalation",
    "MJ": "Major complaints",
    "RP": "Reply, follow-up, archive",
    "RF": "Refunds",
    "NT": "Notification",
    "PR": "Privacy",
    "KP": "Supervision and figures",
    "PB": "Playbook",
    "CR": "Care and recovery",
}
INTRODUCTION = """# Rules and their proofs

Every rule of the operator's manuals that Tousu carries out, the service that answers for it, and the tests whose
names carry its number. `tousu rules` prints the same, `tousu rules RF4 --tests` the tests by name; `make test` fails
while a rule has no test or a test names no rule."""


@dataclass(frozen=True)
class Test:
    """A test function: its file below tests/, its name, and the rules that its name carries."""

    file: str
    name: str
    rules: tuple[str, ...]


@dataclass(frozen=True)
class Rule:
    """One rule; `tests` prove it."""

    number: str
    service: str
    does: str
    tests: tuple[Test, ...]

    @property
    def area(self) -> str:
        return self.number[:2]


def rules() -> list[Rule]:
    """All rules, in the rulebook's order, each with its tests."""
    proofs = proven(tests_below(TESTS))
    listed: Mapping[str, Mapping[str, str]] = yaml.safe_load(LIST.read_text(encoding="utf-8"))
    return [Rule(number, each["service"], each["does"], proofs.get(number, ())) for number, each in listed.items()]


def proven(found: list[Test]) -> dict[str, tuple[Test, ...]]:
    """The tests of each number that some test's name carries."""
    numbers = sorted({number for test in found for number in test.rules})
    return {number: tuple(test for test in found if number in test.rules) for number in numbers}


def unknown() -> dict[str, tuple[Test, ...]]:
    """Tests that name a rule which does not exist, by that number."""
    known = {rule.number for rule in rules()}
    return {number: found for number, found in proven(tests_below(TESTS)).items() if number not in known}


@cache
def tests_below(folder: Path) -> list[Test]:
    """Every test function below the folder, by file and place."""
    return [
        Test(file.relative_to(folder).as_posix(), name, rules_in(name))
        for file in sorted(folder.rglob("test_*.py"))
        for name in _functions(file)
    ]


def rules_in(name: str) -> tuple[str, ...]:
    """`test_RF3_RF12_two_lines` → RF3, RF12."""
    found = (area + number for area, number in NUMBER.findall(name.replace("_", " ")) if area in AREAS)
    return tuple(dict.fromkeys(found))


def _functions(file: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
            yield node.name


def rules_page() -> str:
    """docs/rules.md."""
    blocks = [INTRODUCTION, MADE]
    listed = rules()
    for area, heading in AREAS.items():
        rows = [_row(rule) for rule in listed if rule.area == area]
        blocks += [f"## {heading}", table(("rule", "service", "what it does", "tests"), rows)]
    return page(*blocks)


def _row(rule: Rule) -> tuple[str, str, str, str]:
    files = Counter(test.file for test in rule.tests)
    places = (f"[{Path(file).stem.removeprefix('test_')}](../tests/{file}) {number}" for file, number in files.items())
    return rule.number, rule.service, rule.does, ", ".join(places) or "**none**"
