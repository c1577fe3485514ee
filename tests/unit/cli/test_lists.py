"""Lists say where they were cut off, and show the whole when they are asked for it."""

from typing import Any

import pytest
from typer.testing import CliRunner

from cli import clocks, deadletters, due, erase, tasks
from cli.main import command_line
from cli.paging import listed
from tests.unit.cli.test_tasks import TASK

MANY = 450
LETTER = {
    "source": "intake",
    "type": "replied",
    "died_at": "2026-11-23T01:00:00+00:00",
    "attempts": 3,
    "cause": "ValueError",
    "state": "waiting",
    "edited_by": None,
}
CLOCK = {
    "clock_id": "contact",
    "state": "running",
    "due_at": "2026-11-23T01:00:00+00:00",
    "warn_at": "2026-11-23T00:00:00+00:00",
}
CASE = {"level": "agent", "branch": "SZ", "serial_no": "1", "clocks": [CLOCK]}
DUE = {"due_at": CLOCK["due_at"], "kind": "contact", "state": "running", "level": "agent", "hall": None, "branch": "SZ"}


def page(asked: dict[str, Any], item: dict[str, Any], many: int = MANY) -> dict[str, Any]:
    """As a service answers: so many from `after` on."""
    first = int(asked.get("after", 0))
    last = min(first + asked["limit"], many)
    numbered = {"letter_id": "{}", "complaint_id": "{}", "task_id": "{}", "handler": None}
    items = [
        item | {name: value and f"{name[0]}-{number}-" for name, value in numbered.items()}
        for number in range(first, last)
    ]
    return {"items": items, "after": str(last) if last < many else None}


@pytest.fixture
def called(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """What was called; of everything there are many, of intake's dead letters three."""
    seen: list[Any] = []

    def call(_role: str, _branch: str, service: str, method: str, given: Any) -> Any:
        seen.append((service, method, given))
        of_method = {"dead_letters": LETTER, "due": DUE, "tasks": TASK, "search": {}}
        if method == "case":
            return CASE | {"serial_no": given}
        if method == "erase":
            return {"kept": [], "erased": 1}
        return page(given, of_method[method], 3 if service == "intake" and method == "dead_letters" else MANY)

    for command in (clocks, deadletters, due, erase, tasks):
        monkeypatch.setattr(command, "call", call)
    return seen


def run(*arguments: str) -> str:
    done = CliRunner().invoke(command_line(), arguments)
    assert done.exit_code == 0, done.output
    return done.stdout


def test_dead_letters_say_of_which_service_there_are_more(called: list[Any]) -> None:
    said = run("dead-letters", "list")
    assert "the first 50 of notify, there are more; --all lists them" in said
    assert "of intake" not in said
    assert "l-49-" in said
    assert "l-50-" not in said


def test_all_dead_letters_are_listed_the_oldest_too(called: list[Any]) -> None:
    said = run("dead-letters", "list", "--service", "notify", "--all")
    assert f"l-{MANY - 1}-" in said
    assert "there are more" not in said
    assert [given.get("after") for _, _, given in called] == [None, "200", "400"]


@pytest.mark.parametrize(("command", "what"), [(("clocks", "list"), " complaints"), (("due",), ""), (("tasks",), "")])
def test_a_list_that_was_cut_off_says_so_and_shows_all_if_asked(
    called: list[Any], command: tuple[str, ...], what: str
) -> None:
    assert f"the first 50{what}, there are more; --all lists them" in run(*command)
    assert f"-{MANY - 1}-" not in run(*command, "--limit", "300")
    whole = run(*command, "--all")
    assert f"-{MANY - 1}-" in whole
    assert "there are more" not in whole


def test_PR5_all_complaints_of_a_number_are_erased_however_many(called: list[Any]) -> None:
    run("erase", "13900000205", "--reason", "本人要求", "--ground", "holder_asked", "--reference", "X-1")
    erased = {given.get("complaint_id") for _, method, given in called if method == "erase" and not given.get("check")}
    assert len(erased) == MANY + 1, "and what is kept of the number itself"


def test_a_list_as_long_as_it_is_wanted_has_no_more_only_if_there_is_no_more() -> None:
    def ask(at: dict[str, Any]) -> dict[str, Any]:
        return page(at, {})

    assert listed(ask, MANY)[1] is False
    assert listed(ask, MANY - 1)[1] is True
    assert len(listed(ask, 201)[0]) == 201
    assert len(listed(ask, None)[0]) == MANY
