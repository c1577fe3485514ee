"""The rulebook is proved: every rule has a test that carries its number, and no test names a rule that is not there."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from cli import rules as command
from suite.reference import rules as proofs
from suite.reference.rules import AREAS, rules, rules_in, unknown

RUNNER = CliRunner()


def test_every_rule_has_a_test_that_carries_its_number() -> None:
    assert [rule.number for rule in rules() if not rule.tests] == []


def test_no_test_names_a_rule_that_is_not_there() -> None:
    assert unknown() == {}


def test_the_numbers_of_each_area_have_no_gap() -> None:
    for area in AREAS:
        numbers = [int(rule.number[2:]) for rule in rules() if rule.area == area]
        assert numbers == list(range(1, len(numbers) + 1)), area


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("test_RF3_a_wrong_charge_pays_two_lines", ("RF3",)),
        ("test_RF3_RF12_two_lines_two_signatures", ("RF3", "RF12")),
        ("test_a_reply_after_ES6_is_new", ("ES6",)),
        ("test_XX9_is_no_area", ()),
        ("test_RF12a_is_no_number", ()),
    ],
)
def test_a_test_names_the_rules_it_proves(name: str, found: tuple[str, ...]) -> None:
    assert rules_in(name) == found


def test_a_test_of_no_rule_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "test_new.py").write_text("def test_RF99_money_for_nothing(): ...\n")
    monkeypatch.setattr(proofs, "TESTS", tmp_path)

    assert list(unknown()) == ["RF99"]


def test_the_command_names_what_is_open_and_fails(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "test_one.py").write_text("def test_KP1_the_daily_look(): ...\n")
    monkeypatch.setattr(proofs, "TESTS", tmp_path)

    answer = RUNNER.invoke(command.app, ["KP", "--tests"])

    assert answer.exit_code == 1
    assert "test_KP1_the_daily_look" in answer.output
    assert "open: KP2, KP3" in answer.output


def test_the_command_knows_its_areas() -> None:
    answer = RUNNER.invoke(command.app, ["ZZ"])

    assert answer.exit_code == 1
