"""The rulebook beside its proofs: docs/rules.yml, and the tests whose names carry a rule's number."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

import yaml

from shared.settings import PROJECT
from suite.reference.markdown import MADE, page, table
from suite.reference.proofs import TESTS, Proofs, Test, places, proven

LIST = PROJECT / "docs" / "rules.yml"
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
    proofs = proven(rules_in, TESTS)
    listed: Mapping[str, Mapping[str, str]] = yaml.safe_load(LIST.read_text(encoding="utf-8"))
    return [Rule(number, each["service"], each["does"], proofs.get(number, ())) for number, each in listed.items()]


def unknown() -> Proofs:
    """Tests that name a rule which does not exist, by that number."""
    known = {rule.number for rule in rules()}
    return {number: found for number, found in proven(rules_in, TESTS).items() if number not in known}


def rules_in(name: str) -> tuple[str, ...]:
    """`test_RF3_RF12_two_lines` → RF3, RF12."""
    found = (area + number for area, number in NUMBER.findall(name.replace("_", " ")) if area in AREAS)
    return tuple(dict.fromkeys(found))


def rules_page() -> str:
    """docs/rules.md."""
    blocks = [INTRODUCTION, MADE]
    listed = rules()
    for area, heading in AREAS.items():
        rows = [_row(rule) for rule in listed if rule.area == area]
        blocks += [f"## {heading}", table(("rule", "service", "what it does", "tests"), rows)]
    return page(*blocks)


def _row(rule: Rule) -> tuple[str, str, str, str]:
    return rule.number, rule.service, rule.does, places(rule.tests)
