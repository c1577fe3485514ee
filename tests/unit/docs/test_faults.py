"""The faults are proved: no test names a fault that is not there, and the list has no gap."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from cli import faults as command
from suite.reference import faults as proofs
from suite.reference.faults import faults, faults_in, unknown

RUNNER = CliRunner()


def test_every_fault_has_a_test_that_carries_its_number() -> None:
    assert [fault.number for fault in faults() if not fault.tests] == []


def test_no_test_names_a_fault_that_is_not_there() -> None:
    assert unknown() == {}


def test_the_numbers_have_no_gap() -> None:
    assert [fault.number for fault in faults()] == [f"F{number}" for number in range(1, 29)]


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("test_F7_a_stopped_broker_fails_a_publish_within_five_seconds", ("F7",)),
        ("test_F2_F3_a_second_copy_of_F2_changes_nothing", ("F2", "F3")),
        ("test_RF7_is_a_rule", ()),
        ("test_F7a_is_no_number", ()),
    ],
)
def test_a_test_names_the_faults_it_makes(name: str, found: tuple[str, ...]) -> None:
    assert faults_in(name) == found


def test_a_test_of_no_fault_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "test_new.py").write_text("def test_F99_the_sky_falls(): ...\n")
    monkeypatch.setattr(proofs, "TESTS", tmp_path)

    assert list(unknown()) == ["F99"]


def test_the_command_names_what_is_open_and_fails(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "test_one.py").write_text("def test_F7_a_stopped_broker(): ...\n")
    monkeypatch.setattr(proofs, "TESTS", tmp_path)

    answer = RUNNER.invoke(command.app, ["F7", "F8"])

    assert answer.exit_code == 1
    assert "test_one.py: test_F7_a_stopped_broker" in answer.output
    assert "open: F8" in answer.output


def test_the_command_knows_its_faults() -> None:
    answer = RUNNER.invoke(command.app, ["F99"])

    assert answer.exit_code == 1
