"""The faults that the suite is put through beside their proofs: docs/faults.yml, and the tests that carry a number."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

import yaml

from shared.settings import PROJECT
from suite.reference.markdown import MADE, page, table
from suite.reference.proofs import TESTS, Proofs, Test, places, proven

LIST = PROJECT / "docs" / "faults.yml"
NUMBER = re.compile(r"(?<![A-Za-z0-9])F[0-9]+(?![A-Za-z0-9])")
HEADINGS = ("fault", "what goes wrong", "how it is made", "what is promised all the same", "tests")
INTRODUCTION = """# Faults and their proofs

What may go wrong between the processes, the broker, the database, BOSS and the SMSC, how that is made to happen here,
what is promised all the same, and the tests whose names carry its number. `tousu faults` prints the same, `tousu
faults F7` the tests by name; `make test` fails while a fault has no test or a test names no fault. What all of it adds
up to: [reliability](reliability.md)."""


@dataclass(frozen=True)
class Fault:
    """One fault; `tests` make it and judge what came of it."""

    number: str
    fault: str
    made: str
    expected: str
    tests: tuple[Test, ...]


def faults() -> list[Fault]:
    """All faults, by number, each with its tests."""
    proofs = proven(faults_in, TESTS)
    listed: Mapping[str, Mapping[str, str]] = yaml.safe_load(LIST.read_text(encoding="utf-8"))
    return [Fault(number=number, tests=proofs.get(number, ()), **each) for number, each in listed.items()]


def unknown() -> Proofs:
    """Tests that name a fault which is not listed, by that number."""
    known = {fault.number for fault in faults()}
    return {number: found for number, found in proven(faults_in, TESTS).items() if number not in known}


def faults_in(name: str) -> tuple[str, ...]:
    """`test_F2_F3_a_second_copy` → F2, F3."""
    return tuple(dict.fromkeys(NUMBER.findall(name.replace("_", " "))))


def faults_page() -> str:
    """docs/faults.md."""
    rows = [(each.number, each.fault, each.made, each.expected, places(each.tests)) for each in faults()]
    return page(INTRODUCTION, MADE, table(HEADINGS, rows))
