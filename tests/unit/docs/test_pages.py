"""What people read can be followed: links lead somewhere, commands exist, the example runs, both languages agree."""

import importlib
import json
import re
import shlex
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import nameko.standalone.rpc
import pytest
import typer

from cli.main import COMMANDS
from shared.settings import PROJECT
from suite.rehearsal.people import AGENT
from suite.rehearsal.stage import Stage
from tests.unit.docs.markdown import PAGES, README, README_ZH, anchor, blocks, headings, links

TARGETS = set(re.findall(r"^([a-z]+):", (PROJECT / "Makefile").read_text(), re.MULTILINE))
COMMAND_LINES = [
    (page.name, line)
    for page in PAGES
    for block in blocks(page.read_text(), "sh")
    for line in block.splitlines()
    if line.strip()
]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.name))
def test_every_link_leads_somewhere(page: Path) -> None:
    for link in links(page.read_text()):
        if link.startswith("https://"):
            continue
        place, _, name = link.partition("#")
        target = page.parent / place if place else page
        assert target.exists(), link
        if name:
            assert name in {anchor(heading) for heading in headings(target.read_text())}, link


@pytest.mark.parametrize(("page", "line"), COMMAND_LINES)
def test_every_command_in_a_page_exists(page: str, line: str) -> None:
    program, *arguments = shlex.split(line)
    if program == "make":
        variables = [name for name, given, _ in (each.partition("=") for each in arguments) if given]
        assert {each for each in arguments if "=" not in each} <= TARGETS
        assert all(f"$({name})" in (PROJECT / "Makefile").read_text() for name in variables), line
    elif program == "docker":
        assert (PROJECT / "docker-compose.yml").exists()
    else:
        assert program in (".venv/bin/tousu", "tousu"), line
        accepts(arguments)


def accepts(arguments: list[str]) -> None:
    """The command takes these arguments; it is not run."""
    name, *rest = arguments
    command = typer.main.get_command(importlib.import_module(COMMANDS[name]).app)
    inner = getattr(command, "commands", {})
    if inner and (rest or command.no_args_is_help):
        command, rest = inner[rest[0]], rest[1:]
    command.make_context(name, rest)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.name))
def test_no_page_names_a_place_on_somebodys_machine(page: Path) -> None:
    assert not re.findall(r"(?<![\w.])/(?:home|root|work|tmp|Users)/", page.read_text())


def test_both_languages_show_the_same_commands_example_outputs_and_limits() -> None:
    english, chinese = README.read_text(), README_ZH.read_text()

    for language in ("sh", "python", "text"):
        assert blocks(english, language) == blocks(chinese, language)
    assert len(headings(english)) == len(headings(chinese))
    assert sorted(links_without_readme(english)) == sorted(links_without_readme(chinese))
    assert english.count("\n- ") == chinese.count("\n- ")


def links_without_readme(text: str) -> list[str]:
    """Anchors within the page are called after its own headings."""
    return [link for link in links(text) if not link.startswith(("#", "README"))]


@contextmanager
def rehearsed(stage: Stage) -> Iterator[Any]:
    """In place of a proxy over a broker: the services in this process."""

    class Service:
        def __init__(self, name: str) -> None:
            self._name = name

        def __getattr__(self, method: str) -> Any:
            def call(*args: Any) -> Any:
                answer = stage.call(f"{self._name}.{method}", *args, by=AGENT)
                stage.deliver()
                return answer

            return call

    yield SimpleNamespace(**{name: Service(name) for name in stage.services})


def test_the_example_runs_as_it_stands(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / ".run").mkdir()
    (tmp_path / ".run" / "endpoints.json").write_text(json.dumps({"amqp_uri": "amqp://somewhere"}))
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("TOUSU_TOKEN", "a token")
    monkeypatch.setattr(nameko.standalone.rpc, "ClusterRpcProxy", lambda *_, **__: rehearsed(Stage()))
    (example,) = blocks(README.read_text(), "python")

    exec(compile(example, "README.md", "exec"), {})

    said = capsys.readouterr().out
    assert "流水号 261123" in said
    assert "handling met" in said
