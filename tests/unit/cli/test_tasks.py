"""`tousu tasks`: an aligned table of what is still owed to customers."""

from typing import Any

import pytest
from typer.testing import CliRunner

from cli import tasks
from cli.main import command_line

TASK = {
    "task_id": "task-1",
    "kind": "call",
    "for_whom": "E1001",
    "due_at": "2026-11-24T01:00:00.000+00:00",
    "why": "undelivered",
    "about": "receipt",
    "serial_no": "261123000000016",
    "category_name": "话单质疑",
}


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """What the command asked; one task is the answer."""
    seen: list[Any] = []
    monkeypatch.setattr(tasks, "call", lambda *given: seen.append(given) or {"items": [TASK, TASK], "after": None})
    return seen


def test_RP8_tasks_are_listed_in_shanghai_time_with_columns_that_stand_under_each_other(asked: list[Any]) -> None:
    done = CliRunner().invoke(command_line(), ["tasks", "--for", "E1001", "--kind", "call"])
    rows = [line for line in done.stdout.splitlines() if "task-1" in line]

    assert done.exit_code == 0
    assert asked == [("duty_manager", "SZ", "intake", "tasks", {"kind": "call", "for_whom": "E1001", "limit": 50})]
    assert len(rows) == 2
    assert rows[0] == rows[1]
    assert all(word in rows[0] for word in ("2026-11-24 09:00", "undelivered: receipt", "261123000000016", "话单质疑"))


def test_those_that_are_done_are_listed_when_asked_for(asked: list[Any]) -> None:
    CliRunner().invoke(command_line(), ["tasks", "--done"])

    assert asked[0][-1] == {"limit": 50, "open": False}
