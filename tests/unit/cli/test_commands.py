"""The command line: serve, token, clock."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner

from cli.main import COMMANDS, command_line
from cli.spans import parse_span
from shared.settings import Settings
from shared.tokens import Verifier
from suite.endpoints import write_environ
from suite.folder import RunFolder
from suite.secrets import make_secrets

PLACES = {"AMQP_URI": "amqp://guest:guest@127.0.0.1:1//", "MONGO_URL": "mongodb://127.0.0.1:2/?replicaSet=rs0"}


@pytest.fixture
def variables(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """The variables of a suite that was brought up, and that only its run folder knows."""
    variables = PLACES | make_secrets(tmp_path / "secrets") | {"TOUSU_ENV": "development"}
    for name in variables:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TOUSU_RUN_DIR", str(tmp_path))
    write_environ(RunFolder(tmp_path), variables, since={})
    return variables


def run(*arguments: str) -> tuple[int, str, str]:
    result = CliRunner().invoke(command_line(), list(arguments))
    return result.exit_code, result.stdout, result.stderr


def test_the_last_line_is_a_token_that_the_suite_accepts(variables: dict[str, str]) -> None:
    code, output, _ = run("token", "--sub", "E1001", "--role", "agent", "--branch", "SZ", "--ttl", "30min")
    settings = Settings.load(variables)
    actor = Verifier(settings.token_keys, settings.token_issuer).verify(output.splitlines()[-1])
    assert code == 0
    assert (actor.sub, actor.role, actor.branch) == ("E1001", "agent", "SZ")


def test_a_role_that_is_bound_to_a_branch_needs_one(variables: dict[str, str]) -> None:
    code, _, error = run("token", "--sub", "E1001", "--role", "agent")
    assert code == 1
    assert "--branch" in error


def test_an_unknown_role_is_refused(variables: dict[str, str]) -> None:
    code, _, error = run("token", "--sub", "E1001", "--role", "king")
    assert code == 2
    assert "duty_manager" in error


def test_production_issues_no_tokens_and_moves_no_clock(
    variables: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in (variables | {"TOUSU_ENV": "production", "TOKEN_ISSUER": "identity"}).items():
        monkeypatch.setenv(name, value)
    token_code, token, token_error = run("token", "--sub", "E1001", "--role", "province")
    clock_code, _, clock_error = run("clock", "advance", "3h")
    assert (token_code, clock_code) == (1, 1)
    assert token == ""
    assert "identity system" in token_error
    assert "cannot be moved in production" in clock_error


def test_without_a_suite_a_command_says_what_is_missing_and_how_to_start_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TOUSU_RUN_DIR", str(tmp_path))
    code, _, error = run("clock", "show")
    assert code == 1
    assert "AMQP_URI" in error
    assert "make up" in error


def test_business_time_moves_forwards_by_what_was_asked(variables: dict[str, str]) -> None:
    before = datetime.fromisoformat(run("clock", "show")[1].strip())
    moved = datetime.fromisoformat(run("clock", "advance", "1d12h")[1].strip())
    after = datetime.fromisoformat(run("clock", "show")[1].strip())
    assert timedelta(hours=36) <= moved - before < timedelta(hours=36, minutes=1)
    assert after >= moved
    assert moved.utcoffset() == timedelta(hours=8)


@pytest.mark.parametrize(
    ("text", "span"),
    [
        ("90s", timedelta(seconds=90)),
        ("30min", timedelta(minutes=30)),
        ("3h", timedelta(hours=3)),
        ("1.5h", timedelta(minutes=90)),
        ("1d12h", timedelta(hours=36)),
    ],
)
def test_spans_are_written_as_people_write_them(text: str, span: timedelta) -> None:
    assert parse_span(text) == span


@pytest.mark.parametrize("text", ["", "3", "h", "3 h", "-3h", "3x", "3h!"])
def test_what_is_no_span_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="write it as"):
        parse_span(text)


@pytest.mark.parametrize("text", ["9999999999999d", "1" * 400 + "h"])
def test_a_span_beyond_all_calendars_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="too long"):
        parse_span(text)


def test_business_time_is_not_moved_out_of_the_calendar(variables: dict[str, str]) -> None:
    before = run("clock", "show")[1]
    code, _, error = run("clock", "advance", "999999999d")
    assert (code, error) == (1, "Business time moves a hundred years at most.\n")
    assert run("clock", "show")[1][:10] == before[:10]


def test_serve_refuses_what_is_no_service() -> None:
    code, _, error = run("serve", "billing")
    assert code == 2
    assert "escalation" in error


def test_help_lists_every_command() -> None:
    code, output, _ = run("--help")
    assert code == 0
    assert all(name in output for name in COMMANDS)


@pytest.mark.parametrize("command", COMMANDS)
def test_no_commands_help_offers_what_has_nothing_to_do_with_it(command: str) -> None:
    code, output, _ = run(command, "--help")

    assert code == 0
    assert "completion" not in output


@pytest.mark.parametrize("command", [("audit", "verify"), ("audit", "anchors")])
def test_a_database_that_is_away_is_said_in_plain_words(
    command: tuple[str, str], variables: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cli.databases.ANSWER_WITHIN_MS", 50)

    code, _, said = run(*command)

    assert code == 1
    assert said.startswith("The database does not answer: is the suite up (make up)?")
